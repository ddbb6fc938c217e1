"""Calendar arithmetic: working days, months, deadlines in Brussels, clocks that pause.

Nothing here reads the clock: the day or the instant is always an argument.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

#: The programme's day is the day in Brussels.
BRUSSELS = ZoneInfo("Europe/Brussels")

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Pause:
    """A suspension: the clock still runs on `from_day` and runs again the day after `to_day`.

    `to_day` is None while nobody has resumed. Raises ValueError if it lies before `from_day`.
    """

    from_day: date
    to_day: date | None = None

    def __post_init__(self) -> None:
        if self.to_day is not None and self.to_day < self.from_day:
            raise ValueError("a pause cannot end before it begins")


def is_working_day(day: date, country: str) -> bool:
    """Is the day Monday to Friday and no public holiday of the whole country (CXC-D05)?

    `country` is an ISO code (GR, GB, XK). Raises ValueError for one without known holidays.
    """
    return day.weekday() < _SATURDAY and day not in _public_holidays(country, day.year)


def working_days(first: date, last: date, country: str) -> int:
    """How many working days lie between two days, both included; 0 if `last` is before `first`.

    Holidays are those of the host country, an ISO code (domain 2.4, CXC-D05). Raises ValueError
    for a country without known holidays.
    """
    span = range((last - first).days + 1)
    return sum(is_working_day(first + timedelta(days=offset), country) for offset in span)


def add_working_days(day: date, count: int, country: str) -> date:
    """The working day that comes `count` working days after the day, or before if negative.

    The day itself is not counted; 0 gives it back even if it is not a working day. Raises
    ValueError for a country without known holidays.
    """
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, country)
    return day


def next_target_day(day: date) -> date:
    """The first day after `day` on which banks settle euro payments with one another (TARGET)."""
    day += _ONE_DAY
    while day.weekday() >= _SATURDAY or day in _target_holidays(day.year):
        day += _ONE_DAY
    return day


def add_months(day: date, count: int) -> date:
    """The same day of the month `count` months later, clipped to that month (domain 5.6).

    31 January + 5 months = 30 June; a negative count goes back.
    """
    years, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    last = monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last))


def end_of_day(day: date) -> datetime:
    """The last instant, in UTC, of that day in Brussels: a deadline is kept if `at <=` it."""
    return datetime.combine(day, time.max, BRUSSELS).astimezone(UTC)


def brussels_day(instant: datetime) -> date:
    """The day it is in Brussels at that instant; raises ValueError for an instant without zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(BRUSSELS).date()


def due_on(received: date, limit_days: int, pauses: Sequence[Pause] = ()) -> date | None:
    """The day on which a clock of calendar days runs out; None while it is suspended.

    The day after receipt is day 1; the day of suspension still counts, the day of resumption
    does not (domain 6.5: received 1 March, paused 11 to 21 March, limit 30, due 10 April).
    Pauses may overlap; one that begins on the due day or later changes nothing. Raises
    ValueError for a negative limit.
    """
    if limit_days < 0:
        raise ValueError("a time limit cannot be negative")
    due = received + timedelta(days=limit_days)
    counted_until = received
    for pause in sorted(pauses, key=lambda each: each.from_day):
        start = max(pause.from_day, counted_until)
        if start >= due:
            break
        if pause.to_day is None:
            return None
        counted_until = max(pause.to_day, start)
        due += counted_until - start
    return due


@lru_cache(maxsize=1024)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError as unknown:
        raise ValueError(f"no public holidays are known for {country!r}") from unknown


@lru_cache(maxsize=64)
def _target_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.financial_holidays("XECB", years=year))
