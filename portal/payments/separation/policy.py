"""Who may see who could pay whom."""

from portal.core.actors import Actor, Role


def may_see(actor: Actor) -> bool:
    """Auditors, administrators who give the roles, and accounting officers."""
    return actor.has(Role.AUDITOR, Role.ADMIN, Role.ACCOUNTANT)
