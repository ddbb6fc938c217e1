"""An exchange that comes to nothing: refused, cancelled, or the visitor did not come."""

from itertools import chain

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.errors import refuse_if
from portal.exchanges import effects, notifications, policy, queries
from portal.exchanges.models import Exchange
from portal.exchanges.rules import closing
from portal.exchanges.states import HOLDING_MONEY, LIFE, Action, State
from portal.ledger import effects as ledger
from portal.ledger.states import Bucket


def refuse(exchange: Exchange, *, reason: str, actor: Actor) -> Exchange:
    """Refuse the reports: nothing is due, the money returns to the envelope, the visit is not
    counted.
    """
    ensure(policy.may_refuse(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    _end(exchange, Action.REFUSE, reason, actor)
    notifications.refused(exchange)
    return exchange


def cancel(exchange: Exchange, *, reason: str, actor: Actor) -> Exchange:
    """Call the visit off before it begins: money and the right to visit are free again at once."""
    ensure(policy.may_cancel(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    agreed = exchange.state is State.AGREED
    LIFE.step(exchange.state, Action.CANCEL)
    refuse_if(closing.cancel_faults(exchange.first_on, agreed=agreed, today=clock.today()))
    _end(exchange, Action.CANCEL, reason, actor)
    notifications.cancelled(exchange)
    return exchange


def mark_no_show(exchange: Exchange, *, reason: str, actor: Actor) -> Exchange:
    """Record that the visitor never came: nothing is due, money and right are available again."""
    ensure(policy.may_mark_no_show(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    LIFE.step(exchange.state, Action.MARK_NO_SHOW)
    refuse_if(chain(closing.no_show_faults(exchange.first_on, today=clock.today())))
    _end(exchange, Action.MARK_NO_SHOW, reason, actor)
    notifications.no_show(exchange)
    return exchange


def _end(exchange: Exchange, action: Action, reason: str, actor: Actor) -> None:
    before = exchange.state
    released = exchange.held_cents
    exchange.state = LIFE.step(before, action)
    exchange.end_reason = reason
    effects.lapse_override(exchange, at=clock.now())
    effects.lapse_amendment(exchange, at=clock.now())
    effects.lapse_force_majeure(exchange, at=clock.now())
    if before in HOLDING_MONEY:
        effects.count_no_longer(exchange)
    if released and exchange.line_id is not None:
        ledger.release(
            exchange.line_id,
            released,
            source=Bucket.COMMITTED if before is State.APPROVED else Bucket.BOUND,
            subject=exchange.ref,
            why=exchange.ref,
            actor=actor,
        )
    record(
        actor,
        exchange,
        action,
        before={"state": before},
        after={"state": exchange.state},
        reason=reason,
        released_cents=released,
    )
