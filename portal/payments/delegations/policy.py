"""Who lends a right, who approves it, who ends it, who reads of it."""

from sqlalchemy import ColumnElement, true

from portal.core.actors import Actor, Role
from portal.payments.delegations import queries
from portal.payments.delegations.models import Delegation
from portal.payments.delegations.states import LIFE, SIGNING, Action

#: Those who read every delegation: who gives roles, who checks, and who acts in the circuit.
READERS = (Role.ADMIN, Role.AUDITOR, Role.OFFICER, *SIGNING)


def may_list(actor: Actor) -> bool:
    """Staff."""
    return actor.has(*READERS)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """All of them, or those the person lends or receives."""
    return true() if may_list(actor) else queries.of_person(actor.id or 0)


def may_see(actor: Actor, delegation: Delegation) -> bool:
    """Staff, and the two people concerned."""
    return may_list(actor) or actor.id in (delegation.delegator_id, delegation.delegate_id)


def may_propose(actor: Actor, role: Role | None = None) -> bool:
    """Who holds a signing role themselves lends it; what is lent cannot be lent on."""
    return actor.has(role) if role else actor.has(*SIGNING)


def may_approve(actor: Actor, delegation: Delegation) -> bool:
    """An administrator, as for roles, but neither of the two people concerned."""
    own = actor.id in (delegation.delegator_id, delegation.delegate_id)
    return actor.has(Role.ADMIN) and not own


def may_decline(actor: Actor, delegation: Delegation) -> bool:
    """Who may approve."""
    return may_approve(actor, delegation)


def may_revoke(actor: Actor, delegation: Delegation) -> bool:
    """Who lent it, who received it, or an administrator."""
    own = actor.id in (delegation.delegator_id, delegation.delegate_id)
    return actor.has(Role.ADMIN) or own


_MAY = {
    Action.APPROVE: may_approve,
    Action.DECLINE: may_decline,
    Action.REVOKE: may_revoke,
}


def available(actor: Actor, delegation: Delegation) -> tuple[Action, ...]:
    """What the person can do with the delegation now."""
    return tuple(
        action for action in LIFE.actions_from(delegation.state) if _MAY[action](actor, delegation)
    )
