"""Who is told what about a profile; no mail ever carries a CV or a motivation (DP-1)."""

from collections.abc import Iterable

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.core.actors import Role
from portal.exchanges.profiles.models import Profile
from portal.partners import queries as partners
from portal.projects import queries as projects


def submitted(profile: Profile) -> None:
    """The partnership's managers are asked to answer."""
    _tell(profile, _managers(profile), "to_answer")


def answer_due(profile: Profile) -> None:
    """The partnership's managers are reminded of their last day."""
    _tell(profile, _managers(profile), "answer_due")


def accepted(profile: Profile) -> None:
    """The organisation learns that it is in the catalogue."""
    _tell(profile, _own(profile), "accepted")


def sent_back(profile: Profile) -> None:
    """The organisation learns what is missing."""
    _tell(profile, _own(profile), "returned")


def rejected(profile: Profile) -> None:
    """The organisation learns why."""
    _tell(profile, _own(profile), "rejected")


def suspended(profile: Profile) -> None:
    """The organisation learns why it left the catalogue."""
    _tell(profile, _own(profile), "suspended")


def reinstated(profile: Profile) -> None:
    """The organisation learns that it is back in the catalogue."""
    _tell(profile, _own(profile), "accepted")


def _own(profile: Profile) -> list[User]:
    return partners.people_of([profile.organisation_id])


def _managers(profile: Profile) -> list[User]:
    """The managers of the partnership who do not speak for the organisation itself."""
    if profile.project_id is None:
        return []
    managers = {person.id for person in accounts.people_with_role(Role.MANAGER)}
    own = {person.id for person in _own(profile)}
    people = partners.people_of(sorted(projects.beneficiary_ids(profile.project_id)))
    return [person for person in people if person.id in managers - own]


def _tell(profile: Profile, people: Iterable[User], template: str) -> None:
    for person in people:
        mail.queue(
            accounts.recipient(person),
            f"profiles/mail/{template}.txt",
            about=f"{profile.ref}:{template}:{profile.version}",
            profile=profile,
            organisation=profile.organisation,
            partnership=profile.project,
        )
