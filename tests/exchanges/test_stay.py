"""Days and distance: CXC-D01 to D07."""

from datetime import date

import pytest

from portal.exchanges.rules import stay as rules
from portal.exchanges.rules.stay import Journey, Stay
from portal.exchanges.rules.terms import FIRST_EDITION


def faults(first: date, last: date, host: str = "PT", **more) -> list[str]:
    stay = Stay(first, last, "FR", host, 1_000_000, more.pop("virtual", False))
    return [fault.rule for fault in rules.faults(stay, FIRST_EDITION, **more)]


def test_cxc_d01_three_working_days_are_enough():
    assert faults(date(2026, 3, 4), date(2026, 3, 6)) == []


def test_cxc_d01_two_working_days_around_a_weekend_are_too_few():
    assert faults(date(2026, 3, 6), date(2026, 3, 9)) == ["CXC-D01"]


def test_cxc_d01_three_working_days_may_lie_around_a_weekend():
    assert faults(date(2026, 3, 5), date(2026, 3, 9)) == []


@pytest.mark.parametrize(
    ("first", "last", "allowed"),
    [
        (date(2026, 3, 15), date(2026, 4, 14), True),
        (date(2026, 3, 15), date(2026, 4, 15), False),
        (date(2026, 1, 31), date(2026, 2, 28), True),
        (date(2026, 1, 31), date(2026, 3, 1), False),
    ],
)
def test_cxc_d02_and_d06_one_month_ends_on_the_day_before(first, last, allowed):
    assert faults(first, last) == ([] if allowed else ["CXC-D02"])


def test_cxc_d05_holidays_are_those_of_the_host_country():
    bastille_day = date(2026, 7, 14)

    assert Stay(bastille_day, bastille_day, "FR", "PT", 0).working_days == 1
    assert Stay(bastille_day, bastille_day, "PT", "FR", 0).working_days == 0


def test_cxc_d04_the_stricter_minimum_of_the_partnership_counts():
    first, last = date(2026, 3, 2), date(2026, 3, 5)

    assert faults(first, last, shortest_days=5) == ["CXC-D01"]
    assert faults(first, last, shortest_days=2) == []


def test_a_virtual_exchange_may_be_short():
    assert faults(date(2026, 3, 6), date(2026, 3, 6), virtual=True) == []


def test_the_fault_tells_the_rule_the_limit_and_what_to_do(app):
    stay = Stay(date(2026, 3, 6), date(2026, 3, 9), "FR", "PT", 0)

    fault = next(rules.faults(stay, FIRST_EDITION))

    assert str(fault.message) == (
        "The stay has 2 working days at the host; at least 3 are needed, without travel days, "
        "weekends and public holidays of the host country. Lengthen the stay."
    )


TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("journey", "field"),
    [
        (
            Journey(date(2026, 2, 28), date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 7)),
            "departure_on",
        ),
        (
            Journey(date(2026, 3, 3), date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 7)),
            "first_on",
        ),
        (
            Journey(date(2026, 3, 1), date(2026, 3, 6), date(2026, 3, 2), date(2026, 3, 7)),
            "last_on",
        ),
        (
            Journey(date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 5)),
            "return_on",
        ),
    ],
)
def test_cxc_d07_the_four_days_follow_one_another(journey, field):
    assert [fault.field for fault in rules.journey_faults(journey, today=TODAY)] == [field]


def test_a_journey_may_begin_today_and_last_one_day():
    same = Journey(TODAY, TODAY, TODAY, TODAY)

    assert list(rules.journey_faults(same, today=TODAY)) == []


def test_nothing_is_signed_after_the_departure(app):
    assert list(rules.departed(TODAY, today=TODAY)) == []
    assert len(list(rules.departed(TODAY, today=date(2026, 3, 2)))) == 1
