"""One payment: where it stands, who signed, and the next step."""

from collections.abc import Callable

from flask import url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import Text, _
from portal.payments import documents, operations, policy, queries, rules
from portal.payments.answers import queries as answers
from portal.payments.answers.states import OUTCOME_LABELS
from portal.payments.forms import ReasonForm, SettleForm
from portal.payments.models import Payment
from portal.payments.recoveries import policy as recoveries_policy
from portal.payments.recoveries import queries as recoveries
from portal.payments.recoveries.states import LIFE as RECOVERIES
from portal.payments.states import LIFE, PURPOSE_LABELS, Action, State
from portal.payments.views import shown
from portal.payments.views.door import blueprint
from portal.web.forms import EmptyForm, PortalForm
from portal.web.respond import Answer, Link, attempt, done, form_page, page
from portal.web.session import current_actor

#: Steps without anything to fill in: a button on the payment's page.
_AT_ONCE = (Action.VERIFY, Action.AUTHORISE, Action.REQUEST_AGAIN)
_DANGEROUS = (Action.REFUSE, Action.TAKE_BACK, Action.CANCEL)
_WHAT_HAPPENS: dict[Action, Text] = {
    Action.REFUSE: _(
        "The payment ends here. The amount stays certified as due: whoever asked is told why, and "
        "can request the payment again once the reason is removed."
    ),
    Action.TAKE_BACK: _(
        "The debt is open again: the amount returns from paid to certified, the payee and whoever "
        "asked are told, and a new payment can be requested."
    ),
    Action.CANCEL: _(
        "The payment ends here. The amount stays certified as due until it is requested again or "
        "released by the file it belongs to."
    ),
}
_DONE: dict[Action, Text] = {
    Action.REFUSE: _("The payment is refused; whoever asked for it is told."),
    Action.TAKE_BACK: _("The return is recorded; the payee is told."),
    Action.CANCEL: _("The payment is cancelled."),
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


@blueprint.route("/payments/<ref>/take-back", methods=["GET", "POST"])
def take_back(ref: str) -> Answer:
    """Note that the bank returned a payment, with its reason."""
    return _with_reason(ref, Action.TAKE_BACK, policy.may_take_back, operations.take_back)


@blueprint.route("/payments/<ref>/cancel", methods=["GET", "POST"])
def cancel(ref: str) -> Answer:
    """Cancel a payment, with the reason."""
    return _with_reason(ref, Action.CANCEL, policy.may_cancel, operations.cancel)


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
    return page(
        "payments/show.html",
        status,
        form=form,
        payment=payment,
        badge_of=LIFE.badge(payment.state),
        late=shown.lateness(payment),
        purpose=PURPOSE_LABELS[payment.purpose],
        legal_date=shown.legal_date(payment),
        circuit=shown.circuit(payment, accounts.by_ids(signed) if reader else {}),
        iban=_iban(payment) if policy.may_see_account(actor, payment) else "",
        replacement=queries.replacement_of(payment.id),
        line=payment.line if reader else None,
        actions=[
            *(_link(payment, action) for action in policy.available(actor, payment)),
            *_recover(actor, payment),
        ],
        recoveries=[
            (each, RECOVERIES.badge(each.state))
            for each in recoveries.of_payment(payment.id)
            if recoveries_policy.may_see(actor, each)
        ],
        kept_back=recoveries.kept_back_from(payment.id) if payment.kept_back_cents else [],
        reason=rules.reason_in_words(payment.refused_reason),
        bank_said=answers.of_payment(payment.id),
        said=OUTCOME_LABELS,
        trail=trail_of(ref) if reader else None,
    )


def _iban(payment: Payment) -> str:
    return documents.iban_in_groups(payment.account.iban)


def _recover(actor: Actor, payment: Payment) -> list[Link]:
    if payment.state != State.EXECUTED or not recoveries_policy.may_draft(actor, payment):
        return []
    return [Link(_("Recover an amount"), url_for("recoveries.draft", ref=payment.ref))]


def _link(payment: Payment, action: Action) -> Link:
    if action is Action.SEND:
        return Link(LIFE.labels[action], url_for("payments.send", ref=payment.ref), "primary")
    tone = "danger" if action in _DANGEROUS else "primary"
    method = "post" if action in _AT_ONCE else "get"
    href = url_for(f"payments.{action}", ref=payment.ref)
    return Link(LIFE.labels[action], href, tone, method)
