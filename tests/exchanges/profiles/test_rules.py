"""What a profile must say, which partnership fits, when it is answered."""

from datetime import date

import pytest

from portal.exchanges.profiles import rules
from portal.exchanges.profiles.rules import Answers, Partnership, Period
from portal.exchanges.profiles.states import Why
from tests.exchanges.profiles.builders import some_answers

TODAY = date(2026, 9, 7)


def partnership(acronym: str, **changes):
    values = {
        "ref": acronym, "acronym": acronym, "themes": frozenset(), "countries": frozenset(),
        "regions": frozenset(), "members": frozenset(),
    }  # fmt: skip
    return Partnership(**{**values, **changes})


def test_cxc_t02_the_partnership_has_ten_working_days():
    # Monday 26 October; All Saints is a Sunday, Armistice Day falls on Wednesday 11 November.
    assert rules.answer_due_on(date(2026, 10, 26)) == date(2026, 11, 9)
    assert rules.answer_due_on(date(2026, 10, 29)) == date(2026, 11, 13)


def test_what_came_to_nothing_is_kept_for_twelve_months():
    assert rules.kept_until(date(2024, 2, 29)) == date(2025, 2, 28)


def test_a_complete_profile_lacks_nothing():
    assert list(rules.missing(some_answers(), has_cv=True, today=TODAY)) == []


def test_an_empty_one_is_told_everything_at_once():
    empty = Answers(visits=True, hosts=False)

    found = list(rules.missing(empty, has_cv=False, today=TODAY))

    assert len(found) == 7


def test_who_only_hosts_needs_no_cv():
    answers = some_answers(visits=False, hosts=True)

    assert list(rules.missing(answers, has_cv=False, today=TODAY)) == []


def test_days_that_are_past_offer_no_visit():
    past = some_answers(periods=(Period(date(2026, 8, 3), date(2026, 8, 28)),))

    assert len(list(rules.missing(past, has_cv=True, today=TODAY))) == 1


@pytest.mark.parametrize(
    ("first", "second", "faults"),
    [((5, 9), (10, 14), 0), ((5, 9), (9, 14), 1), ((5, 4), (10, 14), 1)],
)
def test_periods_stand_in_order_and_apart(first, second, faults):
    periods = tuple(Period(date(2026, 10, a), date(2026, 10, b)) for a, b in (first, second))

    assert len(list(rules.shape_faults(some_answers(periods=periods)))) == faults


def test_who_takes_no_part_is_told_so():
    assert len(list(rules.shape_faults(Answers(visits=False, hosts=False)))) == 1


def test_ones_own_cluster_comes_before_sector_and_place():
    known = [
        partnership("A-COUNTRY", countries=frozenset({"FR"})),
        partnership("B-SECTOR", themes=frozenset({"ecosystem-textile"})),
        partnership("C-CLUSTER", members=frozenset({7})),
        partnership("D-NOTHING"),
    ]

    found = rules.suggest(
        known, sectors=("ecosystem-textile",), country="FR", region="FRE1", clusters=frozenset({7})
    )

    assert [one.ref[0] for one in found] == ["C", "B", "A", "D"]
    assert [one.reasons for one in found] == [(Why.CLUSTER,), (Why.SECTOR,), (Why.COUNTRY,), ()]
