"""The quota is overridden for one exchange: proposed by one person, decided by another."""

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, refuse_if
from portal.core.i18n import _
from portal.exchanges import policy, queries
from portal.exchanges.effects import decide
from portal.exchanges.models import Exchange, QuotaOverride
from portal.exchanges.rules import quota as rules
from portal.exchanges.states import LIFE, Action


def propose_override(exchange: Exchange, *, reason: str, actor: Actor) -> Exchange:
    """Ask that this exchange be approved though both minima could no longer be met then.

    Refused while they could (`RuleBroken`), and while another proposal is open.
    """
    ensure(policy.may_propose_override(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.PROPOSE_OVERRIDE)
    today = clock.today()
    if queries.lock_open_override(exchange.id) is not None:
        message = _("An override is proposed for this exchange already.")
        refuse_if([Fault(message, rule="2.10")])
    goal, tally = queries.goal(exchange.project_id, today), _tally(exchange)
    klass = queries.assess(exchange, today).klass
    after = rules.forecast_of(tally.plus([klass]), goal)
    if exchange.virtual or not rules.is_blocked(rules.forecast_of(tally, goal), after):
        message = _("This exchange can be approved without an override: both minima stay in reach.")
        refuse_if([Fault(message, rule="2.10")])
    assert actor.id is not None, "only people propose"
    db.session.add(
        QuotaOverride(
            exchange_id=exchange.id,
            project_id=exchange.project_id,
            reason=reason,
            proposed_by_id=actor.id,
            proposed_at=clock.now(),
        )
    )
    record(
        actor,
        exchange,
        Action.PROPOSE_OVERRIDE,
        reason=reason,
        after={"class": klass},
        target=goal.target,
        left=after.left,
        need_sme=after.need_sme,
        need_other=after.need_other,
    )
    return exchange


def grant_override(exchange: Exchange, *, note: str = "", actor: Actor) -> Exchange:
    """Let the exchange be approved once though both minima are out of reach then."""
    ensure(policy.may_grant_override(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.GRANT_OVERRIDE)
    _decide(exchange, granted=True, decision=note, actor=actor)
    record(actor, exchange, Action.GRANT_OVERRIDE, note=note)
    return exchange


def decline_override(exchange: Exchange, *, reason: str, actor: Actor) -> Exchange:
    """Leave the quota as it is; the exchange waits, and another override may be proposed."""
    ensure(policy.may_decline_override(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.DECLINE_OVERRIDE)
    _decide(exchange, granted=False, decision=reason, actor=actor)
    record(actor, exchange, Action.DECLINE_OVERRIDE, reason=reason)
    return exchange


def _decide(exchange: Exchange, *, granted: bool, decision: str, actor: Actor) -> None:
    decide(
        queries.lock_open_override(exchange.id),
        granted=granted,
        decision=decision,
        actor=actor,
        nothing_waits=Fault(_("No override waits for a decision on this exchange."), rule="2.10"),
        same_person=Fault(
            _("Another person than the one who proposed the override decides on it."), rule="2.10"
        ),
    )


def _tally(exchange: Exchange) -> rules.Tally:
    return queries.quota(exchange.project_id, clock.today()).tally
