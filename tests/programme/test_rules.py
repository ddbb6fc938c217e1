"""Which row of the dated table decides on a day."""

from dataclasses import dataclass
from datetime import date

import pytest

from portal.programme import rules


@dataclass
class Row:
    country: str
    valid_from: date
    valid_to: date | None = None
    order: int = 0


SINCE_2014 = Row("GB", date(2014, 1, 1))


def test_nobody_takes_part_without_a_row():
    assert not rules.takes_part([], date(2026, 1, 1))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2013, 12, 31), False),
        (date(2014, 1, 1), True),
        (date(2020, 12, 31), True),
        (date(2021, 1, 1), False),
    ],
)
def test_both_bounds_count(day, expected):
    row = Row("GB", date(2014, 1, 1), date(2020, 12, 31))

    assert rules.takes_part([row], day) is expected


def test_a_correction_of_the_same_day_replaces_the_row_entered_before():
    ended = Row("GB", date(2014, 1, 1), date(2020, 12, 31), order=2)

    assert not rules.takes_part([SINCE_2014, ended], date(2021, 1, 1))
    assert rules.takes_part([SINCE_2014, ended], date(2019, 1, 1))


def test_a_country_may_come_back():
    rows = [Row("CH", date(2014, 1, 1), date(2016, 12, 31)), Row("CH", date(2025, 1, 1), order=2)]

    assert [rules.takes_part(rows, date(year, 6, 1)) for year in (2015, 2018, 2025)] == [
        True,
        False,
        True,
    ]


def test_countries_come_by_code():
    rows = [Row("SE", date(2014, 1, 1)), Row("AT", date(2014, 1, 1)), SINCE_2014]

    assert rules.countries_on(rows, date(2026, 1, 1)) == ["AT", "GB", "SE"]


@pytest.mark.parametrize(
    ("funding", "indirect", "fields"),
    [
        (7_500, 700, []),
        (10_000, 0, []),
        (0, 0, ["funding_rate_bp"]),
        (10_001, -1, ["funding_rate_bp", "indirect_rate_bp"]),
    ],
)
def test_rates_lie_between_nothing_and_the_whole(funding, indirect, fields):
    faults = rules.rate_faults(funding_rate_bp=funding, indirect_rate_bp=indirect)

    assert [fault.field for fault in faults] == fields


def test_a_participation_ends_after_it_begins():
    faults = rules.participation_faults(
        known_country=False, valid_from=date(2026, 1, 2), valid_to=date(2026, 1, 1)
    )

    assert [fault.field for fault in faults] == ["country", "valid_to"]
