"""How a recovery begins, for a page or a floor above, and what follows from a movement."""

from datetime import date

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import refuse_if
from portal.core.ids import next_reference
from portal.core.pdf import unprintable
from portal.ledger import effects as ledger
from portal.ledger.states import Bucket
from portal.payments import queries as payments
from portal.payments.models import Payment
from portal.payments.recoveries import queries, rules
from portal.payments.recoveries.models import Recovery
from portal.payments.recoveries.states import LIFE, Action, Cause, State


def draft(
    payment: Payment, *, cause: Cause, amount_cents: int, reason: str, actor: Actor
) -> Recovery:
    """Say that an amount in cents of an executed payment must come back; nobody is told yet.

    Raises `RuleBroken` for more than was paid less what is being recovered already.
    """
    payment = payments.lock_payment(payment.id)
    recoverable = queries.recoverable_cents(payment)
    refuse_if(
        rules.draft_faults(payment.state, amount_cents=amount_cents, recoverable_cents=recoverable)
    )
    refuse_if(rules.print_faults(unprintable(reason)))
    assert actor.id is not None
    recovery = Recovery(
        ref=next_reference("REC", clock.today().year),
        payment_id=payment.id,
        debtor_id=payment.payee_id,
        line_id=payment.line_id,
        subject=payment.subject,
        cause=Cause(cause),
        reason=reason,
        drafted_cents=amount_cents,
        amount_cents=amount_cents,
        drafted_by_id=actor.id,
        drafted_at=clock.now(),
    )
    db.session.add(recovery)
    db.session.flush()
    record(
        actor,
        recovery,
        Action.DRAFT,
        after={"state": recovery.state, "amount_cents": amount_cents, "cause": recovery.cause},
        reason=reason,
        payment=payment.ref,
        subject=payment.subject,
    )
    return recovery


def step(recovery: Recovery, action: Action) -> State:
    """Move a locked recovery to its next state and give back the one before."""
    before = recovery.state
    recovery.state = LIFE.step(before, action)
    return before


def record_step(
    actor: Actor,
    recovery: Recovery,
    action: Action,
    before: State,
    *,
    open_before: int | None = None,
    reason: str = "",
    **details: object,
) -> None:
    """Write one step of a recovery into the trail, once what it changed is on the row.

    `open_before` is what was owed before the step, in cents, where the step changed it.
    """
    opened = {} if open_before is None else {"open_cents": open_before}
    closed = {} if open_before is None else {"open_cents": recovery.open_cents}
    record(
        actor,
        recovery,
        action,
        before={"state": before, **opened},
        after={"state": recovery.state, **closed},
        reason=reason,
        subject=recovery.subject,
        **details,
    )


def give_back(recovery: Recovery, cents: int, *, actor: Actor) -> None:
    """Let what came back stand on the line it was paid from, as money set aside again."""
    if cents:
        ledger.recover(
            recovery.line_id, cents, subject=recovery.subject, why=recovery.ref, actor=actor
        )


def give_free(recovery: Recovery, cents: int, *, actor: Actor) -> None:
    """Let what came back be available again on its line."""
    ledger.release(
        recovery.line_id,
        cents,
        source=Bucket.COMMITTED,
        subject=recovery.subject,
        why=recovery.ref,
        actor=actor,
    )


def close_paid(recovery: Recovery, *, actor: Actor) -> None:
    """End a locked recovery whose last part came in from the debtor."""
    _close(recovery, Action.CLOSE_PAID, actor)


def close_offset(recovery: Recovery, *, actor: Actor) -> None:
    """End a locked recovery whose last part was set off."""
    _close(recovery, Action.CLOSE_OFFSET, actor)


def left_cents(recovery: Recovery, day: date) -> int:
    """What is still owed at the end of a day, interest included, in cents."""
    db.session.flush()
    return recovery.open_cents + queries.debt(recovery).interest_cents(day)


def _close(recovery: Recovery, action: Action, actor: Actor) -> None:
    before = step(recovery, action)
    recovery.closed_at = clock.now()
    recovery.waiver_proposed_by_id, recovery.waiver_reason = None, ""
    record(
        actor, recovery, action, before={"state": before}, after={"state": recovery.state},
        subject=recovery.subject,
    )  # fmt: skip
