"""What a delegation allows: days, ceiling, to whom; and which of several one signs under."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from portal.core import formats
from portal.core.actors import Role
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.states import Badge
from portal.payments.delegations.states import DELEGATES, LIFE, NOT_YET, OVER, State


@dataclass(frozen=True)
class Right:
    """A right lent to a person and in force, with what its owner may not sign for themselves."""

    delegation_id: int
    ref: str
    role: Role
    delegator_id: int
    delegator: str
    delegate_id: int
    ceiling_cents: int
    ends_on: date
    #: Organisations the owner speaks for: nobody lends a signature they could not give.
    organisation_ids: frozenset[int] = field(default_factory=frozenset)


def proposal_faults(
    *, starts_on: date, ends_on: date, ceiling_cents: int, today: date
) -> list[Fault]:
    """Whether days (both included, none in the past) and ceiling in cents make sense."""
    faults = []
    if starts_on < today:
        faults.append(Fault(_("A delegation cannot begin in the past."), "starts_on"))
    if ends_on < starts_on:
        faults.append(Fault(_("The last day is before the first."), "ends_on"))
    if ceiling_cents <= 0:
        faults.append(Fault(_("The ceiling must be above zero."), "ceiling_cents"))
    return faults


def delegate_faults(
    *, is_delegator: bool, is_active: bool, roles: Collection[Role], lent: Role
) -> list[Fault]:
    """Whether the right can be lent to this person."""
    if is_delegator:
        return [Fault(_("Choose somebody else: a right is lent to another person."), "delegate")]
    if not is_active or not set(DELEGATES) & set(roles):
        message = _(
            "A right is lent to an active member of the staff who reads payments: a programme, "
            "verifying, authorising or accounting officer."
        )
        return [Fault(message, "delegate")]
    if lent in roles:
        return [Fault(_("This person already holds the role themselves."), "delegate")]
    return []


def owner_faults(*, still_holds: bool) -> list[Fault]:
    """Whether there still is a right to be lent."""
    if still_holds:
        return []
    return [Fault(_("The person no longer holds the role: there is nothing left to lend."))]


def end_faults(ends_on: date, today: date) -> list[Fault]:
    """Whether approving still makes sense."""
    if today <= ends_on:
        return []
    return [Fault(_("The last day of the delegation is past: propose a new one."))]


def badge(state: State, starts_on: date, ends_on: date, day: date) -> Badge:
    """How a delegation stands on a day, bounds included."""
    if state is State.APPROVED and day < starts_on:
        return NOT_YET
    if state is State.APPROVED and day > ends_on:
        return OVER
    return LIFE.badge(state)


def under(rights: Iterable[Right], amount_cents: int) -> Right | None:
    """The right to sign under: of those whose ceiling holds the amount (included), the lowest."""
    wide_enough = [right for right in rights if amount_cents <= right.ceiling_cents]
    return min(wide_enough, key=lambda each: (each.ceiling_cents, each.ref), default=None)


def ceiling_fault(payment: str, amount_cents: int, rights: Iterable[Right]) -> Fault:
    """Why none of the rights lent reaches as far as the payment."""
    most = max((right.ceiling_cents for right in rights), default=0)
    message = _(
        "Payment %(ref)s is of %(amount)s, and the delegation allows at most %(most)s for each "
        "payment. Its owner has to sign, or somebody else who holds the role.",
        ref=payment,
        amount=formats.money(amount_cents),
        most=formats.money(most),
    )
    return Fault(message, rule="delegation-ceiling", inputs={"amount_cents": amount_cents})
