"""Everyone signed in may read the reference tables; officers keep them."""

from portal.core.actors import Actor, Role


def may_see(actor: Actor) -> bool:
    """Every signed-in person."""
    return actor.id is not None


def may_add_programme(actor: Actor) -> bool:
    """Programme officers, and the portal itself when it is set up."""
    return actor.is_system or actor.has(Role.OFFICER)


def may_edit(actor: Actor) -> bool:
    """Programme officers."""
    return actor.has(Role.OFFICER)


def may_add_participation(actor: Actor) -> bool:
    """Programme officers, and the portal itself when it is set up."""
    return actor.is_system or actor.has(Role.OFFICER)


def may_load_reference(actor: Actor) -> bool:
    """The portal itself, when it is set up, or an officer."""
    return actor.is_system or actor.has(Role.OFFICER)
