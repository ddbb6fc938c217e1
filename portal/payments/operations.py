"""The verbs of the circuit: verify, authorise, send, export, settle, amend, and the ways back.

`verify`, `authorise`, `send` and `settle` take one payment or several: all are done, or none. The
first three are signatures: they wait while the account is held, and each says so by `RuleBroken`.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from portal.audit.effects import record, record_all
from portal.core import clock, days, settings
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, IllegalStep, RuleBroken, refuse_if
from portal.core.i18n import Text, _
from portal.core.ids import next_reference
from portal.partners.bank_accounts import queries as accounts
from portal.payments import effects, exports, notifications, policy, queries, rules
from portal.payments.delegations import queries as delegations
from portal.payments.delegations import rules as delegation_rules
from portal.payments.delegations.models import Delegation
from portal.payments.models import BankFile, Batch, Payment
from portal.payments.states import LIFE, Action, BankFormat

#: Said with a refusal, for the person may well hold the role.
APART: Text = _(
    "Different people must request, verify, authorise and send a payment, and none of them may "
    "belong to the payee or have proposed its account. Nothing was changed."
)


def verify(*payments: Payment, actor: Actor) -> list[Payment]:
    """Confirm that the amount is due to this payee on this account: the second signature."""
    ensure(_all_sign(policy.may_verify, actor, payments), APART)
    locked = _to_sign(payments, actor)
    under, now = _under(locked, Action.VERIFY, actor), clock.now()
    events = []
    for payment in locked:
        before = effects.step(payment, Action.VERIFY)
        payment.verified_by_id, payment.verified_at = actor.id, now
        payment.verified_under = under.get(payment.id)
        events.append(effects.told(payment, Action.VERIFY, before, **_said(under, payment)))
    record_all(actor, events)
    return locked


def authorise(*payments: Payment, actor: Actor) -> list[Payment]:
    """Pass for payment: the third signature, by the authorising officer."""
    ensure(_all_sign(policy.may_authorise, actor, payments), APART)
    locked = _to_sign(payments, actor)
    under, now = _under(locked, Action.AUTHORISE, actor), clock.now()
    events = []
    for payment in locked:
        before = effects.step(payment, Action.AUTHORISE)
        payment.authorised_by_id, payment.authorised_at = actor.id, now
        payment.authorised_under = under.get(payment.id)
        events.append(effects.told(payment, Action.AUTHORISE, before, **_said(under, payment)))
    record_all(actor, events)
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
    ensure(_all_sign(policy.may_send, actor, payments), APART)
    locked = _to_sign(payments, actor)
    amounts = [payment.net_cents for payment in locked]
    refuse_if(rules.batch_faults(amounts, seen_count=seen_count, seen_total_cents=seen_total_cents))
    under = _under(locked, Action.SEND, actor)
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
    events = []
    for payment in locked:
        before = effects.step(payment, Action.SEND)
        payment.batch, payment.sent_by_id, payment.sent_at = batch, actor.id, now
        payment.sent_under = under.get(payment.id)
        said = {"batch": batch.ref, **_said(under, payment)}
        events.append(effects.told(payment, Action.SEND, before, **said))
    record_all(actor, events)
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
    locked = _locked(payments, for_signing=False)
    _check_steps(locked, Action.SETTLE)
    sent_on = max(_day_sent(payment) for payment in locked)
    refuse_if(rules.execution_faults(executed_on, sent_on=sent_on, today=clock.today()))
    effects.settle(*locked, executed_on=executed_on, actor=actor)
    return locked


def refuse(payment: Payment, *, reason: str, actor: Actor) -> Payment:
    """Stop a payment at a check. The money stays certified, and it can be asked for again."""
    ensure(policy.may_refuse(actor, payment))
    payment = queries.lock_payment(payment.id)
    effects.end(payment, Action.REFUSE, reason=reason, actor=actor)
    notifications.refused(payment)
    return payment


def reject(payment: Payment, *, reason: str, actor: Actor) -> Payment:
    """Note that the bank rejected a payment before executing it: the debt is open as it was."""
    ensure(policy.may_reject(actor, payment))
    payment = queries.lock_payment(payment.id)
    effects.reject(payment, reason=reason, actor=actor)
    return payment


def take_back(payment: Payment, *, reason: str, actor: Actor) -> Payment:
    """Note that the bank returned a payment it had executed: the debt is open again.

    What had been paid on the line becomes certified again (domain 6.2, I5).
    """
    ensure(policy.may_take_back(actor, payment))
    payment = queries.lock_payment(payment.id)
    effects.take_back(payment, reason=reason, actor=actor)
    return payment


def amend(payment: Payment, *, amount_cents: int, reason: str, actor: Actor) -> Payment:
    """Replace a payment not yet sent by one of a lower amount, or on the account valid today.

    A payment is written once, so the old one ends and a new one, linked to it, is requested in the
    same transaction: every signature is void, and who amends asks, and does not sign (domain 6.3).
    The amount, in cents, is what the bank transfers: a part kept back is paid for good. Raises
    `RuleBroken` when it is higher, or nothing would change.
    """
    ensure(policy.may_amend(actor, payment))
    payment = queries.lock_payment(payment.id)
    LIFE.step(payment.state, Action.AMEND)
    account = accounts.valid_account_of(payment.payee_id)
    same_account = account is None or account.id == payment.bank_account_id
    refuse_if(
        rules.amendment_faults(
            amount_cents=amount_cents,
            before_cents=payment.net_cents,
            same_account=same_account,
        )
    )
    void = payment.verified_by_id is not None
    effects.end(payment, Action.AMEND, reason=reason, actor=actor, signatures_void=void)
    return _again(payment, amount_cents=amount_cents, actor=actor)


def cancel(payment: Payment, *, reason: str, actor: Actor) -> Payment:
    """Withdraw a payment not yet sent, or say that a failed one will not be asked for again."""
    ensure(policy.may_cancel(actor, payment))
    payment = queries.lock_payment(payment.id)
    effects.end(payment, Action.CANCEL, reason=reason, actor=actor)
    return payment


def request_again(payment: Payment, *, actor: Actor) -> Payment:
    """Ask anew, on the account valid today, for a payment that came to nothing.

    The new payment has its own reference, names the failed one, and needs all its signatures. What
    was kept back from the failed one is paid for good and is not asked for again.
    """
    ensure(policy.may_request_again(actor, payment))
    payment = queries.lock_payment(payment.id)
    LIFE.step(payment.state, Action.REQUEST_AGAIN)
    return _again(payment, amount_cents=payment.net_cents, actor=actor)


def suspend(payment: Payment, *, reason: str, actor: Actor) -> Payment:
    """Let the clock of a payment not yet sent stand still, for a reason its payee reads.

    Until it is resumed nobody verifies, authorises or sends it. Raises `IllegalStep` when it is
    sent, ended or suspended already (domain 6.5).
    """
    ensure(policy.may_suspend(actor, payment))
    payment = queries.lock_payment(payment.id)
    LIFE.step(payment.state, Action.SUSPEND)
    if payment.suspended_on is not None:
        raise IllegalStep(payment.state, Action.SUSPEND)
    suspension = effects.stop(payment, reason=reason, actor=actor)
    after = {"suspended_on": payment.suspended_on}
    record(actor, payment, Action.SUSPEND, after=after, reason=reason)
    notifications.suspended(payment, suspension)
    return payment


def resume(payment: Payment, *, actor: Actor) -> Payment:
    """Let the clock of a suspended payment run again: it has the days that were left.

    The payee is told the new legal date. Raises `IllegalStep` unless it is suspended (domain 6.5).
    """
    ensure(policy.may_resume(actor, payment))
    payment = queries.lock_payment(payment.id)
    LIFE.step(payment.state, Action.RESUME)
    due = payment.due_on
    suspension = effects.restart(payment, actor=actor)
    record(
        actor,
        payment,
        Action.RESUME,
        before={"due_on": due},
        after={"due_on": payment.due_on},
        suspended_on=suspension.suspended_on,
    )
    notifications.resumed(payment, suspension)
    return payment


def _all(may: Callable[[Actor, Payment], bool], actor: Actor, payments: Iterable[Payment]) -> bool:
    return all(may(actor, payment) for payment in payments)


def _all_sign(may: Callable[..., bool], actor: Actor, payments: Iterable[Payment]) -> bool:
    """As `_all`, for a signature: the rights lent to the person today count as well."""
    today = clock.today()
    lent = delegations.lent_to(actor, today)
    return all(may(actor, each, queries.with_free_hands(each, lent, today)) for each in payments)


def _under(payments: Sequence[Payment], action: Action, actor: Actor) -> dict[int, Delegation]:
    """The delegations under which the person signs, by payment; own rights need none.

    They stay as they are until the end of the transaction. Raises `IllegalStep` when a payment
    cannot go on, and `RuleBroken` for an amount above every ceiling.
    """
    _check_steps(payments, action)
    role = policy.SIGNATURES[action]
    if actor.has(role):
        return {}
    today = clock.today()
    delegations.hold({right.delegation_id for right in delegations.lent_to(actor, today)})
    lent = delegations.lent_to(actor, today)
    chosen, faults = {}, []
    for payment in payments:
        usable = policy.usable(payment, role, queries.with_free_hands(payment, lent, today))
        ensure(bool(usable), APART)
        right = delegation_rules.under(usable, payment.amount_cents)
        if right is None:
            faults.append(delegation_rules.ceiling_fault(payment.ref, payment.amount_cents, usable))
            continue
        chosen[payment.id] = right.delegation_id
    refuse_if(faults)
    found = delegations.by_ids(chosen.values())
    return {payment_id: found[delegation_id] for payment_id, delegation_id in chosen.items()}


def _said(under: Mapping[int, Delegation], payment: Payment) -> dict[str, str]:
    """What the trail keeps of a signature given in somebody's place."""
    delegation = under.get(payment.id)
    if delegation is None:
        return {}
    return {"delegation": delegation.ref, "in_place_of": delegation.delegator.name}


def _again(payment: Payment, *, amount_cents: int, actor: Actor) -> Payment:
    """Ask for what a payment that ended was for, under a new reference linked to it."""
    new = effects.request(
        payee_id=payment.payee_id,
        amount_cents=amount_cents,
        line_id=payment.line_id,
        purpose=payment.purpose,
        subject=payment.subject,
        started_on=payment.started_on,
        actor=actor,
    )
    record(actor, payment, Action.REQUEST_AGAIN, after={"replaced_by": new.ref})
    return new


def _locked(payments: tuple[Payment, ...], *, for_signing: bool = True) -> list[Payment]:
    refuse_if(rules.choice_faults(len(payments)))
    return queries.lock_payments([each.id for each in payments], for_signing=for_signing)


def _to_sign(payments: tuple[Payment, ...], actor: Actor) -> list[Payment]:
    """The payments, locked, then their accounts; refused while one is suspended, or its account is
    held or the person's own.

    An account that is changed at this moment either waits for this signature, or is seen changed.
    """
    locked = _locked(payments)
    refuse_if(rules.suspension_faults(each.ref for each in locked if each.suspended_on))
    queries.lock_accounts(locked)
    found = queries.signing_faults(locked, person_id=actor.id, day=clock.today())
    refuse_if(fault for faults in found.values() for fault in faults)
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
