"""Who reads the ledger, and who may undo a posting by hand."""

from portal.core.actors import Actor, Role

#: Those who follow the money of every file.
READERS = (Role.OFFICER, Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT, Role.AUDITOR)


def may_see(actor: Actor) -> bool:
    """Officers of the circuit, accountants and auditors."""
    return actor.has(*READERS)


def may_reverse(actor: Actor) -> bool:
    """Accounting officers only: it is the one posting made by hand."""
    return actor.has(Role.ACCOUNTANT)


def may_export(actor: Actor) -> bool:
    """Whoever may read may take the figures along."""
    return may_see(actor)
