"""De minimis aid: what may still be granted to a single undertaking in a Member State.

Source: Regulations (EU) 1407/2013 and 2023/2831 (domain 4.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.core import days

#: Aid granted in so many months before a day counts on that day.
WINDOW_MONTHS = 36


@dataclass(frozen=True)
class Aid:
    """De minimis aid granted to a single undertaking (linked enterprises together, DM-4).

    It counts on the day the legal right arises (DM-3). Money that is not State resources, such as
    that of Horizon 2020 or COSME, does not count (DM-6).
    """

    granted_on: date
    amount_cents: int
    country: str
    from_state_resources: bool = True


@dataclass(frozen=True)
class Ceiling:
    """The most de minimis aid over three years, from a day on (DM-1, DM-2)."""

    valid_from: date
    amount_cents: int


CEILINGS = (
    Ceiling(date(2014, 1, 1), 200_000_00),
    Ceiling(date(2024, 1, 1), 300_000_00),
)


def available(aids: Iterable[Aid], country: str, day: date) -> int:
    """What may still be granted in a Member State on a day, in cents; never below 0.

    Counts what was granted in the three years before: `(day - 3 years, day]` (domain 4.4).
    """
    since = days.add_months(day, -WINDOW_MONTHS)
    granted = sum(
        aid.amount_cents
        for aid in aids
        if aid.country == country and aid.from_state_resources and since < aid.granted_on <= day
    )
    ceiling = [row.amount_cents for row in CEILINGS if row.valid_from <= day][-1]
    return max(0, ceiling - granted)
