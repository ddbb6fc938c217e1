"""Who is told what about a match."""

from collections.abc import Iterable

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.core.actors import Actor
from portal.exchanges.matches.models import Match
from portal.exchanges.profiles.states import Part
from portal.partners import queries as partners


def proposed(match: Match) -> None:
    """The sides that have not agreed are asked for their answer."""
    _tell(match, _undecided(match), "proposed")


def countered(match: Match) -> None:
    """The other side is asked about other days."""
    _tell(match, _undecided(match), "countered")


def accepted(match: Match) -> None:
    """One side has agreed: the other is asked."""
    _tell(match, _undecided(match), "accepted")


def confirmed(match: Match) -> None:
    """Both sides learn that an exchange has begun."""
    _tell(match, _people(match, *Part), "confirmed")


def declined(match: Match, *, by: Actor) -> None:
    """Both sides learn that the visit will not take place, and why, except who said so."""
    _tell(match, (one for one in _people(match, *Part) if one.id != by.id), "declined")


def expired(match: Match) -> None:
    """Both sides learn that nobody answered in time."""
    _tell(match, _people(match, *Part), "expired")


def _undecided(match: Match) -> list[User]:
    return _people(match, *(part for part in Part if match.agreed_at(part) is None))


def _people(match: Match, *parts: Part) -> list[User]:
    return partners.people_of([match.profile_of(part).organisation_id for part in parts])


def _tell(match: Match, people: Iterable[User], template: str) -> None:
    for person in people:
        mail.queue(
            accounts.recipient(person),
            f"matches/mail/{template}.txt",
            about=f"{match.ref}:{template}:{match.version}",
            match=match,
            visitor=match.visitor.organisation,
            host=match.host.organisation,
        )
