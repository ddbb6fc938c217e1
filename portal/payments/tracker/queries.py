"""What is told of several payments at once, and the money somebody waits for."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.core.db import db
from portal.payments.clocks import queries as clocks
from portal.payments.models import Payment
from portal.payments.states import ENDED, FAILED, OPEN, State
from portal.payments.tracker import rules
from portal.payments.tracker.rules import Told

#: How many payments the desk shows, and for how long one that has arrived.
MOST_ON_DESK = 5
SHOWN_FOR = timedelta(days=30)


def told(
    payments: Sequence[Payment], today: date, *, organisation_ids: Collection[int]
) -> dict[int, Told]:
    """What is said of each payment, by its id; advice goes to people of `organisation_ids`."""
    reasons = clocks.reasons_of([each.id for each in payments if each.suspended_on is not None])
    instead = _stand_ins([each.id for each in payments if each.state in ENDED])
    return {
        each.id: rules.told(
            each,
            today,
            suspended_because=reasons.get(each.id, ""),
            replaced_by=instead.get(each.id, ""),
            to_payee=each.payee_id in organisation_ids,
        )
        for each in payments
    }


def money_of(organisation_ids: Collection[int], today: date) -> list[Payment]:
    """The money these organisations wait for or have just received, with payee: at most
    `MOST_ON_DESK` payments, those that need something first, then by legal date.
    """
    if not organisation_ids:
        return []
    newer = aliased(Payment)
    replaced = select(newer.id).where(newer.replaces_id == Payment.id).exists()
    failed = Payment.state.in_(FAILED) & ~replaced
    arrived = (Payment.state == State.EXECUTED) & (Payment.executed_on >= today - SHOWN_FOR)
    query = (
        select(Payment)
        .where(
            Payment.payee_id.in_(organisation_ids),
            or_(Payment.state.in_(OPEN), failed, arrived),
        )
        .options(joinedload(Payment.payee))
        .order_by(
            Payment.state.in_((State.RETURNED, State.REJECTED_BY_BANK)).desc(),
            Payment.suspended_on.is_(None),
            (Payment.state == State.EXECUTED),
            Payment.due_on,
            Payment.id,
        )
    )
    return list(db.session.scalars(query.limit(MOST_ON_DESK)))


def _stand_ins(payment_ids: Collection[int]) -> dict[int, str]:
    """The references of the payments asked for in the place of these, by the ids of these."""
    if not payment_ids:
        return {}
    query = select(Payment.replaces_id, Payment.ref).where(Payment.replaces_id.in_(payment_ids))
    return {replaced: ref for replaced, ref in db.session.execute(query) if replaced is not None}
