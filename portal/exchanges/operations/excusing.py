"""Force majeure that cut a stay short: proposed by one person, decided by another (domain 2.6)."""

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.exchanges import notifications, policy, queries
from portal.exchanges.effects import decide
from portal.exchanges.models import Exchange, ForceMajeure
from portal.exchanges.rules import closing
from portal.exchanges.states import LIFE, Action


def propose_force_majeure(exchange: Exchange, *, reason: str, actor: Actor) -> Exchange:
    """Say what cut the stay short, from its first day on until it is validated.

    Granted, it lets a stay too short to earn anything be paid half; nothing else changes by it.
    """
    ensure(policy.may_propose_force_majeure(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.PROPOSE_FORCE_MAJEURE)
    refuse_if(closing.excuse_faults(exchange.stay, today=clock.today()))
    if queries.force_majeure(exchange) is not None:
        message = _("Force majeure is proposed for this exchange already.")
        raise RuleBroken(Fault(message, rule="2.6"))
    assert actor.id is not None, "only people propose"
    found = ForceMajeure(reason=reason, proposed_by_id=actor.id, proposed_at=clock.now())
    exchange.excuses.append(found)
    record(actor, exchange, Action.PROPOSE_FORCE_MAJEURE, reason=reason)
    notifications.force_majeure_proposed(exchange, found)
    return exchange


def grant_force_majeure(exchange: Exchange, *, note: str = "", actor: Actor) -> Exchange:
    """Recognise it: the second of the two approvals."""
    ensure(policy.may_grant_force_majeure(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.GRANT_FORCE_MAJEURE)
    found = _decide(exchange, granted=True, decision=note, actor=actor)
    record(actor, exchange, Action.GRANT_FORCE_MAJEURE, note=note)
    notifications.force_majeure_decided(exchange, found)
    return exchange


def decline_force_majeure(exchange: Exchange, *, reason: str, actor: Actor) -> Exchange:
    """Do not recognise it; it may be proposed again, with better reasons."""
    ensure(policy.may_decline_force_majeure(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.DECLINE_FORCE_MAJEURE)
    found = _decide(exchange, granted=False, decision=reason, actor=actor)
    record(actor, exchange, Action.DECLINE_FORCE_MAJEURE, reason=reason)
    notifications.force_majeure_decided(exchange, found)
    return exchange


def _decide(exchange: Exchange, *, granted: bool, decision: str, actor: Actor) -> ForceMajeure:
    return decide(
        queries.lock_force_majeure(exchange),
        granted=granted,
        decision=decision,
        actor=actor,
        nothing_waits=Fault(
            _("No force majeure waits for a decision on this exchange."), rule="2.6"
        ),
        same_person=Fault(
            _("Another person than the one who proposed force majeure decides on it."), rule="2.6"
        ),
    )
