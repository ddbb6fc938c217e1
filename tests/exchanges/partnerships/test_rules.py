"""Months, what takes place on their days, and deadlines in order."""

from datetime import date, timedelta

import pytest

from portal.exchanges.partnerships import rules
from portal.exchanges.partnerships.rules import Deadline, Deadlines, Month
from portal.exchanges.partnerships.states import Due

TODAY = date(2026, 11, 25)
OCTOBER = Month(date(2026, 10, 1))


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("2026-02", date(2026, 2, 1)),
        ("", date(2026, 11, 1)),
        ("2026-13", date(2026, 11, 1)),
        ("1899-12", date(2026, 11, 1)),
        ("2100-01", date(2026, 11, 1)),
        ("2026-10-05", date(2026, 11, 1)),
        ("٢٠٢٦-١٠", date(2026, 11, 1)),
        ("octobre", date(2026, 11, 1)),
    ],
)
def test_a_month_is_read_strictly_and_anything_else_is_the_current_one(asked, first):
    assert rules.month_of(asked, TODAY) == Month(first)


def test_a_month_is_covered_by_whole_weeks_from_monday_to_sunday():
    weeks = OCTOBER.weeks

    assert (weeks[0][0], weeks[-1][-1]) == (date(2026, 9, 28), date(2026, 11, 1))
    assert all(len(week) == 7 for week in weeks)
    assert OCTOBER.last == date(2026, 10, 31)


def test_the_calendar_ends_where_typed_years_end():
    assert Month(date(1900, 1, 1)).later(-1) is None
    assert Month(date(2099, 12, 1)).later(1) is None
    assert OCTOBER.later(3) == Month(date(2027, 1, 1))


def test_a_visit_counts_on_each_of_its_days_both_included_and_on_no_other():
    spans = {
        (date(2026, 9, 1), date(2026, 9, 28)): 2,
        (date(2026, 10, 12), date(2026, 10, 14)): 3,
        (date(2026, 11, 1), date(2026, 12, 1)): 1,
        (date(2026, 11, 2), date(2026, 11, 3)): 9,
    }

    found = rules.visits_by_day(spans, OCTOBER)

    assert found == {
        date(2026, 9, 28): 2,
        date(2026, 10, 12): 3,
        date(2026, 10, 13): 3,
        date(2026, 10, 14): 3,
        date(2026, 11, 1): 1,
    }


def test_the_soonest_deadlines_are_shown_and_the_others_counted():
    many = tuple(
        Deadline(Due.PAYMENT, TODAY + timedelta(days=number), f"CXC-{number}", "")
        for number in range(rules.MOST_DEADLINES)
    )
    early = Deadline(Due.REPORT, TODAY - timedelta(days=1), "CXC-early", "")

    found = rules.first_deadlines([Deadlines(many, 70), Deadlines((early,), 1)])

    assert found.shown[0] == early
    assert (len(found.shown), found.total, found.left_out) == (50, 71, 21)


def test_a_clock_that_stands_still_is_never_late():
    past = TODAY - timedelta(days=1)

    assert Deadline(Due.PAYMENT, past, "CXC-1", "").is_late(TODAY)
    assert not Deadline(Due.PAYMENT, past, "CXC-1", "", suspended=True).is_late(TODAY)
    assert not Deadline(Due.PAYMENT, TODAY, "CXC-1", "").is_late(TODAY)


def test_the_worst_case_is_the_cap_for_every_exchange_of_the_target():
    assert rules.worst_case_cents(target=50, cap_cents=110_000) == 5_500_000


def test_dots_grow_with_visits_up_to_a_size():
    sizes = [rules.radius(visits) for visits in (1, 2, 10, 100, 1_000_000)]

    assert sizes == sorted(sizes)
    assert sizes[-1] == 140
