"""Who may see a desk: everybody their own."""

from portal.core.actors import Actor


def may_see(actor: Actor) -> bool:
    """Everybody who signed in has a desk."""
    return actor.id is not None
