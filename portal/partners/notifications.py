"""Mails about organisations, to their members."""

from portal.accounts.models import User
from portal.accounts.queries import recipient, recipients
from portal.core import mail
from portal.partners import queries
from portal.partners.models import Organisation


def verified(organisation: Organisation) -> None:
    """Tell the members that the organisation may take part."""
    _tell_members(organisation, "verified")


def suspended(organisation: Organisation) -> None:
    """Tell the members that the organisation may not act, and why."""
    _tell_members(organisation, "suspended", reason=organisation.suspension_reason)


def reinstated(organisation: Organisation) -> None:
    """Tell the members that the suspension is lifted."""
    _tell_members(organisation, "reinstated")


def member_added(organisation: Organisation, person: User, *, membership_id: int, by: str) -> None:
    """Tell a person for whom he or she may act from now on."""
    about = f"{organisation.ref}:add_member:{membership_id}"
    mail.queue(
        recipient(person),
        "partners/mail/member_added.txt",
        about=about,
        organisation=organisation,
        by=by,
    )


def member_removed(organisation: Organisation, person: User, *, membership_id: int) -> None:
    """Tell a person that he or she no longer acts for the organisation."""
    about = f"{organisation.ref}:remove_member:{membership_id}"
    mail.queue(
        recipient(person),
        "partners/mail/member_removed.txt",
        about=about,
        organisation=organisation,
    )


def _tell_members(organisation: Organisation, template: str, *, reason: str = "") -> None:
    about = f"{organisation.ref}:{template}:{organisation.version}"
    for addressee in recipients(queries.people_of((organisation.id,))):
        mail.queue(
            addressee,
            f"partners/mail/{template}.txt",
            about=about,
            organisation=organisation,
            reason=reason,
        )
