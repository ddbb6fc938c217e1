"""Mails about accounts: invitation, new password, a role granted or withdrawn."""

from portal.accounts.models import User
from portal.accounts.queries import recipient
from portal.core import mail
from portal.core.actors import ROLE_LABELS, Role


def invited(person: User, token: str) -> None:
    """The link with which a new person activates the account."""
    about = f"{person.ref}:invite:{token[:8]}"
    mail.queue(
        recipient(person), "accounts/mail/invited.txt", about=about, path=f"/activate/{token}"
    )


def already_registered(person: User, number: int) -> None:
    """Somebody signed up with an address that has an account: its owner learns of it, nobody
    else.
    """
    about = f"{person.ref}:already:{number}"
    mail.queue(recipient(person), "accounts/mail/already_registered.txt", about=about)


def password_forgotten(person: User, token: str) -> None:
    """The link with which a person sets a new password."""
    about = f"{person.ref}:forgotten:{token[:8]}"
    mail.queue(
        recipient(person),
        "accounts/mail/password_forgotten.txt",
        about=about,
        path=f"/new-password/{token}",
    )


def password_changed(person: User, version: int) -> None:
    """Tell the owner that the password was changed."""
    mail.queue(
        recipient(person),
        "accounts/mail/password_changed.txt",
        about=f"{person.ref}:password:{version}",
    )


def role_granted(person: User, role: Role, number: int) -> None:
    """Tell a person about a new role."""
    about = f"{person.ref}:role:{number}"
    mail.queue(
        recipient(person), "accounts/mail/role_granted.txt", about=about, role=ROLE_LABELS[role]
    )
