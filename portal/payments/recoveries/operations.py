"""The verbs of a recovery, from the draft to the last cent."""

from datetime import date

from portal.audit.effects import record
from portal.core import clock, days, files, settings
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import Text, _
from portal.ledger import queries as lines
from portal.payments import effects as payment_effects
from portal.payments import queries as payments
from portal.payments.models import Payment
from portal.payments.recoveries import documents, effects, notifications, policy, queries, rules
from portal.payments.recoveries.models import InterestRate, Offset, Receipt, Recovery
from portal.payments.recoveries.states import LIFE, Action, Cause

#: Said with a refusal, for the person may well hold the role.
APART: Text = _(
    "Another authorising officer decides: not the one who drafted the recovery or proposed the "
    "waiver, and nobody of the debtor."
)


def draft(
    payment: Payment, *, cause: Cause, amount_cents: int, reason: str, actor: Actor
) -> Recovery:
    """Say that an amount in cents of an executed payment must come back; nobody is told yet.

    Raises `RuleBroken` for more than was paid less what is being recovered already.
    """
    ensure(policy.may_draft(actor, payment))
    return effects.draft(
        payment, cause=cause, amount_cents=amount_cents, reason=reason, actor=actor
    )


def inform(recovery: Recovery, *, actor: Actor) -> Recovery:
    """Write to the debtor: the reason, the amount, and 30 days to comment (domain 6.6)."""
    ensure(policy.may_inform(actor, recovery))
    recovery = queries.lock_recovery(recovery.id)
    before = effects.step(recovery, Action.INFORM)
    recovery.informed_at = clock.now()
    recovery.comment_until = rules.comment_until(clock.today())
    effects.record_step(
        actor, recovery, Action.INFORM, before, comment_until=recovery.comment_until
    )
    notifications.informed(recovery)
    return recovery


def contest(recovery: Recovery, *, comment: str, actor: Actor) -> Recovery:
    """Comment as the debtor, once, until the last day named in the letter."""
    ensure(policy.may_contest(actor, recovery))
    recovery = queries.lock_recovery(recovery.id)
    LIFE.step(recovery.state, Action.CONTEST)
    assert recovery.comment_until is not None
    refuse_if(rules.contest_faults(recovery.comment_until, clock.today()))
    before = effects.step(recovery, Action.CONTEST)
    recovery.comment, recovery.commented_by_id = comment, actor.id
    recovery.commented_at = clock.now()
    effects.record_step(actor, recovery, Action.CONTEST, before, reason=comment)
    notifications.contested(recovery)
    return recovery


def uphold(recovery: Recovery, *, reason: str, actor: Actor) -> Recovery:
    """Answer the comments: the amount stays as it is."""
    ensure(policy.may_uphold(actor, recovery))
    return _answer(recovery, Action.UPHOLD, reason, actor)


def reduce(recovery: Recovery, *, amount_cents: int, reason: str, actor: Actor) -> Recovery:
    """Answer the comments: a lower amount in cents, above zero, is asked for."""
    ensure(policy.may_reduce(actor, recovery))
    return _answer(recovery, Action.REDUCE, reason, actor, amount_cents)


def drop(recovery: Recovery, *, reason: str, actor: Actor) -> Recovery:
    """Answer the comments: they are right, nothing is asked for."""
    ensure(policy.may_drop(actor, recovery))
    return _answer(recovery, Action.DROP, reason, actor)


def withdraw(recovery: Recovery, *, reason: str, actor: Actor) -> Recovery:
    """Take a recovery back before the debit note is issued; the debtor is told if it knew."""
    ensure(policy.may_withdraw(actor, recovery))
    recovery = queries.lock_recovery(recovery.id)
    before = effects.step(recovery, Action.WITHDRAW)
    recovery.withdrawn_reason, recovery.closed_at = reason, clock.now()
    effects.record_step(actor, recovery, Action.WITHDRAW, before, reason=reason)
    notifications.withdrawn(recovery)
    return recovery


def issue(recovery: Recovery, *, actor: Actor) -> Recovery:
    """Issue the debit note, due 30 days later, at the rate of interest in force today.

    Its PDF is made once in each language, kept, and sent to the debtor. Raises `RuleBroken` while
    the debtor may still comment, and when no account of ours is set.
    """
    ensure(policy.may_issue(actor, recovery), APART)
    recovery = _locked_with_payment(recovery)
    LIFE.step(recovery.state, Action.ISSUE)
    today, ours = clock.today(), settings.current()
    refuse_if(
        rules.issue_faults(
            recovery.state, recovery.comment_until, today, account_is_set=bool(ours.debtor_iban)
        )
    )
    rate = rules.rate_on(queries.rates(), today)
    note = documents.note_of(recovery, ours, issued_on=today, rate_bp=rate)
    kept = [_kept_note(note, language, actor) for language in ("en", "fr")]
    before = effects.step(recovery, Action.ISSUE)
    recovery.issued_by_id, recovery.issued_at = actor.id, clock.now()
    recovery.due_on, recovery.interest_rate_bp = note.due_on, rate
    recovery.note_en, recovery.note_fr = kept
    effects.record_step(
        actor,
        recovery,
        Action.ISSUE,
        before,
        due_on=recovery.due_on,
        rate_bp=recovery.interest_rate_bp,
        checksum=[file.sha256 for file in kept],
    )
    notifications.issued(recovery)
    return recovery


def receive(
    recovery: Recovery, *, amount_cents: int, received_on: date, bank_reference: str, actor: Actor
) -> Receipt:
    """Enter money that came in, in cents: it pays the amount first, then the interest.

    The amount goes back to its budget line. Raises `RuleBroken` for more than is open on the day of
    the receipt, a day before the debit note or in the future, and a reference entered already.
    """
    ensure(policy.may_receive(actor, recovery))
    recovery = _locked_with_payment(recovery)
    before = effects.step(recovery, Action.RECEIVE)
    bank_reference = rules.normal_reference(bank_reference)
    refuse_if(_receipt_faults(recovery, amount_cents, received_on, bank_reference))
    assert actor.id is not None
    principal = min(amount_cents, recovery.open_cents)
    receipt = Receipt(
        recovery_id=recovery.id,
        bank_reference=bank_reference,
        received_on=received_on,
        amount_cents=amount_cents,
        principal_cents=principal,
        interest_cents=amount_cents - principal,
        entered_by_id=actor.id,
        entered_at=clock.now(),
    )
    db.session.add(receipt)
    recovery.received_cents += principal
    recovery.interest_received_cents += receipt.interest_cents
    db.session.flush()
    effects.give_back(recovery, principal, actor=actor)
    effects.record_step(
        actor,
        recovery,
        Action.RECEIVE,
        before,
        open_before=recovery.open_cents + principal,
        amount_cents=amount_cents,
        interest_cents=receipt.interest_cents,
        received_on=received_on,
        bank_reference=bank_reference,
    )
    left = effects.left_cents(recovery, clock.today())
    if not left:
        effects.close_paid(recovery, actor=actor)
    notifications.received(recovery, receipt, left)
    return receipt


def net(recovery: Recovery, *, payment: Payment, amount_cents: int, actor: Actor) -> Offset:
    """Set an amount in cents off against a payment to the debtor that nobody has checked yet.

    The payment transfers that much less; both debts end to that extent, at once and for good: the
    amount is paid on the payment's line and recovered on the recovery's own. Interest is not set
    off. Raises `RuleBroken` for more than is open, and when less than a cent would be transferred.
    """
    ensure(policy.may_net(actor, recovery))
    recovery = _locked_with_payment(recovery, payment.id)
    before = effects.step(recovery, Action.NET)
    refuse_if(
        rules.net_faults(
            same_organisation=payment.payee_id == recovery.debtor_id,
            amount_cents=amount_cents,
            open_cents=recovery.open_cents,
        )
    )
    lines.lock_lines({payment.line_id, recovery.line_id})
    payment_effects.keep_back(payment, amount_cents, debt=recovery.ref, actor=actor)
    assert actor.id is not None
    offset = Offset(
        recovery_id=recovery.id,
        payment_id=payment.id,
        amount_cents=amount_cents,
        netted_on=clock.today(),
        netted_by_id=actor.id,
        netted_at=clock.now(),
    )
    db.session.add(offset)
    recovery.offset_cents += amount_cents
    db.session.flush()
    effects.give_back(recovery, amount_cents, actor=actor)
    effects.record_step(
        actor,
        recovery,
        Action.NET,
        before,
        open_before=recovery.open_cents + amount_cents,
        payment=payment.ref,
    )
    left = effects.left_cents(recovery, clock.today())
    if not left:
        effects.close_offset(recovery, actor=actor)
    notifications.netted(recovery, offset, payment.ref, left)
    return offset


def propose_waiver(recovery: Recovery, *, reason: str, actor: Actor) -> Recovery:
    """Propose to ask for nothing more of what is still open; another person decides."""
    ensure(policy.may_propose_waiver(actor, recovery))
    recovery = queries.lock_recovery(recovery.id)
    before = effects.step(recovery, Action.PROPOSE_WAIVER)
    refuse_if(rules.propose_faults(is_proposed=recovery.is_waiver_proposed))
    recovery.waiver_proposed_by_id, recovery.waiver_reason = actor.id, reason
    effects.record_step(actor, recovery, Action.PROPOSE_WAIVER, before, reason=reason)
    return recovery


def refuse_waiver(recovery: Recovery, *, reason: str, actor: Actor) -> Recovery:
    """Decide that what is open stays due."""
    ensure(policy.may_refuse_waiver(actor, recovery), APART)
    recovery = queries.lock_recovery(recovery.id)
    before = effects.step(recovery, Action.REFUSE_WAIVER)
    # As for `waive`: the proposal may be a newer one, of the person deciding.
    ensure(policy.may_refuse_waiver(actor, recovery), APART)
    refuse_if(rules.waiver_faults(is_proposed=recovery.is_waiver_proposed))
    recovery.waiver_proposed_by_id, recovery.waiver_reason = None, ""
    effects.record_step(actor, recovery, Action.REFUSE_WAIVER, before, reason=reason)
    return recovery


def waive(recovery: Recovery, *, actor: Actor) -> Recovery:
    """Give up what is open at this moment, interest included, as somebody else proposed.

    Nothing moves on the budget line: what was paid stays paid.
    """
    ensure(policy.may_waive(actor, recovery), APART)
    recovery = queries.lock_recovery(recovery.id)
    LIFE.step(recovery.state, Action.WAIVE)
    # Asked again of the row as it is now: the proposal may be a newer one, of the person deciding.
    ensure(policy.may_waive(actor, recovery), APART)
    refuse_if(rules.waiver_faults(is_proposed=recovery.is_waiver_proposed))
    waived, interest = (
        recovery.open_cents,
        queries.debt(recovery).interest_cents(clock.today()),
    )
    before = effects.step(recovery, Action.WAIVE)
    recovery.waived_cents, recovery.interest_waived_cents = waived, interest
    recovery.waived_by_id, recovery.closed_at = actor.id, clock.now()
    effects.record_step(
        actor,
        recovery,
        Action.WAIVE,
        before,
        open_before=waived,
        reason=recovery.waiver_reason,
        waived_cents=waived,
        interest_cents=interest,
    )
    notifications.waived(recovery)
    return recovery


def release(recovery: Recovery, *, actor: Actor) -> Recovery:
    """Let what came back by a closed recovery be used for other files: committed is available."""
    ensure(policy.may_release(actor, recovery))
    recovery = queries.lock_recovery(recovery.id)
    before, cents = effects.step(recovery, Action.RELEASE), recovery.returned_cents
    is_released = recovery.released_at is not None
    refuse_if(rules.release_faults(is_released=is_released, returned_cents=cents))
    recovery.released_at = clock.now()
    effects.give_free(recovery, cents, actor=actor)
    effects.record_step(actor, recovery, Action.RELEASE, before, released_cents=cents)
    return recovery


def set_rate(*, valid_from: date, rate_bp: int | None, source: str, actor: Actor) -> InterestRate:
    """Let debit notes issued from a day on bear interest at a yearly rate in basis points, or none.

    A new row is added; debit notes issued before keep the rate they name.
    """
    ensure(policy.may_set_rate(actor))
    if valid_from < clock.today():
        raise RuleBroken(Fault(_("The rate can only begin today or later."), "valid_from"))
    row = InterestRate(
        valid_from=valid_from,
        rate_bp=rate_bp or None,
        source=source,
        added_by=actor.name,
        added_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, row, "set_rate", after={"rate_bp": row.rate_bp, "valid_from": valid_from},
        source=source,
    )  # fmt: skip
    return row


def _locked_with_payment(recovery: Recovery, *others: int) -> Recovery:
    """The recovery locked, then its payment and others; refused once the bank has returned it."""
    recovery = queries.lock_recovery(recovery.id)
    payments.lock_payments({recovery.payment_id, *others})
    refuse_if(rules.paid_faults(recovery.payment.state))
    return recovery


def _answer(
    recovery: Recovery, action: Action, reason: str, actor: Actor, new_cents: int | None = None
) -> Recovery:
    recovery = queries.lock_recovery(recovery.id)
    LIFE.step(recovery.state, action)
    asked = recovery.amount_cents
    if new_cents is not None:
        refuse_if(rules.reduce_faults(asked, new_cents))
        recovery.amount_cents = new_cents
    before = effects.step(recovery, action)
    recovery.answer, recovery.answered_at = reason, clock.now()
    if action is Action.DROP:
        recovery.withdrawn_reason, recovery.closed_at = reason, clock.now()
    effects.record_step(actor, recovery, action, before, open_before=asked, reason=reason)
    notifications.answered(recovery, asked)
    return recovery


def _receipt_faults(
    recovery: Recovery, amount_cents: int, received_on: date, bank_reference: str
) -> list[Fault]:
    assert recovery.issued_at is not None
    interest = queries.debt(recovery).interest_cents(min(received_on, clock.today()))
    return rules.receipt_faults(
        received_on,
        issued_on=days.brussels_day(recovery.issued_at),
        today=clock.today(),
        amount_cents=amount_cents,
        most_cents=recovery.open_cents + interest,
        is_known=queries.is_entered(bank_reference),
    )


def _kept_note(note: documents.DebitNote, language: str, actor: Actor) -> files.StoredFile:
    """Make the debit note in a language, and keep it as it is."""
    content = documents.printed(note, language)
    name = f"{note.ref}-{language}.pdf"
    return files.keep_generated(content, name, files.PDF, made_by_id=actor.id)
