"""Keep the dated table of limits."""

from datetime import date

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import refuse_if
from portal.payments.clocks import policy, queries, rules
from portal.payments.clocks.models import PaymentLimit
from portal.payments.clocks.states import Kind


def set_limit(
    *, kind: Kind, days: int, valid_from: date, source: str, actor: Actor
) -> PaymentLimit:
    """Add a row: clocks that start on `valid_from` or later have this limit, in calendar days.

    Nothing is overwritten, and payments already asked for keep theirs. `source` says where the
    limit was read. Raises `RuleBroken` unless it lies between 1 and `rules.MOST_DAYS` days.
    """
    ensure(policy.may_set_limit(actor))
    refuse_if(rules.limit_faults(days))
    before = queries.limit_on(kind, valid_from)
    payment_limit = PaymentLimit(
        kind=kind,
        days=days,
        valid_from=valid_from,
        source=source,
        added_by=actor.name,
        added_at=clock.now(),
    )
    db.session.add(payment_limit)
    db.session.flush()
    record(
        actor,
        payment_limit,
        "set_limit",
        before={"days": before.days},
        after={"days": days, "valid_from": valid_from},
        reason=source,
        kind=kind,
    )
    return payment_limit
