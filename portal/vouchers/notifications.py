"""Who is told what happens to a voucher."""

from collections.abc import Iterable
from typing import Any

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.core.actors import Role
from portal.partners import queries as partners
from portal.projects import queries as projects
from portal.vouchers.models import Voucher
from portal.vouchers.states import Side


def awarded(voucher: Voucher) -> None:
    """The firm's people learn of the offer and are asked to sign."""
    for person in holders(voucher):
        _tell(
            person,
            voucher,
            "awarded",
            about="award",
            holder=voucher.holder,
            project=voucher.project,
        )


def half_signed(voucher: Voucher, side: Side) -> None:
    """The other side learns that one has signed and waits for it."""
    for person in managers(voucher) if side is Side.HOLDER else holders(voucher):
        _tell(person, voucher, "to_sign", about="to_sign")


def signed(voucher: Voucher) -> None:
    """Both sides learn that the agreement is in force."""
    for person in _both(voucher):
        _tell(person, voucher, "signed", about="sign")


def withdrawn(voucher: Voucher, reason: str) -> None:
    """Both sides learn that the offer is off, and why."""
    for person in _both(voucher):
        _tell(person, voucher, "withdrawn", about="withdraw", reason=reason)


def terminated(voucher: Voucher, reason: str) -> None:
    """Both sides learn that the agreement has ended early, and why."""
    for person in _both(voucher):
        _tell(person, voucher, "terminated", about="terminate", reason=reason)


def closed(voucher: Voucher) -> None:
    """Both sides learn that the last milestone is accepted."""
    for person in _both(voucher):
        _tell(person, voucher, "closed", about="close")


def holders(voucher: Voucher) -> list[User]:
    """The people of the firm."""
    return partners.people_of([voucher.holder_id])


def managers(voucher: Voucher) -> list[User]:
    """The managers of the project's consortium, who do not speak for the firm."""
    consortium = partners.people_of(sorted(projects.beneficiary_ids(voucher.project_id)))
    holding = {person.id for person in holders(voucher)}
    managing = {person.id for person in accounts.people_with_role(Role.MANAGER)} - holding
    return [person for person in consortium if person.id in managing]


def _both(voucher: Voucher) -> Iterable[User]:
    return [*holders(voucher), *managers(voucher)]


def _tell(person: User, voucher: Voucher, template: str, *, about: str, **context: Any) -> None:
    mail.queue(
        accounts.recipient(person),
        f"vouchers/mail/{template}.txt",
        about=f"{voucher.ref}:{about}",
        voucher=voucher,
        **context,
    )
