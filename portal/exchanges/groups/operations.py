"""The verbs of group visits: opened, joined, left, changed for all, closed."""

from datetime import date
from itertools import chain

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, NotFound, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.exchanges import effects as exchanges
from portal.exchanges import queries as exchange_queries
from portal.exchanges.groups import notifications, policy, queries, rules
from portal.exchanges.groups.models import GroupMember, GroupVisit, candidate_of
from portal.exchanges.groups.states import HELD, LIFE, Action, Place, State
from portal.exchanges.models import Exchange
from portal.exchanges.rules.commitment import Programme


def open_group(
    exchange: Exchange,
    *,
    title: str,
    objectives: str,
    agenda: str,
    first_on: date,
    last_on: date,
    actor: Actor,
) -> GroupVisit:
    """Open a group at the host of an exchange that is being built, and invite that exchange."""
    ensure(policy.may_open_group(actor, exchange))
    refuse_if(rules.programme_faults(title, agenda, first_on, last_on))
    now = clock.now()
    group = GroupVisit(
        ref=next_reference("GRP", now.year),
        state=State.OPEN,
        host=exchange.host,
        project=exchange.host_project,
        title=title.strip(),
        objectives=objectives.strip(),
        agenda=agenda.strip(),
        first_on=first_on,
        last_on=last_on,
        opened_by_id=actor.id,
        opened_at=now,
        members=[],
    )
    db.session.add(group)
    db.session.flush()
    record(actor, group, Action.OPEN_GROUP, after=_shown(group), host=exchange.host.ref)
    exchange = exchange_queries.lock_exchange(exchange.id)
    member = _add(group, exchange, Place.INVITED, actor)
    record(actor, group, Action.INVITE, exchange=exchange.ref, visitor=exchange.visitor.ref)
    notifications.invited(group, member)
    return group


def invite(group: GroupVisit, *, exchange: Exchange, actor: Actor) -> GroupVisit:
    """Offer an exchange to the same host a place; its visitor decides."""
    ensure(policy.may_invite(actor, group))
    group = queries.lock_group(group.id)
    group.state = LIFE.step(group.state, Action.INVITE)
    exchange = exchange_queries.lock_exchange(exchange.id)
    member = _add(group, exchange, Place.INVITED, actor)
    record(actor, group, Action.INVITE, exchange=exchange.ref, visitor=exchange.visitor.ref)
    notifications.invited(group, member)
    return group


def apply(group: GroupVisit, *, exchange: Exchange, actor: Actor) -> GroupVisit:
    """Ask for a place for one's own exchange; the host decides."""
    ensure(policy.may_apply(actor, exchange))
    group = queries.lock_group(group.id)
    group.state = LIFE.step(group.state, Action.APPLY)
    exchange = exchange_queries.lock_exchange(exchange.id)
    member = _add(group, exchange, Place.APPLIED, actor)
    record(actor, group, Action.APPLY, exchange=exchange.ref, visitor=exchange.visitor.ref)
    notifications.applied(group, member)
    return group


def admit(group: GroupVisit, *, exchange: Exchange, actor: Actor) -> GroupVisit:
    """Say yes for the side that was asked: the exchange takes part, under the shared programme."""
    ensure(policy.may_admit(actor, group, _place(group, exchange)))
    group = queries.lock_group(group.id)
    group.state = LIFE.step(group.state, Action.ADMIT)
    exchange = exchange_queries.lock_exchange(exchange.id)
    member = _place(group, exchange)
    if member.state is Place.JOINED:
        refuse_if([Fault(_("This exchange takes part already."), None, rules.RULE)])
    refuse_if(_faults(group, exchange, but=member))
    member.state, member.answered_at = Place.JOINED, clock.now()
    exchanges.share_programme(exchange, group.programme, actor=actor)
    record(actor, group, Action.ADMIT, exchange=exchange.ref, visitor=exchange.visitor.ref)
    notifications.admitted(group, member, by=actor)
    return group


def decline(group: GroupVisit, *, exchange: Exchange, reason: str, actor: Actor) -> GroupVisit:
    """Say no to a place that was asked for or offered, or take the question back."""
    ensure(policy.may_decline(actor, group, _place(group, exchange)))
    group = queries.lock_group(group.id)
    group.state = LIFE.step(group.state, Action.DECLINE)
    member = _place(group, exchange)
    if member.state is Place.JOINED:
        refuse_if([Fault(_("This exchange takes part already."), None, rules.RULE)])
    member.state, member.answered_at = Place.DECLINED, clock.now()
    record(actor, group, Action.DECLINE, reason=reason.strip(), exchange=exchange.ref)
    notifications.declined(group, member, reason=reason.strip(), by=actor)
    return group


def leave(group: GroupVisit, *, exchange: Exchange, actor: Actor) -> GroupVisit:
    """Take an exchange out of the group before anybody has signed it; it goes on alone."""
    ensure(policy.may_leave(actor, group, _place(group, exchange)))
    group = queries.lock_group(group.id)
    group.state = LIFE.step(group.state, Action.LEAVE)
    exchange = exchange_queries.lock_exchange(exchange.id)
    member = _place(group, exchange)
    refuse_if(rules.leaving_faults(candidate_of(exchange)))
    member.state, member.answered_at = Place.LEFT, clock.now()
    exchanges.share_programme(exchange, None, actor=actor)
    record(actor, group, Action.LEAVE, exchange=exchange.ref, visitor=exchange.visitor.ref)
    notifications.left(group, member, by=actor)
    return group


def edit(
    group: GroupVisit,
    *,
    title: str,
    objectives: str,
    agenda: str,
    first_on: date,
    last_on: date,
    actor: Actor,
) -> GroupVisit:
    """Change the programme for every member at once; refused once anybody has signed it."""
    ensure(policy.may_edit(actor, group))
    group = queries.lock_group(group.id)
    group.state = LIFE.step(group.state, Action.EDIT)
    before, members = _shown(group), queries.lock_members(group)
    refuse_if(rules.programme_faults(title, agenda, first_on, last_on))
    programme = Programme(
        group.ref, title.strip(), first_on, last_on, objectives.strip(), agenda.strip()
    )
    refuse_if(rules.change_faults(programme, [candidate_of(one) for one in members]))
    group.title, group.objectives, group.agenda = (
        programme.title,
        programme.objectives,
        programme.agenda,
    )
    group.first_on, group.last_on = first_on, last_on
    record(actor, group, Action.EDIT, before=before, after=_shown(group))
    for exchange in members:
        exchanges.share_programme(exchange, group.programme, actor=actor)
    return group


def close(*, actor: Actor) -> list[GroupVisit]:
    """Close every group whose visits have all ended; returns those closed."""
    ensure(policy.may_close(actor))
    over = queries.to_close()
    for group in over:
        before, group.state = group.state, LIFE.step(group.state, Action.CLOSE)
        group.closed_at = clock.now()
        record(actor, group, Action.CLOSE, before={"state": before}, after={"state": group.state})
    return over


def _add(group: GroupVisit, exchange: Exchange, place: Place, actor: Actor) -> GroupMember:
    """Give an exchange a place that waits for an answer; nobody is in two groups."""
    if queries.held_by(exchange.id) is not None:
        message = _("This exchange has a place in a group already.")
        refuse_if([Fault(message, "exchange", rules.RULE)])
    refuse_if(_faults(group, exchange))
    member = GroupMember(
        exchange=exchange,
        visitor_id=exchange.visitor_id,
        state=place,
        asked_by_id=actor.id,
        asked_at=clock.now(),
    )
    group.members.append(member)
    db.session.flush()
    return member


def _faults(group: GroupVisit, exchange: Exchange, but: GroupMember | None = None) -> chain[Fault]:
    held = (one for one in group.members if one.state in HELD and one is not but)
    return chain(
        rules.candidate_faults(
            candidate_of(exchange),
            host_id=group.host_id,
            programme=group.programme,
            visitors={one.visitor_id for one in held},
        )
    )


def _place(group: GroupVisit, exchange: Exchange) -> GroupMember:
    """The place an exchange holds in a group; raises `NotFound` when it holds none."""
    found = group.place_of(exchange.id)
    if found is None:
        raise NotFound()
    return found


def _shown(group: GroupVisit) -> dict[str, object]:
    """What the trail keeps of a group's programme."""
    return {
        "state": group.state,
        "title": group.title,
        "first_on": group.first_on,
        "last_on": group.last_on,
        "agenda": group.agenda,
    }
