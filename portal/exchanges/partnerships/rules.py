"""Months, deadlines in order, places on the map, and the most a partnership could have to pay."""

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import isqrt

from portal.core.days import add_months
from portal.core.formats import EARLIEST_YEAR, LATEST_YEAR
from portal.core.places import Point
from portal.exchanges.partnerships.states import Due

#: How many deadlines are shown; the others are counted.
MOST_DEADLINES = 50
#: How many pairs of places are drawn and listed; the others are counted.
MOST_JOURNEYS = 100
#: How many visits are named on one day of the calendar; the others are counted.
MOST_NAMED = 3

_ONE_DAY = timedelta(days=1)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True)
class Month:
    """A month of the calendar, from its first to its last day, both included."""

    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return add_months(self.first, 1) - _ONE_DAY

    @property
    def text(self) -> str:
        """As an address names it: 2026-10."""
        return f"{self.first:%Y-%m}"

    @property
    def weeks(self) -> list[list[date]]:
        """Whole weeks from Monday to Sunday that cover it, days of its neighbours included."""
        return calendar.Calendar().monthdatescalendar(self.first.year, self.first.month)

    def later(self, count: int) -> "Month | None":
        """The month so many months later, or earlier; None beyond the years people may type."""
        moved = add_months(self.first, count)
        return Month(moved) if EARLIEST_YEAR <= moved.year <= LATEST_YEAR else None


@dataclass(frozen=True)
class Deadline:
    """Something that must be done by a day, the day included."""

    kind: Due
    due_on: date
    #: The public reference of what it is about.
    ref: str
    title: str
    #: Whether the clock stands still: the day moves when it starts again.
    suspended: bool = False

    def is_late(self, day: date) -> bool:
        """Whether the last day is past; a clock that stands still is never late."""
        return self.due_on < day and not self.suspended


@dataclass(frozen=True)
class Deadlines:
    """The deadlines of a partnership that come first, and how many there are in all."""

    shown: tuple[Deadline, ...] = ()
    total: int = 0

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.total - len(self.shown)


@dataclass(frozen=True)
class Place:
    """A town and where it lies."""

    town: str
    country: str
    point: Point


@dataclass(frozen=True)
class Journey:
    """How many visits lead from one place to another."""

    origin: Place
    destination: Place
    visits: int


@dataclass(frozen=True)
class Journeys:
    """The pairs of places most travelled between, and how many there are in all."""

    shown: tuple[Journey, ...] = ()
    pairs: int = 0
    visits: int = 0

    @property
    def left_out(self) -> int:
        """How many pairs of places are not shown."""
        return self.pairs - len(self.shown)


def month_of(text: str, today: date) -> Month:
    """The month an address asks for, "2026-10"; the current one when it asks for none or
    nonsense.
    """
    found = _MONTH.fullmatch(text)
    if found:
        year, number = int(found[1]), int(found[2])
        if EARLIEST_YEAR <= year <= LATEST_YEAR and 1 <= number <= 12:
            return Month(date(year, number, 1))
    return Month(today.replace(day=1))


def visits_by_day(spans: Mapping[tuple[date, date], int], month: Month) -> dict[date, int]:
    """How many visits take place on each day of the weeks that cover a month.

    `spans` says how many visits last from one day to another, both included.
    """
    first, last = month.weeks[0][0], month.weeks[-1][-1]
    found: Counter[date] = Counter()
    for (begins, ends), visits in spans.items():
        for day in _days(max(begins, first), min(ends, last)):
            found[day] += visits
    return dict(found)


def first_deadlines(kinds: Iterable[Deadlines]) -> Deadlines:
    """Several lists of deadlines as one: the soonest first, at most `MOST_DEADLINES`."""
    lists = list(kinds)
    whole = [one for each in lists for one in each.shown]
    whole.sort(key=lambda one: (one.due_on, list(Due).index(one.kind), one.ref))
    return Deadlines(tuple(whole[:MOST_DEADLINES]), sum(each.total for each in lists))


def worst_case_cents(*, target: int, cap_cents: int) -> int:
    """What the target costs when every exchange earns the most, in cents (domain 2.11)."""
    return target * cap_cents


def radius(visits: int) -> int:
    """The radius of a place's dot in tenths of a unit of the map: its area grows with visits, up to
    a size that leaves the neighbours visible.
    """
    return min(140, 40 + isqrt(max(0, visits - 1) * 100))


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * _ONE_DAY
