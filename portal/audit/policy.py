"""Who may read the trail."""

from portal.core.actors import Actor, Role


def may_search(actor: Actor) -> bool:
    """Auditors and administrators read the whole trail; others see the timeline on their own
    files.
    """
    return actor.has(Role.AUDITOR, Role.ADMIN)
