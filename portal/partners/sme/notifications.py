"""Mails about SME declarations, to the members of the organisation."""

from portal.accounts.queries import recipients
from portal.core import mail
from portal.partners import queries as partners
from portal.partners.sme.models import Assessment


def confirmed(assessment: Assessment) -> None:
    """Tell the members that the status is confirmed."""
    _tell_members(assessment, "confirmed")


def contested(assessment: Assessment) -> None:
    """Tell the members that the status is contested, and why."""
    _tell_members(assessment, "contested")


def _tell_members(assessment: Assessment, template: str) -> None:
    for addressee in recipients(partners.people_of((assessment.organisation_id,))):
        mail.queue(
            addressee,
            f"sme/mail/{template}.txt",
            about=f"{assessment.ref}:{template}:{assessment.version}",
            assessment=assessment,
            organisation=assessment.organisation,
        )
