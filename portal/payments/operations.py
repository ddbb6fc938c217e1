"""The verbs of the circuit: verify, authorise, send, settle, and the ways back.

`verify`, `authorise`, `send` and `settle` take one payment or several: all are done, or none.
"""

from collections.abc import Callable, Iterable
from datetime import date

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import RuleBroken, refuse_if
from portal.core.i18n import Text, _
from portal.core.ids import next_reference
from portal.payments import effects, notifications, policy, queries, rules
from portal.payments.models import Batch, Payment
from portal.payments.states import LIFE, Action

#: Said with a refusal, for the person may well hold the role.
APART: Text = _(
    "Different people must request, verify, authorise and send a payment, and none of them may "
    "belong to the payee or have proposed its account. Nothing was changed."
)


def verify(*payments: Payment, actor: Actor) -> list[Payment]:
    """Confirm that the amount is due to this payee on this account: the second signature."""
    ensure(_all(policy.may_verify, actor, payments), APART)
    locked = _locked(payments)
    now = clock.now()
    for payment in locked:
        before = effects.step(payment, Action.VERIFY)
        payment.verified_by_id, payment.verified_at = actor.id, now
        effects.record_step(actor, payment, Action.VERIFY, before)
    return locked


def authorise(*payments: Payment, actor: Actor) -> list[Payment]:
    """Pass for payment: the third signature, by the authorising officer."""
    ensure(_all(policy.may_authorise, actor, payments), APART)
    locked = _locked(payments)
    now = clock.now()
    for payment in locked:
        before = effects.step(payment, Action.AUTHORISE)
        payment.authorised_by_id, payment.authorised_at = actor.id, now
        effects.record_step(actor, payment, Action.AUTHORISE, before)
    return locked


def send(
    *payments: Payment,
    actor: Actor,
    seen_count: int | None = None,
    seen_total_cents: int | None = None,
) -> Batch:
    """Release authorised payments to the bank as one batch: the fourth signature.

    `seen_count` and `seen_total_cents` are what the person was shown; when the payments no longer
    add up to them, `RuleBroken` is raised and nothing is released.
    """
    ensure(_all(policy.may_send, actor, payments), APART)
    locked = _locked(payments)
    amounts = [payment.amount_cents for payment in locked]
    refuse_if(rules.batch_faults(amounts, seen_count=seen_count, seen_total_cents=seen_total_cents))
    _check_steps(locked, Action.SEND)
    now, today = clock.now(), clock.today()
    assert actor.id is not None
    batch = Batch(
        ref=next_reference("BAT", today.year),
        payments=len(locked),
        total_cents=sum(amounts),
        released_by_id=actor.id,
        released_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    for payment in locked:
        before = effects.step(payment, Action.SEND)
        payment.batch, payment.sent_by_id, payment.sent_at = batch, actor.id, now
        effects.record_step(actor, payment, Action.SEND, before, batch=batch.ref)
    after = {"payments": batch.payments, "total_cents": batch.total_cents}
    record(actor, batch, "send", after=after, refs=[payment.ref for payment in locked])
    return batch


def settle(*payments: Payment, executed_on: date, actor: Actor) -> list[Payment]:
    """Note that the bank executed the payments on a day: certified money becomes paid money.

    The payees are told. Raises `RuleBroken` for a day in the future or before the order was sent.
    """
    ensure(_all(policy.may_settle, actor, payments))
    locked = _locked(payments, check_account=False)
    _check_steps(locked, Action.SETTLE)
    sent_on = max(_day_sent(payment) for payment in locked)
    refuse_if(rules.execution_faults(executed_on, sent_on=sent_on, today=clock.today()))
    for payment in sorted(locked, key=lambda each: (each.line_id, each.id)):
        effects.settle(payment, executed_on=executed_on, actor=actor)
    return locked


def refuse(payment: Payment, *, reason: str, actor: Actor) -> Payment:
    """Stop a payment at a check. The money stays certified, and it can be asked for again."""
    ensure(policy.may_refuse(actor, payment))
    payment = queries.lock_payment(payment.id)
    effects.end(payment, Action.REFUSE, reason=reason, actor=actor)
    notifications.refused(payment)
    return payment


def take_back(payment: Payment, *, reason: str, actor: Actor) -> Payment:
    """Note that the bank rejected or returned a payment: the debt is open again.

    What had been paid on the line becomes certified again (domain 6.2, I5).
    """
    ensure(policy.may_take_back(actor, payment))
    payment = queries.lock_payment(payment.id)
    effects.take_back(payment, reason=reason, actor=actor)
    return payment


def cancel(payment: Payment, *, reason: str, actor: Actor) -> Payment:
    """Withdraw a payment not yet sent, or say that a failed one will not be asked for again."""
    ensure(policy.may_cancel(actor, payment))
    payment = queries.lock_payment(payment.id)
    effects.end(payment, Action.CANCEL, reason=reason, actor=actor)
    return payment


def request_again(payment: Payment, *, actor: Actor) -> Payment:
    """Ask anew for a payment that was refused, cancelled or returned, on the account valid today.

    The new payment has its own reference, names the failed one, and needs all its signatures.
    """
    ensure(policy.may_request_again(actor, payment))
    payment = queries.lock_payment(payment.id)
    LIFE.step(payment.state, Action.REQUEST_AGAIN)
    new = effects.request(
        payee_id=payment.payee_id,
        amount_cents=payment.amount_cents,
        line_id=payment.line_id,
        purpose=payment.purpose,
        subject=payment.subject,
        started_on=payment.started_on,
        actor=actor,
    )
    record(actor, payment, Action.REQUEST_AGAIN, after={"replaced_by": new.ref})
    return new


def _all(may: Callable[[Actor, Payment], bool], actor: Actor, payments: Iterable[Payment]) -> bool:
    return all(may(actor, payment) for payment in payments)


def _locked(payments: tuple[Payment, ...], *, check_account: bool = True) -> list[Payment]:
    refuse_if(rules.choice_faults(len(payments)))
    locked = queries.lock_payments([payment.id for payment in payments])
    if check_account and (unusable := queries.with_unusable_account(locked)):
        raise RuleBroken(rules.account_faults(payment.ref for payment in unusable))
    return locked


def _check_steps(payments: Iterable[Payment], action: Action) -> None:
    """Raise `IllegalStep` before anything is changed when one of the payments cannot go on."""
    for payment in payments:
        LIFE.step(payment.state, action)


def _day_sent(payment: Payment) -> date:
    assert payment.sent_at is not None
    return payment.sent_at.astimezone(clock.BRUSSELS).date()
