"""Who is told of a delegation: the person who lends, and the one who may sign."""

from portal.accounts import queries as accounts
from portal.core import mail
from portal.core.actors import ROLE_LABELS
from portal.payments.delegations.models import Delegation


def approved(delegation: Delegation) -> None:
    """Tell both that the right is lent, from when to when and up to which amount."""
    _tell_both(delegation, "approved")


def ended(delegation: Delegation) -> None:
    """Tell both that it was declined or revoked, and why."""
    _tell_both(delegation, "ended")


def _tell_both(delegation: Delegation, what: str) -> None:
    for person in (delegation.delegator, delegation.delegate):
        mail.queue(
            accounts.recipient(person),
            f"delegations/mail/{what}.txt",
            about=f"{delegation.ref}:{what}",
            delegation=delegation,
            role=ROLE_LABELS[delegation.role],
        )
