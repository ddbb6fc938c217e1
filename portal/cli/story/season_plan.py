"""What becomes of each of the 500 visits of the season, the same every time it is told on one day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from portal.cli.story.cast import House
from portal.cli.story.season_cast import (
    CLUSTERS,
    HOSTS,
    MEMBERS,
    PARTNERSHIPS,
    Members,
    Partnership,
)
from portal.cli.story.stage import dice, monday
from portal.cli.story.visits import FRIDAY, Visit
from portal.core.days import working_days
from portal.exchanges.rules.terms import SHORTEST_DAYS
from portal.partners.states import OrganisationKind as K

#: The first and the last week of visits, from the current one.
FIRST_WEEK, LAST_WEEK = -52, 10
#: Visits of so many weeks are led through the season together.
WAVE = 2
#: One visit in so many is made on a screen.
VIRTUAL_EVERY = 40
_CLUSTERS = {one.key: one for one in CLUSTERS}
#: From which week on visits end where, and how often of a hundred.
_STOPS: tuple[tuple[int, tuple[str, ...], tuple[int, ...]], ...] = (
    (2, ("agreed", "approved", "signed", "building", "cancelled"), (25, 25, 30, 15, 5)),
    (0, ("agreed",), (100,)),
    (-4, ("validated", "reported", "returned", "agreed"), (35, 35, 10, 20)),
    (FIRST_WEEK - WAVE, ("paid", "cancelled", "no_show", "refused"), (88, 6, 3, 3)),
)
_OBJECTIVES = (
    "See how the host tests its products, and prepare a joint offer.",
    "Learn how the host sells abroad, and meet three of its customers.",
    "Try the host’s machines with our own material.",
    "Compare how both houses train newcomers.",
    "Draft a common proposal for the next call.",
)


def hosts(members: Members) -> dict[str, tuple[House, ...]]:
    """Who receives visitors: by partnership, a firm and a support organisation of each cluster."""
    return {
        one.acronym: tuple(
            members.next(kind, _CLUSTERS[key], HOSTS, one.acronym)
            for key in one.clusters
            for kind in (K.SME, K.SSO)
        )
        for one in PARTNERSHIPS
    }


def planned(
    members: Members, receiving: dict[str, tuple[House, ...]], today: date
) -> Iterator[tuple[House, Visit]]:
    """Every visit of the season with who travels."""
    random = dice("season")
    for one in PARTNERSHIPS:
        kinds = [K.SME] * one.with_sme + [K.SSO] * one.by_others + [K.CLUSTER] * one.internal
        random.shuffle(kinds)
        abroad = iter(one.partners)
        for number, kind in enumerate(kinds):
            home = _CLUSTERS[random.choice((one.lead, random.choice(one.partners)))]
            if kind is K.CLUSTER:
                visitor = _CLUSTERS[next(abroad)]
            else:
                visitor = members.next(kind, home, MEMBERS, one.acronym)
            week = _week(number, len(kinds))
            yield visitor, _visit(visitor, one, receiving, week, random, today)


def _week(number: int, total: int) -> int:
    """The visits of a partnership lie evenly in the season, on the first week of a wave."""
    week = FIRST_WEEK + number * (LAST_WEEK - FIRST_WEEK) // total
    return week - week % WAVE


def _visit(
    visitor: House,
    one: Partnership,
    receiving: dict[str, tuple[House, ...]],
    week: int,
    random: Random,
    today: date,
) -> Visit:
    other = random.choice(PARTNERSHIPS) if random.randrange(10) < 3 else one
    host = random.choice([house for house in receiving[other.acronym] if _fit(visitor, house)])
    visit = Visit(
        visitor.key,
        visitor.people[0],
        host.key,
        HOSTS,
        one.acronym,
        one.manager,
        other.acronym,
        other.manager,
        week,
        _reaches(week, random),
        random.choices((3, FRIDAY, 11), (25, 65, 10))[0],
        objectives=random.choice(_OBJECTIVES),
        virtual=visitor.kind is not K.CLUSTER and random.randrange(VIRTUAL_EVERY) == 0,
    )
    return _long_enough(visit, host.country, today)


def _fit(visitor: House, host: House) -> bool:
    """Another country; and who is no SME visits no SME, or the visit would count as one with an
    SME.
    """
    return visitor.country != host.country and (visitor.kind is K.SME or host.kind is K.SSO)


def _reaches(week: int, random: Random) -> str:
    stops, weights = next(row[1:] for row in _STOPS if week >= row[0])
    return random.choices(stops, weights)[0]


def _long_enough(visit: Visit, country: str, today: date) -> Visit:
    """The same visit with as many more days as public holidays take from it."""
    first = monday(visit.week, today)
    while working_days(first, first + timedelta(days=visit.nights), country) < SHORTEST_DAYS:
        visit = replace(visit, nights=visit.nights + 1)
    return visit
