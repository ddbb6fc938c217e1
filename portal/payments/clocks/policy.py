"""Everyone signed in may read the limits; officers keep them."""

from portal.core.actors import Actor, Role


def may_see(actor: Actor) -> bool:
    """Every signed-in person: the limits protect those who are paid."""
    return actor.id is not None


def may_set_limit(actor: Actor) -> bool:
    """Programme officers, who keep the other reference tables too."""
    return actor.has(Role.OFFICER)
