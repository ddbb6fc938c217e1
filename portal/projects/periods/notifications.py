"""Who is told what happens to a periodic report and to the payments of the grant."""

from typing import Any

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.core.actors import Role
from portal.partners import queries as partners
from portal.payments.models import Payment
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.periods.models import GrantInstalment, Period
from portal.projects.periods.rules import Earned


def pre_financed(project: Project, payment: Payment) -> None:
    """The coordinator's people learn that the pre-financing is asked for, and its legal date."""
    for person in partners.people_of([project.coordinator_id]):
        _tell(person, project, "pre_financed", about="pre_finance", payment=payment)


def submitted(period: Period) -> None:
    """The officers outside the consortium learn that a report has arrived."""
    project = period.plan.project
    consortium = partners.people_of(sorted(projects.beneficiary_ids(project.id)))
    apart = {person.id for person in consortium}
    for person in accounts.people_with_role(Role.OFFICER):
        if person.id not in apart:
            _tell(person, project, "submitted", about=_event(period, "submit"), period=period)


def sent_back(period: Period) -> None:
    """The coordinator's people learn what is missing."""
    project = period.plan.project
    for person in partners.people_of([project.coordinator_id]):
        _tell(person, project, "sent_back", about=_event(period, "send_back"), period=period)


def accepted(period: Period, decided: GrantInstalment, payment: Payment | None) -> None:
    """The coordinator's people learn what was accepted, and what is paid or must come back."""
    project = period.plan.project
    for person in partners.people_of([project.coordinator_id]):
        about = _event(period, "accept")
        told = {"period": period, "decided": decided, "payment": payment}
        _tell(person, project, "accepted", about=about, **told)


def closed(
    project: Project, *, earned: Earned | None, payment: Payment | None, reason: str
) -> None:
    """Everybody in the consortium learns what the grant came to, and why it is closed."""
    told = {"earned": earned, "payment": payment, "reason": reason}
    for person in partners.people_of(sorted(projects.beneficiary_ids(project.id))):
        _tell(person, project, "closed", about="close", **told)


def _event(period: Period, verb: str) -> str:
    """The event's name with a number: a report may be sent, and sent back, several times."""
    return f"{period.number}:{verb}:{period.version}"


def _tell(person: User, project: Project, template: str, *, about: str, **context: Any) -> None:
    mail.queue(
        accounts.recipient(person),
        f"periods/mail/{template}.txt",
        about=f"{project.ref}:{about}",
        project=project,
        **context,
    )
