"""Who may do what with a group.

The host and its partnership run it; each visitor and its partnership decide for their own exchange.
"""

from sqlalchemy import ColumnElement, true

from portal.core.actors import Actor, Role
from portal.exchanges import policy as exchanges
from portal.exchanges.groups import queries
from portal.exchanges.groups.models import GroupMember, GroupVisit
from portal.exchanges.groups.states import LIFE, Action, Place
from portal.exchanges.models import Exchange
from portal.projects import policy as projects
from portal.projects.queries import of_organisations


def may_list(actor: Actor) -> bool:
    """Those who see a list of exchanges."""
    return exchanges.may_list(actor)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Staff see all groups; others those they run, those their exchanges belong to, and open ones
    which an exchange of theirs that is being built could join.
    """
    if actor.has(*exchanges.STAFF):
        return true()
    managed = of_organisations(actor.organisation_ids) if actor.has(Role.MANAGER) else None
    return queries.involving(actor.organisation_ids, managed, exchanges.visible_to(actor))


def may_see(actor: Actor, group: GroupVisit) -> bool:
    """As the list."""
    return queries.is_among(group, visible_to(actor))


def may_open_group(actor: Actor, exchange: Exchange) -> bool:
    """The host and the managers of its partnership, beginning with an exchange to that host."""
    return actor.speaks_for(exchange.host_id) or projects.manages(actor, exchange.host_project)


def may_edit(actor: Actor, group: GroupVisit) -> bool:
    """Those who run the group."""
    return _runs(actor, group)


def may_invite(actor: Actor, group: GroupVisit) -> bool:
    """Those who run the group."""
    return _runs(actor, group)


def may_apply(actor: Actor, exchange: Exchange) -> bool:
    """The visitor and the managers of its partnership, for their own exchange."""
    return _visits(actor, exchange)


def may_admit(actor: Actor, group: GroupVisit, member: GroupMember) -> bool:
    """The other side than the one that asked."""
    if member.state is Place.APPLIED:
        return _runs(actor, group)
    return member.state is Place.INVITED and _visits(actor, member.exchange)


def may_decline(actor: Actor, group: GroupVisit, member: GroupMember) -> bool:
    """Either side, while the place is open; the one that asked takes it back."""
    waits = member.state in (Place.APPLIED, Place.INVITED)
    return waits and (_runs(actor, group) or _visits(actor, member.exchange))


def may_leave(actor: Actor, group: GroupVisit, member: GroupMember) -> bool:
    """The visitor’s side takes its exchange out, or those who run the group do."""
    taken = member.state is Place.JOINED
    return taken and (_runs(actor, group) or _visits(actor, member.exchange))


def may_close(actor: Actor) -> bool:
    """The daily job: that all visits have ended is told by the exchanges."""
    return actor.is_system


def available(actor: Actor, group: GroupVisit) -> tuple[Action, ...]:
    """What the actor can do with the group as a whole; what is signed is not changed."""
    asked = {Action.INVITE: may_invite}
    if not group.is_signed:
        asked[Action.EDIT] = may_edit
    possible = LIFE.actions_from(group.state)
    return tuple(action for action in possible if action in asked and asked[action](actor, group))


def available_for(actor: Actor, group: GroupVisit, member: GroupMember) -> tuple[Action, ...]:
    """What the actor can do with one place in the group; nobody leaves after a signature."""
    asked = {Action.ADMIT: may_admit, Action.DECLINE: may_decline}
    if member.is_open:
        asked[Action.LEAVE] = may_leave
    possible = [action for action in LIFE.actions_from(group.state) if action in asked]
    return tuple(action for action in possible if asked[action](actor, group, member))


def _runs(actor: Actor, group: GroupVisit) -> bool:
    return actor.speaks_for(group.host_id) or projects.manages(actor, group.project)


def _visits(actor: Actor, exchange: Exchange) -> bool:
    return actor.speaks_for(exchange.visitor_id) or projects.manages(actor, exchange.project)
