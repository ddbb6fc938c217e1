"""Two organisations propose, answer and agree."""

from datetime import date

from portal.audit.effects import record
from portal.core import clock, formats
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.exchanges import effects as exchanges
from portal.exchanges import queries as exchange_queries
from portal.exchanges.matches import notifications, policy, queries
from portal.exchanges.matches.models import Match
from portal.exchanges.matches.rules import filters, score
from portal.exchanges.matches.states import LIFE, Action, State
from portal.exchanges.models import Exchange
from portal.exchanges.profiles import effects as profile_effects
from portal.exchanges.profiles import queries as profiles
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.states import Part, WishKind
from portal.exchanges.profiles.states import State as ProfileState
from portal.exchanges.queries import Plan
from portal.exchanges.rules.stay import Journey

#: What a side that has accepted alone leaves behind.
_ALONE = {Part.VISITOR: State.ACCEPTED_BY_VO, Part.HOST: State.ACCEPTED_BY_HO}


def propose(
    visitor: Profile, host: Profile, *, journey: Journey, note: str = "", actor: Actor
) -> Match:
    """Propose a visit on these days; a side that proposes has agreed to them.

    Raises `RuleBroken` for whatever makes the visit impossible (domain 2.8, hard filters).
    """
    ensure(policy.may_propose(actor, visitor, host))
    earlier = queries.open_between(visitor.id, host.id)
    locked = profiles.lock_profiles((visitor.id, host.id))
    visitor, host = locked[visitor.id], locked[host.id]
    now, today = clock.now(), clock.today()
    if earlier is not None and today > earlier.answer_by:
        _expire(earlier, actor)
    refuse_if((*_not_accepted(visitor, host), *_impossible(visitor, host, journey, today)))
    why = score.score(queries.traits_of(visitor, today), queries.traits_of(host, today))
    match = Match(
        ref=next_reference("MAT", now.year),
        state=State.PROPOSED,
        visitor=visitor,
        host=host,
        points=why.total,
        breakdown=score.as_json(why),
        proposed_by_id=actor.id,
        proposed_at=now,
        visitor_agreed_at=now if actor.speaks_for(visitor.organisation_id) else None,
        host_agreed_at=now if actor.speaks_for(host.organisation_id) else None,
    )
    if match.visitor_agreed_at and match.host_agreed_at:
        message = _("You speak for both organisations; start the exchange directly.")
        raise RuleBroken(Fault(message, None, "2.6"))
    _take(match, journey, note, today)
    db.session.add(match)
    record(actor, match, Action.PROPOSE, after=_shown(match), points=match.points)
    notifications.proposed(match)
    return match


def counter(match: Match, *, part: Part, journey: Journey, note: str = "", actor: Actor) -> Match:
    """Propose other days for one side; the other side's agreement, if any, is void."""
    ensure(policy.may_counter(actor, match, part))
    match = queries.lock_match(match.id)
    before, state = _shown(match), LIFE.step(match.state, Action.COUNTER)
    today = clock.today()
    refuse_if((*_late(match, today), *_not_accepted(match.visitor, match.host)))
    refuse_if(_impossible(match.visitor, match.host, journey, today))
    match.state = state
    for side in Part:
        match.agree(side, clock.now() if side is part else None)
    _take(match, journey, note, today)
    record(actor, match, Action.COUNTER, before=before, after=_shown(match))
    notifications.countered(match)
    return match


def accept(match: Match, *, part: Part, actor: Actor) -> Match:
    """Agree for one side to the days as they stand; with the second side an exchange begins."""
    ensure(policy.may_accept(actor, match, part))
    match = queries.lock_match(match.id)
    before, confirmed = match.state, LIFE.step(match.state, Action.ACCEPT)
    today = clock.today()
    refuse_if((*_late(match, today), *_already(match, part)))
    both = all(match.agreed_at(side) is not None for side in Part if side is not part)
    exchange = _begin(match, actor) if both else None
    # Agreement, state and exchange change together: the database checks one against the other.
    match.agree(part, clock.now())
    match.state, match.exchange = (confirmed if both else _ALONE[part]), exchange
    record(
        actor,
        match,
        Action.ACCEPT,
        before={"state": before},
        after={"state": match.state},
        exchange=exchange.ref if exchange else None,
    )
    if both:
        notifications.confirmed(match)
    else:
        notifications.accepted(match)
    return match


def decline(match: Match, *, part: Part, reason: str, actor: Actor) -> Match:
    """Say no for one side, for a stated reason."""
    ensure(policy.may_decline(actor, match, part))
    match = queries.lock_match(match.id)
    before, state = match.state, LIFE.step(match.state, Action.DECLINE)
    if not reason.strip():
        raise RuleBroken(Fault(_("Give a reason."), "reason"))
    match.state, match.end_reason = state, reason.strip()
    record(
        actor,
        match,
        Action.DECLINE,
        before={"state": before},
        after={"state": state},
        reason=match.end_reason,
    )
    notifications.declined(match, by=actor)
    return match


def expire(*, actor: Actor) -> list[Match]:
    """Close every proposal that nobody answered in time (30 days, domain 2.6)."""
    ensure(policy.may_expire(actor))
    late = queries.past_answering(clock.today())
    for match in late:
        _expire(match, actor)
        notifications.expired(match)
    return late


def _expire(match: Match, actor: Actor) -> None:
    before, match.state = match.state, LIFE.step(match.state, Action.EXPIRE)
    record(actor, match, Action.EXPIRE, before={"state": before}, after={"state": match.state})


def _begin(match: Match, actor: Actor) -> Exchange:
    """Make the match an exchange, to be completed and signed by all."""
    locked = profiles.lock_profiles((match.visitor_id, match.host_id))
    visitor, host = locked[match.visitor_id], locked[match.host_id]
    today = clock.today()
    refuse_if((*_not_accepted(visitor, host), *_impossible(visitor, host, match.journey, today)))
    shared = set(visitor.wished(WishKind.ACTIVITY)) & set(host.wished(WishKind.ACTIVITY))
    exchange = exchanges.begin(
        _plan(visitor, host, match.journey),
        match.journey,
        scheme=exchange_queries.scheme_on(today),
        objectives="",
        activities=[one for one in visitor.wished(WishKind.ACTIVITY) if one in shared],
        agenda="",
        at=clock.now(),
        actor=actor,
    )
    for profile in (visitor, host):
        profile_effects.mark_matched(profile)
    return exchange


def _take(match: Match, journey: Journey, note: str, today: date) -> None:
    match.departure_on, match.return_on = journey.departure_on, journey.return_on
    match.first_on, match.last_on = journey.first_on, journey.last_on
    match.note, match.answer_by = note.strip(), filters.answer_by(today)


def _impossible(
    visitor: Profile, host: Profile, journey: Journey, today: date
) -> tuple[Fault, ...]:
    """The hard filters of a match, and everything that makes these days impossible."""
    if visitor.project is None or host.project is None:
        return ()
    found = exchange_queries.refused_at_once(
        _plan(visitor, host, journey), journey, exchange_queries.scheme_on(today), today
    )
    return found or tuple(filters.faults(queries.obstacle_between(visitor, host, today)))


def _plan(visitor: Profile, host: Profile, journey: Journey) -> Plan:
    assert visitor.project is not None, "an accepted profile has its partnership"
    assert host.project is not None, "an accepted profile has its partnership"
    return Plan(
        visitor=visitor.organisation,
        host=host.organisation,
        project=visitor.project,
        host_project=host.project,
        virtual=False,
        first_on=journey.first_on,
        last_on=journey.last_on,
    )


def _not_accepted(*both: Profile) -> tuple[Fault, ...]:
    return tuple(
        Fault(
            _(
                "The profile of %(name)s is not accepted at present.",
                name=profile.organisation.legal_name,
            ),
            None,
            "CXC-E11",
        )
        for profile in both
        if profile.state is not ProfileState.ACCEPTED
    )


def _late(match: Match, today: date) -> tuple[Fault, ...]:
    if today <= match.answer_by:
        return ()
    message = _(
        "The last day for an answer was %(day)s. Propose the visit anew.",
        day=formats.day(match.answer_by),
    )
    return (Fault(message, None, "2.6"),)


def _already(match: Match, part: Part) -> tuple[Fault, ...]:
    if match.agreed_at(part) is None:
        return ()
    return (Fault(_("This side has already agreed to these days."), None, "2.6"),)


def _shown(match: Match) -> dict[str, object]:
    """What the trail keeps of a match that is being agreed."""
    return {
        "state": match.state,
        "visitor": match.visitor.organisation.ref,
        "host": match.host.organisation.ref,
        "departure_on": match.departure_on,
        "first_on": match.first_on,
        "last_on": match.last_on,
        "return_on": match.return_on,
    }
