"""The pages of an amendment: proposed, read line by line, accepted, declined or withdrawn."""

from dataclasses import dataclass
from typing import Any

from flask import request

from portal.accounts import queries as accounts
from portal.core import clock
from portal.core.actors import ensure, ensure_seen
from portal.core.errors import NotFound
from portal.core.i18n import Text, _, current_language
from portal.core.states import Badge
from portal.exchanges import documents, operations, policy, queries
from portal.exchanges.documents import Signed
from portal.exchanges.forms import AcceptAmendmentForm, AmendForm, ReasonForm
from portal.exchanges.models import Exchange, ExchangeAmendment
from portal.exchanges.rules import amending as rules
from portal.exchanges.rules.amending import Line, Proposal
from portal.exchanges.states import LIFE, OUTCOME_BADGES, PARTY_LABELS, Action, Party
from portal.exchanges.views.base import ShownStep, blueprint, seen, shown
from portal.web.forms import EmptyForm
from portal.web.respond import Answer, attempt, done, form_page, look_ahead, page, pdf
from portal.web.session import current_actor
from portal.web.transaction import undo


@dataclass(frozen=True)
class ShownAmendment:
    """An amendment as a page opens it: before and after, and who has accepted."""

    number: int
    badge: Badge
    reason: str
    lines: list[Line]
    agenda: tuple[str, str]
    steps: list[ShownStep]
    signed: list[tuple[Text, Signed]]


def shown_amendments(exchange: Exchange) -> list[ShownAmendment]:
    """The amendments of an agreement, the newest first; without one nothing is asked for."""
    if exchange.concluded_at is None:
        return []
    return [_shown(exchange, one) for one in reversed(exchange.amendments)]


@blueprint.route("/exchanges/<ref>/amend", methods=["GET", "POST"])
def amend(ref: str) -> Answer:
    """Propose other days or another agenda for an agreed visit."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_amend(actor, exchange))
    LIFE.step(exchange.state, Action.AMEND)
    form = AmendForm(obj=exchange)
    go = request.form.get("go")
    if go == "send" and attempt(form, operations.amend, exchange, actor=actor, **form.values()):
        message = _("The amendment is proposed. Host and partnership are asked to accept it.")
        return done(message, "exchanges.show", ref=ref)
    if go == "change":
        undo()
        return page("exchanges/amend.html", form=form, exchange=queries.by_ref(ref), waits=False)
    if go is None and form.is_submitted() and look_ahead(form, _look_ahead, form, exchange):
        return _previewed(form, queries.by_ref(ref))
    exchange = queries.by_ref(ref)
    return form_page(
        "exchanges/amend.html",
        form,
        exchange=exchange,
        waits=queries.open_amendment(exchange) is not None,
    )


@blueprint.route("/exchanges/<ref>/accept-amendment", methods=["GET", "POST"])
def accept_amendment(ref: str) -> Answer:
    """Read the amendment line by line, and accept it for a party."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_accept_amendment(actor, exchange))
    LIFE.step(exchange.state, Action.ACCEPT_AMENDMENT)
    found = queries.open_amendment(exchange)
    have = found.accepted_by if found else {}
    parties = [one for one in policy.accepting_parties_of(actor, exchange) if one not in have]
    text = found.fingerprint if found else ""
    first = parties[0].value if parties else None
    form = AcceptAmendmentForm(data={"fingerprint": text, "party": first})
    form.party.choices = [(party.value, PARTY_LABELS[party]) for party in parties]
    if form.is_submitted() and attempt(form, _accept, form, exchange):
        return done(_("You have accepted the amendment."), "exchanges.show", ref=ref)
    return _answer("accept_amendment", form, ref, may_accept=bool(parties), fingerprint=text)


@blueprint.route("/exchanges/<ref>/decline-amendment", methods=["GET", "POST"])
def decline_amendment(ref: str) -> Answer:
    """Read the amendment, and say why the agreement stays as it is."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_decline_amendment(actor, exchange))
    LIFE.step(exchange.state, Action.DECLINE_AMENDMENT)
    form = ReasonForm()
    if form.is_submitted() and attempt(
        form, operations.decline_amendment, exchange, actor=actor, **form.values()
    ):
        message = _("The amendment is declined. The agreement stays as it is.")
        return done(message, "exchanges.show", ref=ref)
    return _answer("decline_amendment", form, ref)


@blueprint.route("/exchanges/<ref>/withdraw-amendment", methods=["GET", "POST"])
def withdraw_amendment(ref: str) -> Answer:
    """Take the proposal back."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_withdraw_amendment(actor, exchange))
    LIFE.step(exchange.state, Action.WITHDRAW_AMENDMENT)
    form = EmptyForm()
    if form.is_submitted() and attempt(form, operations.withdraw_amendment, exchange, actor=actor):
        message = _("The amendment is withdrawn. The agreement stays as it is.")
        return done(message, "exchanges.show", ref=ref)
    return _answer("withdraw_amendment", form, ref)


@blueprint.get("/exchanges/<ref>/amendments/<int:number>")
def amendment(ref: str, number: int) -> Answer:
    """An amendment as a PDF in the reader's language, with before and after."""
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure_seen(policy.may_see(actor, exchange))
    found = next((one for one in exchange.amendments if one.number == number), None)
    if found is None:
        raise NotFound()
    content = documents.amendment(
        exchange,
        found,
        signed=dict(_signed(found)),
        language=current_language(),
    )
    return pdf(content, f"{ref}-amendment-{number}.pdf")


def _look_ahead(form: AmendForm, exchange: Exchange) -> Proposal:
    """The amendment as it would be proposed, by the rules of `operations.amend`."""
    agenda, reason = form.agenda.data, form.reason.data
    return queries.proposal(exchange, form.journey, agenda, reason, today=clock.today())


def _previewed(form: AmendForm, exchange: Exchange) -> Answer:
    """What would be proposed, what it does to the money, and who is asked to accept it."""
    found: Proposal = form.result
    before, after = found.before, found.after
    form.seen.data = found.fingerprint
    names = {
        Party.HOST: exchange.host.legal_name,
        Party.VISITOR_PARTNERSHIP: exchange.project.acronym,
    }
    return page(
        "exchanges/amend_preview.html",
        form=form,
        exchange=exchange,
        proposal=found,
        lines=rules.lines(before, after, exchange.distance_m or 0),
        agenda=(before.agenda, after.agenda),
        calculations=(shown(before.steps), shown(after.steps)),
        money_words=rules.money_words(found.more_cents),
        obstacles=list(queries.unpayable(exchange, found.more_cents, today=clock.today())),
        asked=[(PARTY_LABELS[party], names[party]) for party in policy.AMENDING],
    )


def _answer(name: str, form: Any, ref: str, **context: object) -> Answer:
    exchange = queries.by_ref(ref)
    found = queries.open_amendment(exchange)
    proposal = _shown(exchange, found) if found else None
    return form_page(
        f"exchanges/{name}.html", form, exchange=exchange, proposal=proposal, **context
    )


def _accept(form: AcceptAmendmentForm, exchange: Exchange) -> Exchange:
    return operations.accept_amendment(
        exchange,
        party=Party(form.party.data),
        fingerprint=form.fingerprint.data,
        actor=current_actor(),
    )


def _shown(exchange: Exchange, found: ExchangeAmendment) -> ShownAmendment:
    before, after = found.was, found.becomes
    return ShownAmendment(
        number=found.number,
        badge=OUTCOME_BADGES[found.outcome],
        reason=found.reason,
        lines=rules.lines(before, after, exchange.distance_m or 0),
        agenda=(before.agenda, after.agenda),
        steps=shown(after.steps),
        signed=[(PARTY_LABELS[party], one) for party, one in _signed(found)],
    )


def _signed(found: ExchangeAmendment) -> list[tuple[Party, Signed]]:
    """Who has put a name under it: the visitor by proposing it, then host and partnership."""
    moments = {
        Party.VISITOR: (found.proposed_by_id, found.proposed_at),
        Party.HOST: (found.host_accepted_by_id, found.host_accepted_at),
        Party.VISITOR_PARTNERSHIP: (found.payer_accepted_by_id, found.payer_accepted_at),
    }
    people = accounts.by_ids([person for person, _at in moments.values()])
    return [
        (party, Signed(people[person].name if person in people else "", moment))
        for party, (person, moment) in moments.items()
    ]
