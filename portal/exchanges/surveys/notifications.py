"""Who is told what about a survey: the people of the organisation that is asked."""

from portal.accounts import queries as accounts
from portal.core import mail
from portal.exchanges.surveys.models import Survey
from portal.partners import queries as partners


def asked(survey: Survey) -> None:
    """The organisation is asked what came of the visit."""
    _tell(survey, "asked")


def reminded(survey: Survey) -> None:
    """The organisation is reminded, once."""
    _tell(survey, "reminded")


def _tell(survey: Survey, template: str) -> None:
    for person in partners.people_of([survey.organisation_id]):
        mail.queue(
            accounts.recipient(person),
            f"surveys/mail/{template}.txt",
            about=survey.ref,
            survey=survey,
            exchange=survey.exchange,
        )
