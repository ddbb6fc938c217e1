"""Working days, months, deadlines in Brussels and clocks that pause."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import days
from portal.core.days import Pause

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
MARCH_1 = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("day", "country", "works"),
    [
        (date(2026, 7, 13), "FR", True),
        (date(2026, 7, 14), "FR", False),
        (date(2026, 7, 14), "BE", True),
        (date(2026, 7, 18), "FR", False),
        (date(2026, 3, 25), "GR", False),
        (date(2026, 2, 17), "XK", False),
        (date(2026, 12, 25), "GB", False),
    ],
)
def test_weekends_and_holidays_of_the_host_country_are_not_worked(
    day: date, country: str, works: bool
) -> None:
    assert days.is_working_day(day, country) is works


def test_a_holiday_inside_leaves_four_working_days() -> None:
    assert days.working_days(date(2026, 7, 13), date(2026, 7, 17), "FR") == 4
    assert days.working_days(date(2026, 7, 13), date(2026, 7, 17), "BE") == 5


def test_both_ends_count_and_a_reversed_range_has_no_days() -> None:
    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)

    assert days.working_days(monday, monday, "FR") == 1
    assert days.working_days(tuesday, monday, "FR") == 0


def test_a_range_over_new_year_takes_the_holidays_of_both_years() -> None:
    assert days.working_days(date(2025, 12, 25), date(2026, 1, 2), "FR") == 5


@pytest.mark.parametrize(
    "country",
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "IS",
        "NO",
        "LI",
        "CH",
        "AL",
        "BA",
        "XK",
        "ME",
        "MK",
        "RS",
        "TR",
        "AM",
        "MD",
        "UA",
        "GE",
        "TN",
    ],
)
def test_new_year_is_a_holiday_in_every_participating_country(country: str) -> None:
    assert not days.is_working_day(date(2019, 1, 1), country)


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ValueError):
        days.is_working_day(date(2026, 3, 2), "QQ")


def test_working_days_are_added_over_weekends_and_holidays() -> None:
    friday = date(2026, 7, 10)

    assert days.add_working_days(friday, 2, "FR") == date(2026, 7, 15)
    assert days.add_working_days(date(2026, 7, 15), -2, "FR") == friday
    assert days.add_working_days(date(2026, 7, 14), 0, "FR") == date(2026, 7, 14)


@given(DAYS, st.integers(1, 40))
def test_adding_working_days_agrees_with_counting_them(day: date, count: int) -> None:
    later = days.add_working_days(day, count, "BE")

    assert days.working_days(day + timedelta(days=1), later, "BE") == count
    assert days.is_working_day(later, "BE")


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 1, 31), 5, date(2026, 6, 30)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 10), -1, date(2025, 12, 10)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_are_clipped_to_the_length_of_the_month(
    day: date, count: int, expected: date
) -> None:
    assert days.add_months(day, count) == expected


@pytest.mark.parametrize(
    ("day", "hour"), [(date(2026, 1, 15), 22), (date(2026, 7, 15), 21), (date(2026, 3, 29), 21)]
)
def test_the_end_of_a_day_is_midnight_in_brussels_in_summer_and_winter(
    day: date, hour: int
) -> None:
    end = days.end_of_day(day)

    assert end == datetime(day.year, day.month, day.day, hour, 59, 59, 999_999, UTC)


@given(DAYS)
def test_the_end_of_a_day_belongs_to_it_and_the_next_instant_does_not(day: date) -> None:
    end = days.end_of_day(day)

    assert days.brussels_day(end) == day
    assert days.brussels_day(end + timedelta(microseconds=1)) == day + timedelta(days=1)


def test_an_instant_without_zone_has_no_day() -> None:
    with pytest.raises(ValueError):
        days.brussels_day(datetime(2026, 3, 1))


def test_a_clock_suspended_for_ten_days_is_due_ten_days_later() -> None:
    pauses = [Pause(date(2026, 3, 11), date(2026, 3, 21))]

    assert days.due_on(MARCH_1, 30, pauses) == date(2026, 4, 10)


def test_a_clock_without_pause_is_due_after_the_limit() -> None:
    assert days.due_on(MARCH_1, 30) == date(2026, 3, 31)


def test_a_clock_still_suspended_has_no_due_day() -> None:
    assert days.due_on(MARCH_1, 30, [Pause(date(2026, 3, 11))]) is None


def test_pauses_may_overlap_and_come_in_any_order() -> None:
    pauses = [
        Pause(date(2026, 3, 15), date(2026, 3, 21)),
        Pause(date(2026, 3, 11), date(2026, 3, 18)),
        Pause(date(2026, 3, 12), date(2026, 3, 13)),
    ]

    assert days.due_on(MARCH_1, 30, pauses) == date(2026, 4, 10)


def test_a_pause_within_the_time_won_by_an_earlier_one_counts() -> None:
    pauses = [
        Pause(date(2026, 3, 11), date(2026, 3, 21)),
        Pause(date(2026, 4, 5), date(2026, 4, 8)),
    ]

    assert days.due_on(MARCH_1, 30, pauses) == date(2026, 4, 13)


def test_a_pause_from_the_due_day_on_changes_nothing() -> None:
    assert days.due_on(MARCH_1, 30, [Pause(date(2026, 3, 31))]) == date(2026, 3, 31)


def test_a_pause_before_receipt_counts_only_from_receipt() -> None:
    pauses = [Pause(date(2026, 2, 1), date(2026, 3, 5))]

    assert days.due_on(MARCH_1, 30, pauses) == date(2026, 4, 4)


@given(
    st.integers(0, 90),
    st.lists(st.tuples(st.integers(-20, 120), st.integers(0, 60)), max_size=6),
)
def test_the_due_day_is_the_one_on_which_counted_days_reach_the_limit(
    limit: int, spans: list[tuple[int, int]]
) -> None:
    first = MARCH_1
    pauses = [
        Pause(first + timedelta(days=start), first + timedelta(days=start + length))
        for start, length in spans
    ]

    due = days.due_on(first, limit, pauses)

    counted, day = 0, first
    while counted < limit:
        day += timedelta(days=1)
        counted += not any(p.from_day < day <= p.to_day for p in pauses)
    assert due == day


def test_impossible_pauses_and_limits_are_refused() -> None:
    with pytest.raises(ValueError):
        Pause(date(2026, 3, 2), date(2026, 3, 1))
    with pytest.raises(ValueError):
        days.due_on(MARCH_1, -1)


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 3, 2), date(2026, 3, 3)),
        (date(2026, 3, 6), date(2026, 3, 9)),
        (date(2026, 4, 2), date(2026, 4, 7)),
        (date(2026, 4, 30), date(2026, 5, 4)),
        (date(2026, 7, 20), date(2026, 7, 21)),
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
    ids=["plain", "weekend", "Easter", "Labour Day", "a Belgian holiday", "Christmas", "New Year"],
)
def test_euro_payments_settle_on_the_next_day_of_target(day, following):
    assert days.next_target_day(day) == following
