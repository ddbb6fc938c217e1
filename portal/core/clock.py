"""The only caller of the system clock; operations read it once and pass the moment down."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")

#: How far the portal's time is ahead of (negative: behind) the machine's; moved by the demo and
#: the tests only.
_shift = timedelta(0)


def now() -> datetime:
    """This instant, in UTC, to the microsecond."""
    return datetime.now(UTC) + _shift


def today() -> date:
    """The programme's day: the calendar day in Brussels."""
    return now().astimezone(BRUSSELS).date()


def move_to(moment: datetime) -> None:
    """Make `now()` go on from `moment`, for the whole process; only demo and tests do."""
    global _shift
    _shift = moment.astimezone(UTC) - datetime.now(UTC)


def come_back() -> None:
    """Make `now()` the machine's time again."""
    global _shift
    _shift = timedelta(0)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Tell a story at another time inside the block."""
    global _shift
    before = _shift
    move_to(moment)
    try:
        yield
    finally:
        _shift = before
