"""The score of a match out of 100, with the points of each criterion (domain 2.8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.exchanges.matches.rules.traits import Traits, common_days
from portal.exchanges.matches.states import Criterion

#: The most each criterion gives; together 100 (domain 2.8, default table).
MOST: dict[Criterion, int] = {
    Criterion.SECTORS: 35,
    Criterion.OBJECTIVES: 25,
    Criterion.DAYS: 15,
    Criterion.COUNTRY: 10,
    Criterion.LANGUAGE: 10,
    Criterion.HOST_KIND: 5,
}
#: All points for days from so many common working days on, some from so many (domain 2.8).
WHOLE_DAYS, SOME_DAYS = 5, 3
SOME_POINTS = 8
HIGHEST = sum(MOST.values())


@dataclass(frozen=True)
class Part:
    """What one criterion gives, and what it rests on: common codes, or a number of days."""

    criterion: Criterion
    points: int
    common: tuple[str, ...] = ()
    count: int = 0

    @property
    def most(self) -> int:
        """The most this criterion gives."""
        return MOST[self.criterion]


@dataclass(frozen=True)
class Score:
    """Why this match: the points of every criterion, in the order of the table."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """All points together, 0 to 100."""
        return sum(part.points for part in self.parts)


def score(visitor: Traits, host: Traits) -> Score:
    """Compare a visitor with a host; hard filters are asked elsewhere.

    A visitor who prefers no country and no kind of host is content with any.
    """
    shared_days = common_days(visitor, host)
    languages = visitor.languages & host.languages
    return Score(
        (
            _overlap(Criterion.SECTORS, visitor.tags, host.tags),
            _overlap(Criterion.OBJECTIVES, visitor.aims, host.aims),
            Part(Criterion.DAYS, _points_for_days(shared_days), count=shared_days),
            _liked(Criterion.COUNTRY, host.country, visitor.countries),
            Part(
                Criterion.LANGUAGE,
                MOST[Criterion.LANGUAGE] if languages else 0,
                tuple(sorted(languages)),
            ),
            _liked(Criterion.HOST_KIND, str(host.kind), visitor.host_kinds),
        )
    )


def total(visitor: Traits, host: Traits) -> int:
    """As `score(...).total`, without opening it: what a round asks of every pair."""
    points = shares_of(visitor.tags, host.tags, MOST[Criterion.SECTORS])
    points += shares_of(visitor.aims, host.aims, MOST[Criterion.OBJECTIVES])
    points += _points_for_days(common_days(visitor, host))
    if not visitor.countries or host.country in visitor.countries:
        points += MOST[Criterion.COUNTRY]
    if not visitor.languages.isdisjoint(host.languages):
        points += MOST[Criterion.LANGUAGE]
    if not visitor.host_kinds or host.kind in visitor.host_kinds:
        points += MOST[Criterion.HOST_KIND]
    return points


def shares_of(one: frozenset[str], other: frozenset[str], most: int) -> int:
    """`most` times the Jaccard share of two sets, to the nearest whole point, halves up; 0 when
    both are empty.
    """
    common = len(one & other)
    union = len(one) + len(other) - common
    return (2 * most * common + union) // (2 * union) if union else 0


def as_json(found: Score) -> list[dict[str, Any]]:
    """The score as it is kept with a match."""
    return [
        {
            "criterion": str(part.criterion),
            "points": part.points,
            "common": list(part.common),
            "count": part.count,
        }
        for part in found.parts
    ]


def from_json(kept: Iterable[dict[str, Any]]) -> Score:
    """The score of a match as it was kept."""
    return Score(
        tuple(
            Part(Criterion(one["criterion"]), one["points"], tuple(one["common"]), one["count"])
            for one in kept
        )
    )


def _overlap(criterion: Criterion, one: frozenset[str], other: frozenset[str]) -> Part:
    points = shares_of(one, other, MOST[criterion])
    return Part(criterion, points, tuple(sorted(one & other)))


def _liked(criterion: Criterion, value: str, preferred: frozenset[str]) -> Part:
    liked = not preferred or value in preferred
    return Part(criterion, MOST[criterion] if liked else 0, (value,) if liked and preferred else ())


def _points_for_days(count: int) -> int:
    if count >= WHOLE_DAYS:
        return MOST[Criterion.DAYS]
    return SOME_POINTS if count >= SOME_DAYS else 0
