"""A profile as matching sees it: what it shares, prefers and on which days it is free."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from portal.core import days
from portal.exchanges.profiles.rules import Period
from portal.partners.states import OrganisationKind

#: Days are bits of a whole number, counted from here: two calendars meet in one operation.
_EPOCH = date(2020, 1, 1)
#: Beyond so many days of one period nobody plans; the rest is not looked at.
_LONGEST = timedelta(days=730)


@dataclass(frozen=True)
class Traits:
    """One side of a possible match; `country` and preferred countries are ISO codes."""

    name: str
    country: str
    kind: OrganisationKind
    organisation_id: int = 0
    legal_group: str = ""
    #: Ecosystems and thematic areas.
    tags: frozenset[str] = frozenset()
    #: Objectives and types of activity.
    aims: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    #: Where a visitor would like to go and to whom; empty: anywhere, to anybody.
    countries: frozenset[str] = frozenset()
    host_kinds: frozenset[str] = frozenset()
    periods: tuple[Period, ...] = ()
    #: The day of the last step: among equals the most recent comes first.
    active_on: date = field(default=_EPOCH)

    @cached_property
    def free(self) -> tuple[int, ...]:
        """The days of each period, one bit a day."""
        return tuple(_bits(period) for period in self.periods)

    @cached_property
    def at_work(self) -> tuple[int, ...]:
        """The working days of each period in the own country, one bit a day (CXC-D05)."""
        return tuple(_working(period, self.country) for period in self.periods)


def common_days(visitor: Traits, host: Traits) -> int:
    """The most working days at the host that one continuous period of both has in common."""
    return max(
        ((free & working).bit_count() for free in visitor.free for working in host.at_work),
        default=0,
    )


def first_stay(
    visitor: Traits, host: Traits, *, wanted: int, least: int, after: date
) -> Period | None:
    """The earliest stay of `wanted` working days both are free for, else the longest of at least
    `least`; none when there is not even that. It begins after the day `after`.
    """
    best: tuple[int, Period] | None = None
    for theirs in visitor.periods:
        for ours in host.periods:
            first = max(theirs.first_on, ours.first_on, after + timedelta(days=1))
            last = min(theirs.last_on, ours.last_on)
            found = _stay(first, last, host.country, wanted)
            if found is None or found[0] < least:
                continue
            if best is None or (-found[0], found[1].first_on) < (-best[0], best[1].first_on):
                best = found
    return best[1] if best else None


def _stay(first: date, last: date, country: str, wanted: int) -> tuple[int, Period] | None:
    """The working days found, up to `wanted`, and the stay from the first to the last of them."""
    found: list[date] = []
    day = first
    while day <= last and len(found) < wanted:
        if days.is_working_day(day, country):
            found.append(day)
        day += timedelta(days=1)
    return (len(found), Period(found[0], found[-1])) if found else None


def _bits(period: Period) -> int:
    last = min(period.last_on, period.first_on + _LONGEST)
    length = (last - period.first_on).days + 1
    offset = max(0, (period.first_on - _EPOCH).days)
    return ((1 << length) - 1) << offset


def _working(period: Period, country: str) -> int:
    last = min(period.last_on, period.first_on + _LONGEST)
    found, day = 0, period.first_on
    while day <= last:
        if days.is_working_day(day, country):
            found |= 1 << max(0, (day - _EPOCH).days)
        day += timedelta(days=1)
    return found
