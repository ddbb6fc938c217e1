"""Interest in integer cents, time limits, and the rate in force."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from portal.payments.recoveries import rules
from portal.payments.recoveries.rules import Debt, Movement

DUE = date(2026, 3, 31)
amounts = st.integers(min_value=1, max_value=10**11)
rates = st.integers(min_value=1, max_value=10_000)
spans = st.integers(min_value=0, max_value=4_000)


@dataclass(frozen=True)
class Row:
    valid_from: date
    rate_bp: int | None
    order: int


def interest(cents, rate, days, *movements):
    return rules.interest_cents(cents, rate, DUE, DUE + timedelta(days=days), movements=movements)


def test_the_letter_and_the_debit_note_give_thirty_days():
    assert rules.comment_until(date(2026, 3, 1)) == date(2026, 3, 31)
    assert rules.due_on(date(2026, 3, 1)) == date(2026, 3, 31)


def test_a_year_late_costs_the_yearly_rate():
    assert interest(100_000, 750, 365) == 7_500


def test_interest_begins_the_day_after_the_due_date():
    assert interest(36_500_00, 100, 0) == 0
    assert interest(36_500_00, 100, 1) == 100


def test_half_a_cent_is_rounded_up():
    assert interest(18_250, 100, 1) == 1
    assert interest(18_249, 100, 1) == 0


def test_no_rate_no_interest():
    assert interest(100_000, None, 365) == 0


def test_what_came_in_bears_interest_until_its_own_day():
    halfway = Movement(DUE + timedelta(days=10), 50_000)

    assert interest(100_000, 3_650, 20, halfway) == 100 * 10 + 50 * 10


@given(amounts, rates, spans)
def test_interest_is_the_exact_one_rounded_half_up(cents, rate, days):
    exact = Fraction(cents * rate * days, 10_000 * 365)

    assert interest(cents, rate, days) == (2 * exact.numerator + exact.denominator) // (
        2 * exact.denominator
    )


@given(amounts, rates, spans, spans)
def test_interest_never_shrinks_with_time(cents, rate, days, more):
    assert interest(cents, rate, days) <= interest(cents, rate, days + more)


@given(amounts, rates, spans, spans, st.data())
def test_paying_never_costs_more_and_stops_interest_when_all_is_paid(cents, rate, on, days, data):
    part = data.draw(st.integers(min_value=1, max_value=cents))
    movements = [Movement(DUE + timedelta(days=on), part)]

    assert 0 <= interest(cents, rate, days, *movements) <= interest(cents, rate, days)
    whole = Movement(DUE + timedelta(days=on), cents)
    assert interest(cents, rate, on + days, whole) == interest(cents, rate, on)


@given(amounts, rates, spans, st.lists(st.tuples(st.integers(-40, 400), amounts), max_size=4))
def test_interest_is_that_of_each_day_summed(cents, rate, days, found):
    movements, left = [], cents
    for on, part in found:
        movements.append(Movement(DUE + timedelta(days=on), min(part, left)))
        left -= movements[-1].cents
    days %= 500
    owed = sum(
        cents - sum(each.cents for each in movements if each.on < DUE + timedelta(days=day))
        for day in range(1, days + 1)
    )
    exact = Fraction(owed * rate, 10_000 * 365)

    assert abs(interest(cents, rate, days, *movements) - exact) <= Fraction(1, 2)


@given(amounts, rates, spans, amounts)
def test_what_is_owed_is_never_below_zero(cents, rate, days, settled):
    debt = Debt(cents, DUE, rate, interest_settled_cents=settled)

    assert debt.interest_cents(DUE + timedelta(days=days)) >= 0
    assert debt.open_cents() == cents


def test_the_row_that_began_last_decides():
    rows = [Row(date(2026, 1, 1), 500, 1), Row(date(2026, 2, 1), None, 2)]

    assert rules.rate_on(rows, date(2025, 12, 31)) is None
    assert rules.rate_on(rows, date(2026, 1, 31)) == 500
    assert rules.rate_on(rows, date(2026, 2, 1)) is None
    assert rules.rate_on([*rows, Row(date(2026, 2, 1), 700, 3)], date(2026, 2, 1)) == 700


def test_a_reference_is_the_same_however_it_is_typed():
    assert rules.normal_reference(" ab 12\t3 ") == "AB123"
