"""Who is told what happens to a milestone."""

from datetime import date
from typing import Any

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.core.actors import Role
from portal.partners import queries as partners
from portal.payments.models import Payment
from portal.projects import queries as projects
from portal.vouchers.milestones.models import Milestone


def submitted(milestone: Milestone) -> None:
    """The project's managers who may review it learn that proof has arrived."""
    for person in _reviewers(milestone):
        _tell(person, milestone, "submitted", about=_event(milestone, "submit"))


def sent_back(milestone: Milestone, last: date) -> None:
    """The firm's people learn what is missing and until when they may send it."""
    for person in _holders(milestone):
        about = _event(milestone, "send_back")
        _tell(person, milestone, "sent_back", about=about, last=last)


def accepted(milestone: Milestone, payment: Payment | None) -> None:
    """The firm's people learn what is due to them and by when it is paid."""
    for person in _holders(milestone):
        if payment is None:
            _tell(person, milestone, "accepted_without_payment", about="accept")
        else:
            _tell(person, milestone, "accepted", about="accept", pay_by=payment.due_on)


def postponed(milestone: Milestone, due_on: date, reason: str) -> None:
    """The firm's people learn the new due date."""
    for person in _holders(milestone):
        about = f"postpone:{due_on.isoformat()}"
        _tell(person, milestone, "postponed", about=about, due_on=due_on, reason=reason)


def _holders(milestone: Milestone) -> list[User]:
    return partners.people_of([milestone.voucher.holder_id])


def _reviewers(milestone: Milestone) -> list[User]:
    voucher = milestone.voucher
    apart = {person.id for person in _holders(milestone)} | {voucher.mentor_id}
    managing = {person.id for person in accounts.people_with_role(Role.MANAGER)} - apart
    consortium = partners.people_of(sorted(projects.beneficiary_ids(voucher.project_id)))
    return [person for person in consortium if person.id in managing]


def _event(milestone: Milestone, verb: str) -> str:
    """The event's name with a number: proof may be sent, and sent back, several times."""
    return f"{verb}:{milestone.version}"


def _tell(person: User, milestone: Milestone, template: str, *, about: str, **context: Any) -> None:
    mail.queue(
        accounts.recipient(person),
        f"milestones/mail/{template}.txt",
        about=f"{milestone.ref}:{about}",
        milestone=milestone,
        voucher=milestone.voucher,
        holder=milestone.voucher.holder,
        **context,
    )
