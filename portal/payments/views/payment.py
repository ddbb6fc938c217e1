"""One payment: where it stands, who signed, and the next step."""

from collections.abc import Callable, Collection
from typing import Any

from flask import url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import Text, _
from portal.partners.bank_accounts import queries as bank_accounts
from portal.partners.bank_accounts import rules as account_rules
from portal.payments import documents, operations, policy, queries, rules
from portal.payments.answers import queries as answers
from portal.payments.answers.states import OUTCOME_LABELS, Outcome
from portal.payments.clocks import queries as clocks
from portal.payments.delegations import queries as delegations
from portal.payments.delegations import rules as delegation_rules
from portal.payments.delegations.rules import Right
from portal.payments.forms import AmendForm, ReasonForm, SettleForm
from portal.payments.models import Payment
from portal.payments.recoveries import policy as recoveries_policy
from portal.payments.recoveries import queries as recoveries
from portal.payments.recoveries.states import LIFE as RECOVERIES
from portal.payments.states import LIFE, PURPOSE_LABELS, Action, State
from portal.payments.tracker import queries as tracker
from portal.payments.views import shown
from portal.payments.views.door import blueprint
from portal.web.forms import EmptyForm, PortalForm
from portal.web.respond import Answer, Link, attempt, done, form_page, page
from portal.web.session import current_actor

#: Steps without anything to fill in: a button on the payment's page.
_AT_ONCE = (Action.VERIFY, Action.AUTHORISE, Action.REQUEST_AGAIN, Action.RESUME)
_DANGEROUS = (Action.REFUSE, Action.REJECT, Action.TAKE_BACK, Action.CANCEL)
#: What is seldom wanted, and no harm.
_SECONDARY = (Action.AMEND,)
_WHAT_HAPPENS: dict[Action, Text] = {
    Action.REFUSE: _(
        "The payment ends here. The amount stays certified as due: whoever asked is told why, and "
        "can request the payment again once the reason is removed."
    ),
    Action.REJECT: _(
        "The bank will not execute the payment. Nothing was paid: the debt is open as it was, the "
        "payee and whoever asked are told, and a new payment can be requested."
    ),
    Action.TAKE_BACK: _(
        "The debt is open again: the amount returns from paid to certified, the payee and whoever "
        "asked are told, and a new payment can be requested."
    ),
    Action.CANCEL: _(
        "The payment ends here. The amount stays certified as due until it is requested again or "
        "released by the file it belongs to."
    ),
    Action.SUSPEND: _(
        "The clock stands still from today, and nobody can sign or send the payment until it is "
        "resumed. The payee is told; say what they have to do."
    ),
}
_DONE: dict[Action, Text] = {
    Action.REFUSE: _("The payment is refused; whoever asked for it is told."),
    Action.REJECT: _("The rejection is recorded; the payee is told."),
    Action.TAKE_BACK: _("The return is recorded; the payee is told."),
    Action.CANCEL: _("The payment is cancelled."),
    Action.SUSPEND: _("The payment is suspended; the payee is told."),
}


@blueprint.get("/payments/<ref>")
def show(ref: str) -> Answer:
    """One payment: where it stands, who signed, when it is due, what it pays for."""
    return _payment_page(ref, EmptyForm(formdata=None))


@blueprint.post("/payments/<ref>/verify")
def verify(ref: str) -> Answer:
    """Give the second signature."""
    return _at_once(ref, operations.verify, _("The payment is verified."))


@blueprint.post("/payments/<ref>/authorise")
def authorise(ref: str) -> Answer:
    """Give the third signature."""
    return _at_once(ref, operations.authorise, _("The payment is authorised."))


@blueprint.post("/payments/<ref>/request-again")
def request_again(ref: str) -> Answer:
    """Ask anew for a payment that failed."""
    payment, form = _seen(ref), EmptyForm()
    if attempt(form, operations.request_again, payment, actor=current_actor()):
        return done(_("The payment is requested again."), "payments.show", ref=form.result.ref)
    return _payment_page(ref, form, 422)


@blueprint.post("/payments/<ref>/resume")
def resume(ref: str) -> Answer:
    """Let the clock of a suspended payment run again."""
    return _at_once(ref, operations.resume, _("The payment is resumed; the payee is told."))


@blueprint.route("/payments/<ref>/settle", methods=["GET", "POST"])
def settle(ref: str) -> Answer:
    """Enter the day on which the bank executed one payment."""
    payment, form, actor = _seen(ref), SettleForm(), current_actor()
    ensure(policy.may_settle(actor, payment))
    LIFE.step(payment.state, Action.SETTLE)
    if form.is_submitted() and attempt(
        form, operations.settle, payment, actor=actor, **form.values()
    ):
        return done(_("The payment is executed; the payee is told."), "payments.show", ref=ref)
    payments = queries.by_refs([ref])
    return form_page(
        "payments/settle.html",
        form,
        payments=payments,
        total_cents=shown.total(payments),
        back=url_for("payments.show", ref=ref),
    )


@blueprint.route("/payments/<ref>/refuse", methods=["GET", "POST"])
def refuse(ref: str) -> Answer:
    """Refuse a payment, with the reason."""
    return _with_reason(ref, Action.REFUSE, policy.may_refuse, operations.refuse)


@blueprint.route("/payments/<ref>/reject", methods=["GET", "POST"])
def reject(ref: str) -> Answer:
    """Note that the bank rejected a payment before executing it, with its reason."""
    return _with_reason(ref, Action.REJECT, policy.may_reject, operations.reject)


@blueprint.route("/payments/<ref>/take-back", methods=["GET", "POST"])
def take_back(ref: str) -> Answer:
    """Note that the bank returned a payment it had executed, with its reason."""
    return _with_reason(ref, Action.TAKE_BACK, policy.may_take_back, operations.take_back)


@blueprint.route("/payments/<ref>/amend", methods=["GET", "POST"])
def amend(ref: str) -> Answer:
    """Replace a payment by one of a lower amount, or on the account valid now."""
    payment, actor = _seen(ref), current_actor()
    form = AmendForm(amount_cents=payment.net_cents)
    ensure(policy.may_amend(actor, payment))
    LIFE.step(payment.state, Action.AMEND)
    if form.is_submitted() and attempt(
        form, operations.amend, payment, actor=actor, **form.values()
    ):
        message = _("The payment is replaced; every signature is needed again.")
        return done(message, "payments.show", ref=form.result.ref)
    payment = queries.by_ref(ref)
    account = bank_accounts.valid_account_of(payment.payee_id)
    return form_page(
        "payments/amend.html",
        form,
        payment=payment,
        ends_now=account_rules.masked(payment.account.iban),
        ends_then=account_rules.masked(account.iban) if account else "",
    )


@blueprint.route("/payments/<ref>/cancel", methods=["GET", "POST"])
def cancel(ref: str) -> Answer:
    """Cancel a payment, with the reason."""
    return _with_reason(ref, Action.CANCEL, policy.may_cancel, operations.cancel)


@blueprint.route("/payments/<ref>/suspend", methods=["GET", "POST"])
def suspend(ref: str) -> Answer:
    """Suspend a payment, with the reason that its payee reads."""
    return _with_reason(ref, Action.SUSPEND, policy.may_suspend, operations.suspend)


def _at_once(ref: str, operation: Callable[..., object], message: Text) -> Answer:
    payment, form = _seen(ref), EmptyForm()
    if attempt(form, operation, payment, actor=current_actor()):
        return done(message, "payments.show", ref=ref)
    return _payment_page(ref, form, 422)


def _with_reason(
    ref: str,
    action: Action,
    may: Callable[[Actor, Payment], bool],
    operation: Callable[..., object],
) -> Answer:
    payment, form, actor = _seen(ref), ReasonForm(), current_actor()
    ensure(may(actor, payment))
    LIFE.step(payment.state, action)
    if form.is_submitted() and attempt(form, operation, payment, actor=actor, **form.values()):
        return done(_DONE[action], "payments.show", ref=ref)
    return form_page(
        "payments/reason.html",
        form,
        payment=queries.by_ref(ref),
        action=LIFE.labels[action],
        explanation=_WHAT_HAPPENS[action],
    )


def _seen(ref: str) -> Payment:
    payment = queries.by_ref(ref)
    ensure_seen(policy.may_see(current_actor(), payment))
    return payment


def _payment_page(ref: str, form: PortalForm, status: int = 200) -> Answer:
    actor, payment = current_actor(), _seen(ref)
    reader = policy.may_list_all(actor)
    signed = {*payment.signed_by_ids, payment.refused_by_id}
    told = tracker.told([payment], clock.today(), organisation_ids=actor.organisation_ids)
    rights = delegations.lent_to(actor, clock.today())
    lent = queries.with_free_hands(payment, rights, clock.today())
    actions, held = _possible(actor, payment, lent)
    bank_said = answers.of_payment(payment.id)
    replacement = queries.replacement_of(payment.id)
    return page(
        "payments/show.html",
        status,
        form=form,
        payment=payment,
        badge_of=LIFE.badge(payment.state),
        late=shown.lateness(payment),
        purpose=PURPOSE_LABELS[payment.purpose],
        legal_date=shown.legal_date(payment),
        told=told[payment.id],
        suspensions=clocks.suspensions_of(payment.id),
        circuit=shown.circuit(payment, accounts.by_ids(signed) if reader else {}),
        iban=_iban(payment) if policy.may_see_account(actor, payment) else "",
        replacement=replacement,
        void_here=shown.void(payment, replacement),
        void_before=shown.void(payment.replaces, payment),
        in_place_of=_in_place_of(actor, payment, actions, lent),
        changed_by_bank=any(said.outcome is Outcome.ACCEPTED_WITH_CHANGE for said in bank_said),
        line=payment.line if reader else None,
        held=held,
        actions=[*(_link(payment, action) for action in actions), *_recover(actor, payment)],
        **_owed(actor, payment),
        reason=rules.reason_in_words(payment.refused_reason),
        bank_said=bank_said,
        said=OUTCOME_LABELS,
        trail=trail_of(ref) if reader else None,
    )


def _possible(
    actor: Actor, payment: Payment, lent: Collection[Right]
) -> tuple[list[Action], list[Text]]:
    """What the person can do now, and why it is not to sign, for the sake of the account."""
    actions = list(policy.available(actor, payment, lent))
    if not any(action in policy.SIGNATURES for action in LIFE.actions_from(payment.state)):
        return actions, []
    found = queries.signing_faults([payment], person_id=actor.id, day=clock.today())
    faults = found.get(payment.id, [])
    if not any(action in policy.SIGNATURES for action in actions):
        # Who could not sign anyway is told of the hold, not of their own part in the account.
        faults = [fault for fault in faults if fault.rule == "payment-account"]
    possible = [action for action in actions if not (faults and action in policy.SIGNATURES)]
    return possible, [fault.message for fault in faults]


def _iban(payment: Payment) -> str:
    return documents.iban_in_groups(payment.account.iban)


def _in_place_of(
    actor: Actor, payment: Payment, actions: Collection[Action], lent: Collection[Right]
) -> Right | None:
    """The right under which the next signature would be given, when it is not the person's own."""
    for action, role in policy.SIGNATURES.items():
        if action in actions and not actor.has(role):
            usable = policy.usable(payment, role, lent)
            return delegation_rules.under(usable, payment.amount_cents)
    return None


def _owed(actor: Actor, payment: Payment) -> dict[str, Any]:
    """What has to come back of the payment, and what it keeps back for other debts."""
    return {
        "recoveries": [
            (each, RECOVERIES.badge(each.state))
            for each in recoveries.of_payment(payment.id)
            if recoveries_policy.may_see(actor, each)
        ],
        "kept_back": recoveries.kept_back_from(payment.id) if payment.kept_back_cents else [],
    }


def _recover(actor: Actor, payment: Payment) -> list[Link]:
    if payment.state != State.EXECUTED or not recoveries_policy.may_draft(actor, payment):
        return []
    return [Link(_("Recover an amount"), url_for("recoveries.draft", ref=payment.ref))]


def _link(payment: Payment, action: Action) -> Link:
    if action is Action.SEND:
        return Link(LIFE.labels[action], url_for("payments.send", ref=payment.ref), "primary")
    tone = "danger" if action in _DANGEROUS else "primary"
    tone = "secondary" if action in _SECONDARY else tone
    method = "post" if action in _AT_ONCE else "get"
    href = url_for(f"payments.{action}", ref=payment.ref)
    return Link(LIFE.labels[action], href, tone, method)
