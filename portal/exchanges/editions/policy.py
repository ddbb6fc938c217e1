"""Who reads editions, and who drafts, publishes and discards the next one.

One officer drafts and alone may change the draft; another one publishes it.
"""

from portal.core.actors import Actor, Role
from portal.exchanges.editions.models import EditionDraft
from portal.exchanges.editions.states import LIFE, Action


def may_see_editions(actor: Actor) -> bool:
    """Every signed-in person: what is published binds everybody."""
    return actor.id is not None


def may_see_drafts(actor: Actor) -> bool:
    """Officers and auditors, with the replays."""
    return actor.has(Role.OFFICER, Role.AUDITOR)


def may_draft(actor: Actor) -> bool:
    """Officers."""
    return actor.has(Role.OFFICER)


def may_edit(actor: Actor, draft: EditionDraft) -> bool:
    """The author alone, so that whoever publishes has had no part in it."""
    return actor.has(Role.OFFICER) and draft.drafted_by_id == actor.id


def may_publish(actor: Actor, draft: EditionDraft) -> bool:
    """Any officer but the author."""
    return actor.has(Role.OFFICER) and draft.drafted_by_id != actor.id


def may_discard(actor: Actor, draft: EditionDraft) -> bool:  # noqa: ARG001 - as its neighbours
    """Officers: the author who thinks again, or another who will not publish it."""
    return actor.has(Role.OFFICER)


def available(actor: Actor, draft: EditionDraft) -> tuple[Action, ...]:
    """What the actor can do now: what the state allows and the permissions too."""
    asked = {
        Action.EDIT: may_edit,
        Action.PUBLISH: may_publish,
        Action.DISCARD: may_discard,
    }
    possible = LIFE.actions_from(draft.state)
    return tuple(action for action in possible if asked[action](actor, draft))
