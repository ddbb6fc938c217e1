"""Who may do what with a call: the world reads what is published, officers do the rest."""

from portal.calls.models import Call
from portal.calls.states import LIFE, PUBLIC_STATES, Action
from portal.core.actors import Actor, Role


def may_list(actor: Actor | None) -> bool:
    """Everybody, signed in or not."""
    return actor is None or actor.id is not None


def may_see(actor: Actor | None, call: Call) -> bool:
    """Everybody what was published; drafts are seen by officers, auditors and administrators."""
    return call.state in PUBLIC_STATES or may_see_drafts(actor)


def may_see_drafts(actor: Actor | None) -> bool:
    """Officers, auditors and administrators."""
    return actor is not None and actor.has(Role.OFFICER, Role.AUDITOR, Role.ADMIN)


def may_see_desk(actor: Actor | None) -> bool:
    """Officers and auditors see what was received."""
    return actor is not None and actor.has(Role.OFFICER, Role.AUDITOR)


def may_draft(actor: Actor) -> bool:
    """Officers."""
    return actor.has(Role.OFFICER)


def may_edit(actor: Actor, call: Call) -> bool:
    """Officers."""
    return actor.has(Role.OFFICER) and may_see(actor, call)


def may_clone(actor: Actor, call: Call) -> bool:
    """Officers, from any call."""
    return actor.has(Role.OFFICER) and may_see(actor, call)


def may_publish(actor: Actor, call: Call) -> bool:
    """Officers."""
    return may_edit(actor, call)


def may_correct(actor: Actor, call: Call) -> bool:
    """Officers."""
    return may_edit(actor, call)


def may_decide(actor: Actor, call: Call) -> bool:
    """Officers."""
    return may_edit(actor, call)


def may_inform(actor: Actor, call: Call) -> bool:
    """Officers."""
    return may_edit(actor, call)


def may_cancel(actor: Actor, call: Call) -> bool:
    """Officers."""
    return may_edit(actor, call)


_ASKED = {
    Action.EDIT: may_edit,
    Action.CLONE: may_clone,
    Action.PUBLISH: may_publish,
    Action.CORRECT: may_correct,
    Action.DECIDE: may_decide,
    Action.INFORM: may_inform,
    Action.CANCEL: may_cancel,
}


def available(actor: Actor | None, call: Call) -> tuple[Action, ...]:
    """What this person may do with the call as it stands."""
    if actor is None:
        return ()
    return tuple(
        action
        for action in LIFE.actions_from(call.state)
        if action in _ASKED and _ASKED[action](actor, call)
    )
