"""The verbs of the circuit: verify, authorise, send, export, settle, and the ways back.

`verify`, `authorise`, `send` and `settle` take one payment or several: all are done, or none.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from portal.audit.effects import record
from portal.core import clock, days, settings
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import Text, _
from portal.core.ids import next_reference
from portal.payments import effects, exports, notifications, policy, queries, rules
from portal.payments.models import BankFile, Batch, Payment
from portal.payments.states import LIFE, Action, BankFormat

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
    add up to them, `RuleBroken` is raised and nothing is released; so it is when a SEPA transfer
    does not reach an account on the day of execution, the next day of TARGET. The bank file is
    made here, once, unless the settings name no account to pay from.
    """
    ensure(_all(policy.may_send, actor, payments), APART)
    locked = _locked(payments)
    amounts = [payment.net_cents for payment in locked]
    refuse_if(rules.batch_faults(amounts, seen_count=seen_count, seen_total_cents=seen_total_cents))
    _check_steps(locked, Action.SEND)
    now, today = clock.now(), clock.today()
    execute_on = days.next_target_day(today)
    going = [(each.ref, each.account.iban, each.net_cents) for each in locked]
    refuse_if(rules.sepa_faults(going, execute_on))
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
    file = _keep_bank_file(batch, locked, execute_on)
    after: dict[str, object] = {"payments": batch.payments, "total_cents": batch.total_cents}
    if file is not None:
        after |= {"file": file.name, "checksum": file.sha256}
    record(actor, batch, "send", after=after, refs=[payment.ref for payment in locked])
    return batch


def export(batch: Batch, *, actor: Actor) -> BankFile:
    """Take the bank file of a batch, the same bytes each time; noted, for it holds the accounts."""
    ensure(policy.may_export(actor))
    file = queries.bank_file_of(batch.id)
    if file is None:
        raise RuleBroken(Fault(_("This batch was released without a bank file.")))
    refuse_if(rules.file_faults(file.content, file.sha256))
    record(actor, batch, "export", file=file.name, checksum=file.sha256)
    return file


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

    The new payment has its own reference, names the failed one, and needs all its signatures. What
    was kept back from the failed one is paid for good and is not asked for again.
    """
    ensure(policy.may_request_again(actor, payment))
    payment = queries.lock_payment(payment.id)
    LIFE.step(payment.state, Action.REQUEST_AGAIN)
    new = effects.request(
        payee_id=payment.payee_id,
        amount_cents=payment.net_cents,
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


def _keep_bank_file(batch: Batch, payments: Sequence[Payment], execute_on: date) -> BankFile | None:
    """Make the bank file of a batch and keep it; None when no account to pay from is set."""
    ours = settings.current()
    if not ours.debtor_iban:
        return None
    format = BankFormat(ours.bank_format)
    transfers = [exports.transfer(each) for each in sorted(payments, key=lambda each: each.ref)]
    content = exports.credit_transfer(
        transfers,
        ref=batch.ref,
        released_at=batch.released_at,
        execute_on=execute_on,
        debtor=exports.Debtor(ours.debtor_name, ours.debtor_iban, ours.debtor_bic),
        format=format,
    )
    file = BankFile(
        batch_id=batch.id,
        name=f"{batch.ref}-{format}.xml",
        format=format,
        execute_on=execute_on,
        transfers=len(transfers),
        total_cents=sum(each.amount_cents for each in transfers),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )
    db.session.add(file)
    db.session.flush()
    return file


def _check_steps(payments: Iterable[Payment], action: Action) -> None:
    """Raise `IllegalStep` before anything is changed when one of the payments cannot go on."""
    for payment in payments:
        LIFE.step(payment.state, action)


def _day_sent(payment: Payment) -> date:
    assert payment.sent_at is not None
    return payment.sent_at.astimezone(clock.BRUSSELS).date()
