"""Recoveries: the list, one recovery and its steps, its debit note, the rates of interest."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, request, url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import clock, formats
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.errors import Fault, NotFound, RuleBroken
from portal.core.i18n import Text, _
from portal.core.states import Badge
from portal.payments import policy as payments_policy
from portal.payments import queries as payments
from portal.payments.recoveries import operations, policy, queries, rules
from portal.payments.recoveries.forms import (
    ContestForm,
    DraftForm,
    FilterForm,
    NetForm,
    RateForm,
    ReasonForm,
    ReceiveForm,
    ReduceForm,
)
from portal.payments.recoveries.models import Offset, Recovery
from portal.payments.recoveries.states import BEFORE_ISSUE, CAUSE_LABELS, LIFE, Action, State
from portal.web.forms import EmptyForm, PortalForm
from portal.web.respond import (
    Answer,
    Link,
    attempt,
    done,
    form_page,
    page,
    paginate,
    stored_file,
)
from portal.web.session import current_actor

blueprint = Blueprint("recoveries", __name__)

_OVERDUE = Badge(_("Overdue"), "no")
#: Steps without anything to fill in: a button on the recovery's page.
_AT_ONCE = (Action.INFORM, Action.ISSUE, Action.WAIVE, Action.RELEASE)
_DANGEROUS = (Action.DROP, Action.WITHDRAW, Action.REFUSE_WAIVER)
_SECONDARY = (Action.REDUCE, Action.NET, Action.PROPOSE_WAIVER)
_WHAT_HAPPENS: dict[Action, Text] = {
    Action.UPHOLD: _(
        "The debtor is told that the amount stays as it is, and why. The debit note can then be "
        "issued."
    ),
    Action.REDUCE: _(
        "The debtor is told the lower amount, and why. The debit note can then be issued."
    ),
    Action.DROP: _(
        "The debtor is told that nothing is asked for, and why. The recovery ends here."
    ),
    Action.WITHDRAW: _(
        "The recovery ends here; the debtor is told if it knew of it. The amount can be recovered "
        "by a new one."
    ),
    Action.PROPOSE_WAIVER: _(
        "An authorising officer who is not on the recovery decides. Once approved, nothing of what "
        "is still open is asked for any more."
    ),
    Action.REFUSE_WAIVER: _("What is open stays due."),
}
_DONE: dict[Action, Text] = {
    Action.UPHOLD: _("The amount is upheld; the debtor is told."),
    Action.REDUCE: _("The amount is reduced; the debtor is told."),
    Action.DROP: _("The recovery is given up; the debtor is told."),
    Action.WITHDRAW: _("The recovery is withdrawn."),
    Action.PROPOSE_WAIVER: _("The waiver is proposed; another person decides."),
    Action.REFUSE_WAIVER: _("The waiver is refused; what is open stays due."),
}


@dataclass(frozen=True)
class Row:
    """One recovery in the list."""

    recovery: Recovery
    badge: Badge
    late: Badge | None


@blueprint.get("/recoveries")
def index() -> Answer:
    """Every recovery; for others, what their organisations were asked to pay back."""
    actor, form = current_actor(), FilterForm(request.args)
    ensure(policy.may_list(actor))
    valid = form.validate()
    query = queries.listed(
        policy.visible_to(actor),
        state=State(form.state.data) if valid and form.state.data else None,
        overdue_on=clock.today() if valid and form.overdue.data else None,
        text=(form.q.data or "") if valid else "",
    )
    found = paginate(query)
    return page(
        "recoveries/index.html",
        200 if valid else 422,
        form=form,
        found=found,
        rows=[Row(each, LIFE.badge(each.state), _lateness(each)) for each in found.items],
        open_cents=queries.open_total(query),
        reader=policy.may_list_all(actor),
    )


@blueprint.route("/recoveries/interest", methods=["GET", "POST"])
def set_rate() -> Answer:
    """The dated rates of interest, and a new one."""
    actor, form = current_actor(), RateForm()
    ensure(policy.may_set_rate(actor) if form.is_submitted() else policy.may_see_rates(actor))
    if form.is_submitted() and attempt(form, operations.set_rate, actor=actor, **form.values()):
        return done(_("The rate is entered."), "recoveries.set_rate")
    return form_page(
        "recoveries/rates.html", form, rates=queries.rates(), may_set=policy.may_set_rate(actor)
    )


@blueprint.route("/payments/<ref>/recover", methods=["GET", "POST"])
def draft(ref: str) -> Answer:
    """Say that an amount of a payment must come back."""
    actor, payment, form = current_actor(), payments.by_ref(ref), DraftForm()
    ensure_seen(payments_policy.may_see(actor, payment))
    ensure(policy.may_draft(actor, payment))
    if form.is_submitted() and attempt(
        form, operations.draft, payment, actor=actor, **form.values()
    ):
        message = _("The recovery is drafted. The debtor knows nothing yet: inform it next.")
        return done(message, "recoveries.show", ref=form.result.ref)
    payment = payments.by_ref(ref)
    left = queries.recoverable_cents(payment)
    if not form.is_submitted():
        form.amount_cents.data = left or None
    return form_page("recoveries/draft.html", form, payment=payment, recoverable_cents=left)


@blueprint.get("/recoveries/<ref>")
def show(ref: str) -> Answer:
    """One recovery: what is asked and why, what was said, what came in, what is open."""
    return _recovery_page(ref, EmptyForm(formdata=None))


@blueprint.get("/recoveries/<ref>/note/<language>")
def note(ref: str, language: str) -> Answer:
    """The debit note in a language, the same bytes each time."""
    _seen(ref)
    found = queries.with_notes(ref)
    file = {"en": found.note_en, "fr": found.note_fr}.get(language)
    if file is None:
        raise NotFound()
    return stored_file(file)


@blueprint.post("/recoveries/<ref>/inform")
def inform(ref: str) -> Answer:
    """Write to the debtor."""
    return _at_once(ref, operations.inform, _("The debtor is informed and has 30 days to comment."))


@blueprint.post("/recoveries/<ref>/issue")
def issue(ref: str) -> Answer:
    """Issue the debit note."""
    return _at_once(ref, operations.issue, _("The debit note is issued and sent to the debtor."))


@blueprint.post("/recoveries/<ref>/waive")
def waive(ref: str) -> Answer:
    """Approve the proposed waiver."""
    return _at_once(ref, operations.waive, _("The rest is waived; the debtor is told."))


@blueprint.post("/recoveries/<ref>/release")
def release(ref: str) -> Answer:
    """Let what came back be used for other files."""
    message = _("What came back is released on its budget line.")
    return _at_once(ref, operations.release, message)


@blueprint.route("/recoveries/<ref>/contest", methods=["GET", "POST"])
def contest(ref: str) -> Answer:
    """Comment as the debtor."""
    return _step(
        ref,
        Action.CONTEST,
        policy.may_contest,
        operations.contest,
        ContestForm(),
        _("Your comments are sent. You will be told what became of them."),
    )


@blueprint.route("/recoveries/<ref>/uphold", methods=["GET", "POST"])
def uphold(ref: str) -> Answer:
    """Answer the comments: the amount stays."""
    return _with_reason(ref, Action.UPHOLD, policy.may_uphold, operations.uphold)


@blueprint.route("/recoveries/<ref>/reduce", methods=["GET", "POST"])
def reduce(ref: str) -> Answer:
    """Answer the comments: a lower amount is asked for."""
    return _step(
        ref, Action.REDUCE, policy.may_reduce, operations.reduce, ReduceForm(), _DONE[Action.REDUCE]
    )


@blueprint.route("/recoveries/<ref>/drop", methods=["GET", "POST"])
def drop(ref: str) -> Answer:
    """Answer the comments: nothing is asked for."""
    return _with_reason(ref, Action.DROP, policy.may_drop, operations.drop)


@blueprint.route("/recoveries/<ref>/withdraw", methods=["GET", "POST"])
def withdraw(ref: str) -> Answer:
    """Take the recovery back before it is issued."""
    return _with_reason(ref, Action.WITHDRAW, policy.may_withdraw, operations.withdraw)


@blueprint.route("/recoveries/<ref>/propose-waiver", methods=["GET", "POST"])
def propose_waiver(ref: str) -> Answer:
    """Propose to ask for nothing more."""
    return _with_reason(
        ref, Action.PROPOSE_WAIVER, policy.may_propose_waiver, operations.propose_waiver
    )


@blueprint.route("/recoveries/<ref>/refuse-waiver", methods=["GET", "POST"])
def refuse_waiver(ref: str) -> Answer:
    """Refuse the proposed waiver."""
    return _with_reason(
        ref, Action.REFUSE_WAIVER, policy.may_refuse_waiver, operations.refuse_waiver
    )


@blueprint.route("/recoveries/<ref>/receive", methods=["GET", "POST"])
def receive(ref: str) -> Answer:
    """Enter money that came in."""
    return _step(
        ref,
        Action.RECEIVE,
        policy.may_receive,
        operations.receive,
        ReceiveForm(),
        _("The receipt is entered; the debtor is told."),
    )


@blueprint.route("/recoveries/<ref>/net", methods=["GET", "POST"])
def net(ref: str) -> Answer:
    """Keep an amount back from a payment to the same organisation."""
    actor, recovery, form = current_actor(), _seen(ref), NetForm()
    ensure(policy.may_net(actor, recovery))
    LIFE.step(recovery.state, Action.NET)
    choices = queries.payments_to_net(recovery)
    form.payment.choices = [
        (each.ref, f"{each.ref} · {each.subject} · {formats.money(each.net_cents)}")
        for each in choices
    ]
    if form.is_submitted() and attempt(form, _net, recovery, form, actor):
        message = _("The amount is kept back from the payment; the debtor is told.")
        return done(message, "recoveries.show", ref=ref)
    return form_page(
        "recoveries/net.html", form, recovery=queries.by_ref(ref), has_payments=bool(choices)
    )


def _net(recovery: Recovery, form: NetForm, actor: Actor) -> Offset:
    """Set off against the payment chosen; an unknown one is a mistake in the form."""
    try:
        payment = payments.by_ref(form.payment.data or "")
    except NotFound:
        fault = Fault(_("There is no payment with this reference."), "payment")
        raise RuleBroken(fault) from None
    cents = form.values()["amount_cents"]
    return operations.net(recovery, payment=payment, amount_cents=cents, actor=actor)


def _at_once(ref: str, operation: Callable[..., object], message: Text) -> Answer:
    recovery, form = _seen(ref), EmptyForm()
    if attempt(form, operation, recovery, actor=current_actor()):
        return done(message, "recoveries.show", ref=ref)
    return _recovery_page(ref, form, 422)


def _with_reason(
    ref: str,
    action: Action,
    may: Callable[[Actor, Recovery], bool],
    operation: Callable[..., object],
) -> Answer:
    return _step(ref, action, may, operation, ReasonForm(), _DONE[action])


def _step(
    ref: str,
    action: Action,
    may: Callable[[Actor, Recovery], bool],
    operation: Callable[..., object],
    form: PortalForm,
    message: Text,
) -> Answer:
    recovery, actor = _seen(ref), current_actor()
    ensure(may(actor, recovery))
    LIFE.step(recovery.state, action)
    if form.is_submitted() and attempt(form, operation, recovery, actor=actor, **form.values()):
        return done(message, "recoveries.show", ref=ref)
    recovery = queries.by_ref(ref)
    return form_page(
        "recoveries/step.html",
        form,
        recovery=recovery,
        action=LIFE.labels[action],
        explanation=_WHAT_HAPPENS.get(action, ""),
        tone="danger" if action in _DANGEROUS else "primary",
        open_cents=_left(recovery) if action is Action.RECEIVE else None,
    )


def _seen(ref: str) -> Recovery:
    recovery = queries.by_ref(ref)
    ensure_seen(policy.may_see(current_actor(), recovery))
    return recovery


def _lateness(recovery: Recovery) -> Badge | None:
    late = rules.is_overdue(recovery.state, recovery.due_on, clock.today())
    return _OVERDUE if late else None


def _left(recovery: Recovery) -> int:
    """What is owed today with the interest, in cents."""
    return recovery.open_cents + queries.debt(recovery).interest_cents(clock.today())


def _recovery_page(ref: str, form: PortalForm, status: int = 200) -> Answer:
    actor, recovery = current_actor(), _seen(ref)
    reader, issued = policy.may_list_all(actor), recovery.issued_at is not None
    people = accounts.by_ids({recovery.commented_by_id}) if recovery.commented_by_id else {}
    interest = queries.debt(recovery).interest_cents(clock.today()) if issued else 0
    owed = recovery.state == State.ISSUED
    return page(
        "recoveries/show.html",
        status,
        form=form,
        recovery=recovery,
        badge_of=LIFE.badge(recovery.state),
        late=_lateness(recovery),
        cause=CAUSE_LABELS[recovery.cause],
        interest_cents=interest if owed else 0,
        left_cents=recovery.open_cents + interest if owed else 0,
        rate=_rate(recovery.interest_rate_bp),
        is_issued=issued,
        before_issue=recovery.state in BEFORE_ISSUE,
        commented_by=next((person.name for person in people.values()), ""),
        receipts=queries.receipts_of(recovery.id) if issued else [],
        offsets=queries.offsets_of(recovery.id) if issued else [],
        reader=reader,
        actions=[_link(recovery, action) for action in policy.available(actor, recovery)],
        trail=trail_of(ref) if reader else None,
    )


def _rate(rate_bp: int | None) -> str:
    return formats.percent(rate_bp, rules.WHOLE_BP, 2) if rate_bp else ""


def _link(recovery: Recovery, action: Action) -> Link:
    tone = "danger" if action in _DANGEROUS else "primary"
    tone = "secondary" if action in _SECONDARY else tone
    method = "post" if action in _AT_ONCE else "get"
    href = url_for(f"recoveries.{action}", ref=recovery.ref)
    return Link(LIFE.labels[action], href, tone, method)
