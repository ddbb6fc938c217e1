"""Who may do what with accounts."""

from portal.accounts.models import User
from portal.accounts.states import LIFE, Action
from portal.core.actors import Actor, Role


def may_invite(actor: Actor) -> bool:
    """Administrators bring staff, evaluators and managers in; everybody else signs up."""
    return actor.has(Role.ADMIN) or actor.is_system


def may_list(actor: Actor) -> bool:
    """Administrators see everybody; auditors too, to know who could do what."""
    return actor.has(Role.ADMIN, Role.AUDITOR)


def may_see(actor: Actor, person: User) -> bool:
    """Oneself, administrators and auditors."""
    return actor.id == person.id or may_list(actor)


def may_change_language(actor: Actor, person: User) -> bool:
    """Only oneself."""
    return actor.id == person.id


def may_edit(actor: Actor, person: User) -> bool:
    """Only oneself: the name others see."""
    return actor.id == person.id


def may_change_password(actor: Actor, person: User) -> bool:
    """Only oneself, signed in or through a link sent to one's own address."""
    return actor.id == person.id


def may_sign_out_everywhere(actor: Actor, person: User) -> bool:
    """Only oneself."""
    return actor.id == person.id


def may_grant_role(actor: Actor, person: User) -> bool:
    """Administrators, but never to themselves."""
    return (actor.has(Role.ADMIN) and actor.id != person.id) or actor.is_system


def may_revoke_role(actor: Actor, person: User) -> bool:
    """Administrators, but not their own roles."""
    return actor.has(Role.ADMIN) and actor.id != person.id


def may_suspend(actor: Actor, person: User) -> bool:
    """Administrators, but not themselves."""
    return actor.has(Role.ADMIN) and actor.id != person.id


def may_reinstate(actor: Actor, person: User) -> bool:
    """Administrators, but not themselves."""
    return may_suspend(actor, person)


def available(actor: Actor, person: User) -> tuple[Action, ...]:
    """What this actor can do with this account now."""
    allowed = {Action.SUSPEND: may_suspend, Action.REINSTATE: may_reinstate}
    return tuple(
        action
        for action in LIFE.actions_from(person.state)
        if action in allowed and allowed[action](actor, person)
    )
