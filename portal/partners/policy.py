"""Who may do what with organisations."""

from portal.core.actors import Actor, Role
from portal.partners.models import Organisation
from portal.partners.states import LIFE, Action

#: The people of the programme, who see the members of every organisation.
STAFF = (
    Role.OFFICER,
    Role.VERIFIER,
    Role.AUTHORISER,
    Role.ACCOUNTANT,
    Role.AUDITOR,
    Role.ADMIN,
)


def may_list(actor: Actor) -> bool:
    """Everybody who has signed in consults the directory."""
    return actor.id is not None


def may_see(actor: Actor, _organisation: Organisation) -> bool:
    """Everybody who has signed in sees the facts of every organisation."""
    return may_list(actor) or actor.is_system


def may_see_members(actor: Actor, organisation: Organisation) -> bool:
    """Members and the people of the programme; names are personal data."""
    return actor.speaks_for(organisation.id) or actor.has(*STAFF)


def may_register(actor: Actor) -> bool:
    """Everybody with an account."""
    return actor.id is not None or actor.is_system


def may_edit(actor: Actor, organisation: Organisation) -> bool:
    """Members only: an officer who finds a fault asks them."""
    return actor.speaks_for(organisation.id) or actor.is_system


def may_verify(actor: Actor, organisation: Organisation) -> bool:
    """An officer who is not a member of the organisation."""
    return _officer_from_outside(actor, organisation) or actor.is_system


def may_suspend(actor: Actor, organisation: Organisation) -> bool:
    """An officer who is not a member of the organisation."""
    return _officer_from_outside(actor, organisation)


def may_reinstate(actor: Actor, organisation: Organisation) -> bool:
    """An officer who is not a member of the organisation."""
    return _officer_from_outside(actor, organisation)


def may_add_member(actor: Actor, organisation: Organisation) -> bool:
    """Members, and officers for an organisation that has lost its people."""
    return _member_or_officer(actor, organisation)


def may_remove_member(actor: Actor, organisation: Organisation) -> bool:
    """Members and officers."""
    return _member_or_officer(actor, organisation)


def may_link_cluster(actor: Actor, organisation: Organisation) -> bool:
    """Members record of which cluster they are members; officers correct it."""
    return _member_or_officer(actor, organisation)


def may_unlink_cluster(actor: Actor, organisation: Organisation) -> bool:
    """Members and officers."""
    return _member_or_officer(actor, organisation)


def available(actor: Actor, organisation: Organisation) -> tuple[Action, ...]:
    """What this actor can do with this organisation now."""
    return tuple(
        action
        for action in LIFE.actions_from(organisation.state)
        if _PERMISSIONS[action](actor, organisation)
    )


_PERMISSIONS = {
    Action.EDIT: may_edit,
    Action.VERIFY: may_verify,
    Action.SUSPEND: may_suspend,
    Action.REINSTATE: may_reinstate,
    Action.ADD_MEMBER: may_add_member,
    Action.REMOVE_MEMBER: may_remove_member,
    Action.LINK_CLUSTER: may_link_cluster,
    Action.UNLINK_CLUSTER: may_unlink_cluster,
}


def _officer_from_outside(actor: Actor, organisation: Organisation) -> bool:
    return actor.has(Role.OFFICER) and not actor.speaks_for(organisation.id)


def _member_or_officer(actor: Actor, organisation: Organisation) -> bool:
    return actor.speaks_for(organisation.id) or actor.has(Role.OFFICER) or actor.is_system
