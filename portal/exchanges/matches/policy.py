"""Who may do what with a match.

The two organisations decide, each for its own side; a partnership may propose, never agree.
"""

from sqlalchemy import ColumnElement, or_, true

from portal.core.actors import Actor, Role
from portal.exchanges.matches import queries
from portal.exchanges.matches.models import Match, MatchRound, Suggestion
from portal.exchanges.matches.states import LIFE, Action
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.states import Part
from portal.projects import policy as projects
from portal.projects.queries import managed_by, of_organisations

#: Staff who see every match.
STAFF = (Role.OFFICER, Role.AUDITOR)


def may_list(actor: Actor) -> bool:
    """Staff, and everybody who speaks for an organisation; each sees their own."""
    return actor.has(*STAFF) or bool(actor.organisation_ids)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Staff see all matches; others those of their organisations and of partnerships they
    manage.
    """
    if actor.has(*STAFF):
        return true()
    mine = queries.of_profiles(queries.profiles_of(actor.organisation_ids))
    if not actor.has(Role.MANAGER):
        return mine
    managed = queries.profiles_with(of_organisations(actor.organisation_ids))
    return or_(mine, queries.of_profiles(managed))


def may_see(actor: Actor, match: Match) -> bool:
    """Staff, both organisations, and the managers of both partnerships."""
    if actor.has(*STAFF) or sides_of(actor, match):
        return True
    return _manages(actor, match.visitor) or _manages(actor, match.host)


def may_look_for(actor: Actor, profile: Profile) -> bool:
    """The best matches of a profile: its organisation, and the partnership that accepted it."""
    return actor.speaks_for(profile.organisation_id) or _manages(actor, profile)


def may_propose(actor: Actor, visitor: Profile, host: Profile) -> bool:
    """People of either organisation, and managers of either partnership."""
    return any(may_look_for(actor, profile) for profile in (visitor, host))


def sides_of(actor: Actor, match: Match) -> tuple[Part, ...]:
    """For which side the actor may answer."""
    return tuple(part for part in Part if actor.speaks_for(match.profile_of(part).organisation_id))


def may_counter(actor: Actor, match: Match, part: Part | None = None) -> bool:
    """Each side for itself; without a side: for any."""
    return _answers(actor, match, part)


def may_accept(actor: Actor, match: Match, part: Part | None = None) -> bool:
    """Each side for itself; without a side: for any."""
    return _answers(actor, match, part)


def may_decline(actor: Actor, match: Match, part: Part | None = None) -> bool:
    """Each side for itself; without a side: for any."""
    return _answers(actor, match, part)


def may_expire(actor: Actor) -> bool:
    """The daily job: silence is told by the calendar."""
    return actor.is_system


def may_list_rounds(actor: Actor) -> bool:
    """Partnership managers, officers and auditors."""
    return actor.has(*STAFF, Role.MANAGER)


def may_ask_round(actor: Actor) -> bool:
    """Partnership managers, and officers."""
    return actor.has(Role.OFFICER) or (actor.has(Role.MANAGER) and bool(actor.organisation_ids))


def may_solve_round(actor: Actor) -> bool:
    """The portal itself: large rounds are work for the command line."""
    return actor.is_system


def suggestions_seen(actor: Actor, found: MatchRound) -> list[Suggestion]:
    """Staff see all suggestions, managers those of their partnerships' visitors and hosts."""
    if actor.has(*STAFF):
        return list(found.suggestions)
    managed = {project.id for project in managed_by(actor)}
    return [
        one
        for one in found.suggestions
        if not managed.isdisjoint({one.visitor.project_id, one.host.project_id})
    ]


def available(actor: Actor, match: Match) -> tuple[Action, ...]:
    """What the actor can do now: what the state allows and the permissions too."""
    asked = {
        Action.ACCEPT: _may_still_accept,
        Action.COUNTER: may_counter,
        Action.DECLINE: may_decline,
    }
    possible = LIFE.actions_from(match.state)
    return tuple(action for action in possible if action in asked and asked[action](actor, match))


def _may_still_accept(actor: Actor, match: Match) -> bool:
    return any(match.agreed_at(part) is None for part in sides_of(actor, match))


def _answers(actor: Actor, match: Match, part: Part | None) -> bool:
    sides = sides_of(actor, match)
    return part in sides if part is not None else bool(sides)


def _manages(actor: Actor, profile: Profile) -> bool:
    return profile.project is not None and projects.manages(actor, profile.project)
