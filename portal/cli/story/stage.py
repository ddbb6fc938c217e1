"""When things happen in the story, and the papers people hand in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random

from portal.core import clock
from portal.core.clock import BRUSSELS
from portal.core.db import transaction
from portal.core.i18n import use_locale
from portal.core.pdf import build
from portal.core.pdf.pieces import facts, heading


@contextmanager
def scene(day: date, hour: int = 10) -> Iterator[None]:
    """Everything in the block happens on that day and is kept together, or not at all."""
    with clock.at(datetime(day.year, day.month, day.day, hour, tzinfo=BRUSSELS)), transaction():
        yield


def monday(weeks: int, today: date) -> date:
    """The Monday of this week, or of a week before (negative) or after."""
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def paper(title: str, *rows: tuple[str, str]) -> tuple[bytes, str]:
    """A document somebody scanned: its bytes and its name."""
    with use_locale("en"):
        content = build(
            [heading(title), facts(rows or [("Document", title)])], title=title, language="en"
        )
    return content, f"{title}.pdf"


def dice(name: str) -> Random:
    """Chance that falls the same way every time the story is told."""
    return Random(name)  # noqa: S311 - nothing secret hangs on it
