"""Dated limits, and the legal dates of clocks that stand still: examples, then days counted."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import days
from portal.payments import rules as payments
from portal.payments.clocks import rules
from portal.payments.clocks.states import Kind
from portal.payments.states import State

MARCH = date(2026, 3, 1)
SUSPENDED, RESUMED = date(2026, 3, 11), date(2026, 3, 21)


def a_row(kind, limit, valid_from, order=1):
    return SimpleNamespace(kind=kind, days=limit, valid_from=valid_from, order=order)


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        (Kind.LUMP_SUM, 10),
        (Kind.INSTALMENT, 30),
        (Kind.PRE_FINANCING, 30),
        (Kind.INTERIM, 90),
        (Kind.BALANCE, 90),
    ],
)
def test_the_portal_is_born_with_the_limits_of_the_rules(kind, limit):
    assert rules.limit_on([], kind, MARCH).days == limit


def test_a_row_decides_from_its_first_day_on_and_for_its_kind_alone():
    rows = [a_row(Kind.INTERIM, 60, MARCH)]

    assert rules.limit_on(rows, Kind.INTERIM, MARCH - timedelta(days=1)).days == 90
    assert rules.limit_on(rows, Kind.INTERIM, MARCH).days == 60
    assert rules.limit_on(rows, Kind.BALANCE, MARCH).days == 90


def test_of_rows_of_one_day_the_one_entered_last_decides():
    rows = [a_row(Kind.INTERIM, 60, MARCH, 2), a_row(Kind.INTERIM, 45, MARCH, 1)]

    assert rules.limit_on(rows, Kind.INTERIM, MARCH).days == 60


@pytest.mark.parametrize(("limit", "accepted"), [(0, False), (1, True), (365, True), (366, False)])
def test_a_limit_lies_between_a_day_and_a_year(app, limit, accepted):
    assert (rules.limit_faults(limit) == []) is accepted


def test_the_worked_example_of_a_suspension():
    due = payments.due_on(MARCH, 30)

    assert payments.due_again(due, SUSPENDED, RESUMED) == date(2026, 4, 10)
    assert payments.days_left(due, SUSPENDED) == 20


@pytest.mark.parametrize(
    ("suspended_on", "today", "overdue"),
    [
        (date(2026, 3, 30), date(2026, 5, 1), False),
        (date(2026, 3, 31), date(2026, 5, 1), False),
        (date(2026, 4, 1), date(2026, 4, 1), True),
        (None, date(2026, 4, 1), True),
    ],
)
def test_while_it_is_suspended_a_payment_is_overdue_only_if_it_was_before(
    suspended_on, today, overdue
):
    due = payments.due_on(MARCH, 30)

    assert payments.is_overdue(State.VERIFIED, due, today, suspended_on) is overdue


def counted(received, limit, times):
    """The due day found by counting days one after another."""
    day, elapsed = received, 0
    while elapsed < limit:
        day += timedelta(days=1)
        elapsed += not any(first < day <= last for first, last in times)
    return day


gaps = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=6)


@given(st.dates(date(2019, 1, 1), date(2030, 1, 1)), st.integers(1, 90), gaps)
def test_the_legal_date_is_the_day_found_by_counting(received, limit, lengths):
    times, day = [], received
    for running, standing in lengths:
        first = day + timedelta(days=running)
        day = first + timedelta(days=standing)
        times.append((first, day))

    due = payments.due_on(received, limit)
    for first, last in times:
        due = payments.due_again(due, first, last)

    assert due == counted(received, limit, times)
    assert due == days.due_on(received, limit, [days.Pause(*each) for each in times])
