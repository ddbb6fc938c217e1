"""Who is told what happens to a project."""

from collections.abc import Iterable
from typing import Any

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.ledger.models import Posting
from portal.partners import queries as partners
from portal.projects import queries
from portal.projects.models import Project
from portal.projects.states import Side


def awarded(project: Project) -> None:
    """Everybody in the consortium learns of the award and where the agreement is signed."""
    for person in _consortium(project):
        _tell(person, project, "awarded", about="award", coordinator=project.coordinator)


def signed(project: Project) -> None:
    """Everybody in the consortium learns that both sides have signed."""
    for person in _consortium(project):
        _tell(person, project, "signed", about="sign")


def half_signed(project: Project, side: Side) -> None:
    """The coordinator's people learn that the granting authority has signed and waits for them."""
    if side is not Side.AGENCY:
        return
    for person in partners.people_of([project.coordinator_id]):
        _tell(person, project, "to_sign", about="to_sign")


def budget_shifted(project: Project, given: Posting, from_code: str, to_code: str) -> None:
    """The coordinator's people learn that money moved between two lines."""
    for person in partners.people_of([project.coordinator_id]):
        _tell(
            person,
            project,
            "budget_shifted",
            about=f"shift_budget:{given.id}",
            cents=given.amount_cents,
            from_code=from_code,
            to_code=to_code,
        )


def suspended(project: Project, reason: str) -> None:
    """Everybody in the consortium learns that nothing new may be committed, and why."""
    for person in _consortium(project):
        _tell(person, project, "suspended", about=f"suspend:{project.version}", reason=reason)


def resumed(project: Project) -> None:
    """Everybody in the consortium learns that the project goes on."""
    for person in _consortium(project):
        _tell(person, project, "resumed", about=f"resume:{project.version}")


def terminated(project: Project, reason: str) -> None:
    """Everybody in the consortium learns that the agreement has ended, and why."""
    for person in _consortium(project):
        _tell(person, project, "terminated", about="terminate", reason=reason)


def _consortium(project: Project) -> Iterable[User]:
    return partners.people_of(sorted(queries.beneficiary_ids(project.id)))


def _tell(person: User, project: Project, template: str, *, about: str, **context: Any) -> None:
    mail.queue(
        accounts.recipient(person),
        f"projects/mail/{template}.txt",
        about=f"{project.ref}:{about}",
        project=project,
        **context,
    )
