"""Who reads the bank's answers, and who enters them."""

from portal.core.actors import Actor, Role
from portal.payments import policy as payments
from portal.payments.answers.models import BankEntry
from portal.payments.answers.states import LIFE, Action


def may_list(actor: Actor) -> bool:
    """Whoever reads every payment."""
    return payments.may_list_all(actor)


def may_take_in(actor: Actor) -> bool:
    """An accounting officer; noting what the bank did is no signature."""
    return actor.has(Role.ACCOUNTANT)


def may_attribute(actor: Actor, _entry: BankEntry) -> bool:
    """An accounting officer; the payment chosen is asked for as well."""
    return actor.has(Role.ACCOUNTANT)


def may_dismiss(actor: Actor, _entry: BankEntry) -> bool:
    """An accounting officer."""
    return actor.has(Role.ACCOUNTANT)


_MAY = {Action.ATTRIBUTE: may_attribute, Action.DISMISS: may_dismiss}


def available(actor: Actor, entry: BankEntry) -> tuple[Action, ...]:
    """What the person can do with the entry now."""
    return tuple(action for action in LIFE.actions_from(entry.state) if _MAY[action](actor, entry))
