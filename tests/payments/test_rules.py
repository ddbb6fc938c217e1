"""Clocks of payments, the day of execution, what a batch may hold."""

from datetime import date

import pytest

from portal.core import days
from portal.payments import rules
from portal.payments.states import Purpose, State

MARCH = date(2026, 3, 1)


def test_the_worked_example_of_a_clock_that_pauses():
    paused = days.Pause(date(2026, 3, 11), date(2026, 3, 21))

    assert days.due_on(MARCH, 30, (paused,)) == date(2026, 4, 10)


@pytest.mark.parametrize(
    ("purpose", "due"),
    [(Purpose.LUMP_SUM, date(2026, 3, 11)), (Purpose.INSTALMENT, date(2026, 3, 31))],
)
def test_the_legal_date_depends_on_the_purpose(purpose, due):
    assert rules.due_on(purpose, MARCH) == due


@pytest.mark.parametrize(
    ("last_day", "validated", "start"),
    [
        (date(2026, 3, 6), date(2026, 3, 20), date(2026, 3, 20)),
        (date(2026, 3, 20), date(2026, 3, 6), date(2026, 3, 20)),
    ],
)
def test_ten_days_count_from_the_later_of_stay_and_validation(last_day, validated, start):
    assert rules.clock_starts(last_day, validated) == start


def test_a_failed_payment_asked_for_again_has_the_days_that_were_left():
    due = rules.due_again(date(2026, 3, 31), date(2026, 3, 11), date(2026, 3, 21))

    assert due == date(2026, 4, 10)


def test_a_legal_date_already_missed_stays_missed():
    assert rules.due_again(MARCH, date(2026, 3, 5), date(2026, 3, 9)) == MARCH


@pytest.mark.parametrize(
    ("state", "today", "expected"),
    [
        (State.REQUESTED, date(2026, 3, 1), False),
        (State.REQUESTED, date(2026, 3, 2), True),
        (State.SENT, date(2026, 3, 2), True),
        (State.EXECUTED, date(2026, 3, 2), False),
        (State.REFUSED, date(2026, 3, 2), False),
    ],
)
def test_overdue_begins_the_day_after_the_legal_date(state, today, expected):
    assert rules.is_overdue(state, MARCH, today) is expected


def test_everything_that_stops_a_request_is_told_at_once(app):
    faults = rules.request_faults(account_found=False, certified_cents=100, amount_cents=101)

    assert [fault.rule for fault in faults] == ["payment-account", "I1"]


@pytest.mark.parametrize(
    ("day", "accepted"),
    [
        (date(2026, 2, 28), False),
        (MARCH, True),
        (date(2026, 3, 4), True),
        (date(2026, 3, 5), False),
    ],
)
def test_the_bank_executes_between_the_order_and_today(app, day, accepted):
    faults = rules.execution_faults(day, sent_on=MARCH, today=date(2026, 3, 4))

    assert (not faults) is accepted


@pytest.mark.parametrize(
    ("count", "total", "accepted"),
    [(2, 300, True), (None, None, True), (1, 300, False), (2, 299, False)],
)
def test_what_is_released_is_what_was_shown(count, total, accepted):
    faults = rules.batch_faults([100, 200], seen_count=count, seen_total_cents=total)

    assert (not faults) is accepted


def test_a_batch_has_a_greatest_size():
    amounts = [1] * (rules.MOST_IN_BATCH + 1)

    assert rules.batch_faults(amounts, seen_count=None, seen_total_cents=None)
