"""Stop and restart the clock of a payment; its room decides when, and records why."""

from datetime import date, datetime

from portal.core.actors import Actor
from portal.core.db import db
from portal.payments.clocks import queries
from portal.payments.clocks.models import PaymentSuspension


def stop(
    payment_id: int, *, reason: str, day: date, now: datetime, actor: Actor
) -> PaymentSuspension:
    """Let the clock of a locked payment stand still from a day in Brussels, which still counts."""
    if actor.id is None:
        raise ValueError("a clock is stopped by a person: the payee asks that person why")
    suspension = PaymentSuspension(
        payment_id=payment_id,
        reason=reason,
        suspended_on=day,
        suspended_at=now,
        suspended_by_id=actor.id,
    )
    db.session.add(suspension)
    db.session.flush()
    return suspension


def restart(payment_id: int, *, day: date, now: datetime, actor: Actor) -> PaymentSuspension:
    """Let the clock of a locked payment run again from the day after `day`."""
    suspension = queries.open_of(payment_id)
    suspension.resumed_on, suspension.resumed_at = day, now
    suspension.resumed_by_id = actor.id
    db.session.flush()
    return suspension
