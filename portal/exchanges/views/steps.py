"""The steps of an exchange, each on a page of its own that shows what will happen before it
does.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import request

from portal.core import clock, formats
from portal.core.actors import Actor, ensure
from portal.core.i18n import Text, _
from portal.core.steps import from_json
from portal.exchanges import operations, policy, queries
from portal.exchanges.forms import (
    AcceptForm,
    ApproveForm,
    ConcludeForm,
    DaysForm,
    ReasonForm,
    ReportForm,
    SignForm,
    ValidateForm,
    VisitForm,
    WaiveForm,
)
from portal.exchanges.models import Exchange
from portal.exchanges.rules import closing, commitment, lump_sum
from portal.exchanges.states import (
    ACTIVITY_LABELS,
    EVIDENCE_LABELS,
    KLASS_LABELS,
    LIFE,
    PARTY_LABELS,
    REPORTER_LABELS,
    Action,
    Party,
    Reporter,
)
from portal.exchanges.views.attending import days_differ, shown_attendance
from portal.exchanges.views.base import blueprint, seen, shown
from portal.exchanges.views.excusing import shown_excuses
from portal.exchanges.views.overriding import after_this
from portal.ledger import queries as ledger
from portal.web.respond import Answer, attempt, done, form_page
from portal.web.session import current_actor


@blueprint.route("/exchanges/<ref>/edit", methods=["GET", "POST"])
def edit(ref: str) -> Answer:
    """Change days, objectives or agenda while nothing is settled."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_edit(actor, exchange))
    LIFE.step(exchange.state, Action.EDIT)
    form = VisitForm(obj=exchange)
    if form.is_submitted() and attempt(
        form, operations.edit, exchange, actor=actor, **form.values()
    ):
        return done(_("The exchange is changed."), "exchanges.show", ref=ref)
    return form_page("exchanges/edit.html", form, exchange=queries.by_ref(ref))


@blueprint.route("/exchanges/<ref>/sign", methods=["GET", "POST"])
def sign(ref: str) -> Answer:
    """Read the commitment to quality and sign it for a party."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_sign(actor, exchange))
    LIFE.step(exchange.state, Action.SIGN)
    signed = {signature.party for signature in exchange.signatures}
    open_for = [one for one in policy.parties_of(actor, exchange) if one not in signed]
    text = commitment.fingerprint(exchange.commitment)
    first = open_for[0].value if open_for else None
    form = SignForm(data={"fingerprint": text, "party": first})
    form.party.choices = [(party.value, PARTY_LABELS[party]) for party in open_for]
    if form.is_submitted() and attempt(form, _sign, form, exchange):
        return done(_("You have signed the commitment to quality."), "exchanges.show", ref=ref)
    exchange = queries.by_ref(ref)
    return form_page(
        "exchanges/sign.html",
        form,
        exchange=exchange,
        fingerprint=text,
        activities=[ACTIVITY_LABELS[kind] for kind in exchange.activity_types],
        asks_traveller=Party.VISITOR in open_for and not exchange.virtual,
        may_sign_now=bool(open_for),
    )


@blueprint.route("/exchanges/<ref>/waive", methods=["GET", "POST"])
def waive(ref: str) -> Answer:
    """Let an SME without a cluster host this visit."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_waive(actor, exchange))
    LIFE.step(exchange.state, Action.WAIVE)
    form = WaiveForm()
    if form.is_submitted() and attempt(
        form, operations.waive, exchange, actor=actor, **form.values()
    ):
        return done(_("The waiver is recorded."), "exchanges.show", ref=ref)
    return form_page("exchanges/waive.html", form, exchange=queries.by_ref(ref))


@blueprint.route("/exchanges/<ref>/approve", methods=["GET", "POST"])
def approve(ref: str) -> Answer:
    """Look at the calculation, then set the lump sum aside."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_approve(actor, exchange))
    LIFE.step(exchange.state, Action.APPROVE)
    form = ApproveForm()
    if form.is_submitted() and attempt(
        form, operations.approve, exchange, actor=actor, **form.values()
    ):
        message = _("The exchange is approved and its lump sum set aside.")
        return done(message, "exchanges.show", ref=ref)
    exchange = queries.by_ref(ref)
    found = queries.assess(exchange, clock.today())
    total = found.priced.sum
    form.seen_cents.data = total.cents if total else None
    form.seen_cents.raw_data = None
    line = ledger.line(found.envelope.line_id) if found.envelope else None
    return form_page(
        "exchanges/approve.html",
        form,
        exchange=exchange,
        faults=found.faults,
        amount=formats.money(total.cents) if total else None,
        steps=shown(total.steps) if total else [],
        working_days=found.stay.working_days,
        distance=formats.km(found.stay.distance_m),
        klass=KLASS_LABELS[found.klass],
        available=formats.money(line.available_cents) if line else "—",
        quota=None if exchange.virtual else after_this(exchange, found.klass),
    )


@blueprint.route("/exchanges/<ref>/accept-agreement", methods=["GET", "POST"])
def accept_agreement(ref: str) -> Answer:
    """The visitor reads the financial agreement and accepts it."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_accept_agreement(actor, exchange))
    LIFE.step(exchange.state, Action.ACCEPT_AGREEMENT)
    form = AcceptForm()
    if form.is_submitted() and attempt(
        form,
        operations.accept_agreement,
        exchange,
        seen_cents=form.seen_cents.data,
        actor=actor,
    ):
        return done(_("You have accepted the financial agreement."), "exchanges.show", ref=ref)
    exchange = queries.by_ref(ref)
    priced = queries.price_again(exchange, clock.today())
    form.seen_cents.data = priced.sum.cents if priced.sum else None
    form.seen_cents.raw_data = None
    return form_page(
        "exchanges/accept_agreement.html",
        form,
        exchange=exchange,
        faults=priced.faults,
        amount=formats.money(priced.sum.cents) if priced.sum else None,
        before=formats.money(exchange.lump_sum_cents or 0),
        steps=shown(priced.sum.steps) if priced.sum else [],
    )


@blueprint.route("/exchanges/<ref>/conclude", methods=["GET", "POST"])
def conclude(ref: str) -> Answer:
    """The partnership signs the financial agreement after the visitor."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_conclude(actor, exchange))
    LIFE.step(exchange.state, Action.CONCLUDE)
    form = ConcludeForm()
    if form.is_submitted() and attempt(form, operations.conclude, exchange, actor=actor):
        return done(_("The financial agreement is concluded."), "exchanges.show", ref=ref)
    exchange = queries.by_ref(ref)
    return form_page(
        "exchanges/conclude.html",
        form,
        exchange=exchange,
        amount=formats.money(exchange.lump_sum_cents or 0),
        steps=shown(from_json(exchange.steps or [])),
    )


@blueprint.route("/exchanges/<ref>/report", methods=["GET", "POST"])
def report(ref: str) -> Answer:
    """File or correct a closing report, with the evidence."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_report(actor, exchange))
    LIFE.step(exchange.state, Action.REPORT)
    sides = policy.reporters_of(actor, exchange)
    form = ReportForm(data=_told(exchange, sides[0]))
    form.side.choices = [(side.value, REPORTER_LABELS[side]) for side in sides]
    if form.is_submitted() and attempt(form, _report, form, exchange):
        return done(_("The closing report is filed."), "exchanges.show", ref=ref)
    exchange = queries.by_ref(ref)
    needed = closing.proofs(exchange.scheme.terms.evidence_kinds, virtual=exchange.virtual)
    lacking = set(needed) - {one.kind for one in exchange.evidence}
    return form_page(
        "exchanges/report.html",
        form,
        exchange=exchange,
        visits=Reporter.VISITOR in sides,
        is_over=clock.today() > exchange.last_on,
        attendance=shown_attendance(actor, exchange),
        proofs=formats.listing(EVIDENCE_LABELS[kind] for kind in needed),
        has_proofs=not lacking,
    )


@blueprint.route("/exchanges/<ref>/validate", methods=["GET", "POST"])
def validate(ref: str) -> Answer:
    """Look at the calculation for the days actually spent, then certify it and ask for the
    payment.
    """
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_validate(actor, exchange))
    LIFE.step(exchange.state, Action.VALIDATE)
    form = ValidateForm()
    if form.is_submitted() and attempt(
        form,
        operations.validate,
        exchange,
        first_on=form.first_on.data,
        last_on=form.last_on.data,
        seen_cents=form.seen_cents.data,
        note=form.note.data,
        actor=actor,
    ):
        return done(_("The exchange is validated."), "exchanges.show", ref=ref)
    exchange = queries.by_ref(ref)
    days, first_on, last_on = _days(exchange, form)
    found = queries.final_sum(exchange, first_on, last_on)
    form.first_on.data, form.last_on.data = first_on, last_on
    form.seen_cents.data = found.cents
    for field in (form.first_on, form.last_on, form.seen_cents):
        field.raw_data = None
    return form_page(
        "exchanges/validate.html",
        form,
        exchange=exchange,
        days=days,
        reports=[(REPORTER_LABELS[one.side], one) for one in exchange.reports],
        evidence=[(EVIDENCE_LABELS[one.kind], one) for one in exchange.evidence],
        **_beside(actor, exchange, first_on, last_on),
        amount=formats.money(found.cents),
        agreed=formats.money(exchange.lump_sum_cents or 0),
        steps=shown(found.steps),
        first_on=first_on,
        last_on=last_on,
    )


@blueprint.route("/exchanges/<ref>/send-back", methods=["GET", "POST"])
def send_back(ref: str) -> Answer:
    """Ask for completion, with a reason."""
    message = _("The exchange is sent back, and those concerned are told why.")
    return _with_reason(ref, Action.SEND_BACK, policy.may_send_back, operations.send_back, message)


@blueprint.route("/exchanges/<ref>/refuse", methods=["GET", "POST"])
def refuse(ref: str) -> Answer:
    """Refuse the reports, with a reason."""
    message = _("The exchange is refused. What was set aside is available again.")
    return _with_reason(ref, Action.REFUSE, policy.may_refuse, operations.refuse, message)


@blueprint.route("/exchanges/<ref>/cancel", methods=["GET", "POST"])
def cancel(ref: str) -> Answer:
    """Call the visit off, with a reason."""
    message = _("The exchange is cancelled. What was set aside is available again.")
    return _with_reason(ref, Action.CANCEL, policy.may_cancel, operations.cancel, message)


@blueprint.route("/exchanges/<ref>/mark-no-show", methods=["GET", "POST"])
def mark_no_show(ref: str) -> Answer:
    """Record that the visitor did not come, with a reason."""
    message = _("It is recorded that the visitor did not come.")
    return _with_reason(
        ref, Action.MARK_NO_SHOW, policy.may_mark_no_show, operations.mark_no_show, message
    )


def _with_reason(
    ref: str,
    action: Action,
    may: Callable[..., bool],
    operation: Callable[..., Exchange],
    message: Text,
) -> Answer:
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(may(actor, exchange))
    LIFE.step(exchange.state, action)
    form = ReasonForm()
    if form.is_submitted() and attempt(form, operation, exchange, actor=actor, **form.values()):
        return done(message, "exchanges.show", ref=ref)
    return form_page(
        f"exchanges/{action}.html", form, exchange=queries.by_ref(ref), label=LIFE.labels[action]
    )


def _sign(form: SignForm, exchange: Exchange) -> Exchange:
    return operations.sign(
        exchange,
        party=Party(form.party.data),
        fingerprint=form.fingerprint.data,
        traveller_entitled=form.traveller_entitled.data,
        actor=current_actor(),
    )


def _told(exchange: Exchange, side: Reporter) -> dict[str, object]:
    """What the side has already reported, else the days that were agreed."""
    mine = next((one for one in exchange.reports if one.side is side), None)
    if mine is None:
        return {"side": side.value, "first_on": exchange.first_on, "last_on": exchange.last_on}
    return {
        "side": side.value,
        "first_on": mine.first_on,
        "last_on": mine.last_on,
        "activities": mine.activities,
        "results": mine.results,
        "follow_up": mine.follow_up,
        "satisfaction": str(mine.satisfaction),
    }


def _report(form: ReportForm, exchange: Exchange) -> Exchange:
    first_on, last_on = form.first_on.data, form.last_on.data
    assert first_on is not None, "required by the form"
    assert last_on is not None, "required by the form"
    return operations.report(
        exchange,
        side=Reporter(form.side.data),
        first_on=first_on,
        last_on=last_on,
        activities=form.activities.data,
        results=form.results.data,
        follow_up=form.follow_up.data,
        satisfaction=int(form.satisfaction.data),
        travel=form.travel.content(),
        presence=form.presence.content(),
        actor=current_actor(),
    )


def _beside(actor: Actor, exchange: Exchange, first_on: date, last_on: date) -> dict[str, Any]:
    """What is known besides the reports: the days confirmed by code, force majeure."""
    stay = exchange.stay_between(first_on, last_on)
    return {
        "attendance": shown_attendance(actor, exchange),
        "days_differ": days_differ(exchange),
        "too_short": not lump_sum.is_exchange(stay, exchange.scheme.terms),
        "excuses": shown_excuses(exchange),
    }


def _days(exchange: Exchange, form: ValidateForm) -> tuple[DaysForm, date, date]:
    """The days to calculate with: those sent, those asked about, or those the visitor told."""
    told = next((one for one in exchange.reports if one.side is Reporter.VISITOR), exchange)
    asked = DaysForm(
        request.args or None, data={"first_on": told.first_on, "last_on": told.last_on}
    )
    first_on: date | None = told.first_on
    last_on: date | None = told.last_on
    if form.is_submitted() and form.first_on.data and form.last_on.data:
        first_on, last_on = form.first_on.data, form.last_on.data
    elif "first_on" in request.args and asked.validate():
        first_on, last_on = asked.first_on.data, asked.last_on.data
    assert first_on is not None, "required by the form"
    assert last_on is not None, "required by the form"
    return asked, first_on, max(first_on, last_on)
