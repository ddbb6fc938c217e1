"""What makes a match impossible whatever its score (domain 2.8, hard filters)."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from portal.core.errors import Fault
from portal.core.i18n import Text, _
from portal.exchanges.matches.rules.traits import Traits, common_days

#: Fewest common working days (domain 2.8; CXC-D01).
FEWEST_DAYS = 3
#: A proposal nobody answers expires after so many calendar days (domain 2.6).
ANSWER_DAYS = 30


class Obstacle(StrEnum):
    """Why two profiles cannot be matched."""

    ONESELF = "oneself"
    GROUP = "group"
    COUNTRY = "country"
    DAYS = "days"
    VISITOR = "visitor"
    HOST = "host"
    OPEN = "open"


OBSTACLE_LABELS: dict[Obstacle, Text] = {
    Obstacle.ONESELF: _("the same organisation"),
    Obstacle.GROUP: _("the same legal group"),
    Obstacle.COUNTRY: _("established in the same country"),
    Obstacle.DAYS: _("fewer than three working days in common"),
    Obstacle.VISITOR: _("the visitor may not visit as things stand"),
    Obstacle.HOST: _("the host may not host as things stand"),
    Obstacle.OPEN: _("a proposal is already open"),
}

_RULES = {
    Obstacle.ONESELF: "CXC-E09",
    Obstacle.GROUP: "CXC-E09",
    Obstacle.COUNTRY: "CXC-E01",
    Obstacle.DAYS: "CXC-D01",
    Obstacle.VISITOR: "2.3",
    Obstacle.HOST: "2.3",
    Obstacle.OPEN: "2.6",
}


def obstacle(
    visitor: Traits, host: Traits, *, may_visit: bool = True, may_host: bool = True
) -> Obstacle | None:
    """The first thing that makes the match impossible, or None.

    `may_visit` and `may_host` say whether the rules let each side take its part at all.
    """
    if not may_visit:
        return Obstacle.VISITOR
    if not may_host:
        return Obstacle.HOST
    if visitor.organisation_id == host.organisation_id:
        return Obstacle.ONESELF
    if visitor.legal_group and visitor.legal_group == host.legal_group:
        return Obstacle.GROUP
    if visitor.country == host.country:
        return Obstacle.COUNTRY
    if common_days(visitor, host) < FEWEST_DAYS:
        return Obstacle.DAYS
    return None


def faults(found: Obstacle | None) -> Iterator[Fault]:
    """The obstacle as what stands in the way of a proposal."""
    if found is not None:
        label = OBSTACLE_LABELS[found]
        message = _("This visit is not possible: %(why)s.", why=label)
        yield Fault(message, None, _RULES[found])


def answer_by(day: date) -> date:
    """The last day for an answer to a proposal made on `day`."""
    return day + timedelta(days=ANSWER_DAYS)
