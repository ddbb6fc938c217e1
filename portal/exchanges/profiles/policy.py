"""Who may do what with a profile.

The partnership answers, through a manager who does not speak for the organisation that asks.
"""

from sqlalchemy import ColumnElement, and_, or_, true

from portal.core.actors import Actor, Role
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.states import LIFE, Action, State
from portal.partners.models import Organisation
from portal.projects import policy as projects
from portal.projects.queries import of_organisations

#: Staff who see every profile that was submitted, without the CV.
STAFF = (Role.OFFICER, Role.AUDITOR)


def may_list(actor: Actor) -> bool:
    """Staff, and everybody who speaks for an organisation; each sees their own."""
    return actor.has(*STAFF) or bool(actor.organisation_ids)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Staff see what was submitted; others their own, and what their partnerships received."""
    if actor.has(*STAFF):
        own = Profile.organisation_id.in_(actor.organisation_ids)
        return or_(Profile.submitted_at.is_not(None), own)
    managed = of_organisations(actor.organisation_ids if actor.has(Role.MANAGER) else ())
    received = and_(Profile.project_id.in_(managed), Profile.submitted_at.is_not(None))
    return and_(true(), or_(Profile.organisation_id.in_(actor.organisation_ids), received))


def may_see(actor: Actor, profile: Profile) -> bool:
    """The organisation's people; once submitted also the partnership, officers and auditors."""
    if actor.speaks_for(profile.organisation_id):
        return True
    return profile.submitted_at is not None and (actor.has(*STAFF) or _manages(actor, profile))


def may_browse(actor: Actor) -> bool:
    """The catalogue: staff, and everybody who speaks for an organisation."""
    return may_list(actor)


def may_see_offer(actor: Actor, profile: Profile) -> bool:
    """What an accepted profile offers: whoever may read the catalogue."""
    return may_see(actor, profile) or (profile.state is State.ACCEPTED and may_browse(actor))


def may_see_cv(actor: Actor, profile: Profile) -> bool:
    """The person it is about, and the partnership that answers: nobody else needs it (DP-1)."""
    if profile.person_id is not None and actor.id == profile.person_id:
        return True
    return profile.submitted_at is not None and _manages(actor, profile)


def may_start(actor: Actor, organisation: Organisation | None = None) -> bool:
    """Whoever speaks for the organisation; without one, for any."""
    if organisation is None:
        return bool(actor.organisation_ids)
    return actor.speaks_for(organisation.id)


def may_edit(actor: Actor, profile: Profile) -> bool:
    """The organisation's people."""
    return actor.speaks_for(profile.organisation_id)


def may_submit(actor: Actor, profile: Profile) -> bool:
    """The organisation's people."""
    return actor.speaks_for(profile.organisation_id)


def may_withdraw(actor: Actor, profile: Profile) -> bool:
    """The organisation's people."""
    return actor.speaks_for(profile.organisation_id)


def may_accept(actor: Actor, profile: Profile) -> bool:
    """The partnership's managers who do not speak for the organisation."""
    return _answers(actor, profile)


def may_send_back(actor: Actor, profile: Profile) -> bool:
    """Those who accept."""
    return _answers(actor, profile)


def may_reject(actor: Actor, profile: Profile) -> bool:
    """Those who accept."""
    return _answers(actor, profile)


def may_suspend(actor: Actor, profile: Profile) -> bool:
    """Those who accept."""
    return _answers(actor, profile)


def may_reinstate(actor: Actor, profile: Profile) -> bool:
    """Those who accept."""
    return _answers(actor, profile)


def may_remind(actor: Actor) -> bool:
    """The daily job, or an officer in its place."""
    return actor.is_system or actor.has(Role.OFFICER)


def may_close(actor: Actor) -> bool:
    """The daily job: deletion follows the calendar, nobody's choice (DP-2)."""
    return actor.is_system


def available(actor: Actor, profile: Profile) -> tuple[Action, ...]:
    """What the actor can do now: what the state allows and the permissions too."""
    asked = {
        Action.EDIT: may_edit,
        Action.SUBMIT: may_submit,
        Action.ACCEPT: may_accept,
        Action.SEND_BACK: may_send_back,
        Action.REJECT: may_reject,
        Action.SUSPEND: may_suspend,
        Action.REINSTATE: may_reinstate,
        Action.WITHDRAW: may_withdraw,
    }
    possible = LIFE.actions_from(profile.state)
    return tuple(action for action in possible if action in asked and asked[action](actor, profile))


def _manages(actor: Actor, profile: Profile) -> bool:
    return profile.project is not None and projects.manages(actor, profile.project)


def _answers(actor: Actor, profile: Profile) -> bool:
    return not actor.speaks_for(profile.organisation_id) and _manages(actor, profile)
