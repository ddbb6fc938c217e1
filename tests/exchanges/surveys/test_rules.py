"""When a survey is due, what an answer must say, and which figures are kept back."""

from datetime import date

import pytest

from portal.exchanges.surveys import rules
from portal.exchanges.surveys.rules import Figures
from tests.exchanges.surveys.builders import answers

LAST = date(2026, 10, 16)


@pytest.mark.parametrize(
    ("months", "day", "due"),
    [
        (6, date(2027, 4, 15), False),
        (6, date(2027, 4, 16), True),
        (6, date(2027, 6, 15), True),
        (6, date(2027, 6, 16), False),
        (12, date(2027, 10, 16), True),
        (9, date(2027, 7, 16), False),
    ],
)
def test_a_survey_is_asked_on_its_day_or_a_little_later(months, day, due):
    assert rules.is_due(LAST, months, today=day) is due


def test_a_month_without_that_day_asks_on_its_last():
    assert rules.asked_on(date(2026, 8, 31), 6) == date(2027, 2, 28)


def test_visits_before_the_first_round_are_not_followed_up():
    assert rules.months_for(date(2019, 12, 31)) == ()
    assert rules.months_for(date(2020, 1, 1)) == (6, 12)


def test_the_last_day_for_an_answer_is_included():
    last = rules.answer_by(date(2027, 4, 16))

    assert last == date(2027, 5, 16)
    assert rules.reminded_up_to(date(2027, 4, 30)) == last
    assert not list(rules.late(last, today=last))
    assert [fault.rule for fault in rules.late(last, today=date(2027, 5, 17))] == ["2.10"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"projects": -1}, "projects"),
        ({"jobs": 1000}, "jobs"),
        ({"contracts": 0}, "contracts"),
        ({"contracts_cents": 0}, "contracts_cents"),
        ({"satisfaction": 6}, "satisfaction"),
    ],
)
def test_what_an_answer_may_not_say(app, change, field):
    assert [fault.field for fault in rules.faults(answers(**change))] == [field]


def test_no_contract_and_no_amount_is_an_answer():
    assert not list(rules.faults(answers(contracts=0, contracts_cents=None)))
    assert not list(rules.faults(answers(contracts_cents=None)))


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({}, set()),
        ({"a": 5, "b": 9}, set()),
        ({"a": 5, "b": 0}, set()),
        ({"a": 4}, {"a"}),
        # One hidden part alone is the total less the others: the smallest of them goes too.
        ({"a": 4, "b": 7, "c": 6}, {"a", "c"}),
        ({"a": 2, "b": 3, "c": 5}, {"a", "b"}),
        ({"a": 1, "b": 2, "c": 8}, {"a", "b", "c"}),
    ],
)
def test_what_would_tell_a_single_answer_is_kept_back(counts, hidden):
    assert rules.protected(counts) == hidden


def test_whoever_subtracts_what_is_shown_from_the_total_learns_of_five_or_nobody():
    for a in range(8):
        for b in range(8):
            for c in range(8):
                counts = {"a": a, "b": b, "c": c}
                left = sum(counts[key] for key in rules.protected(counts))
                assert left == 0 or left >= rules.LEAST_ANSWERS or left == sum(counts.values())


def test_the_mean_is_rounded_half_up():
    assert Figures().mean_satisfaction is None
    assert Figures(answered=3, satisfaction=13).mean_satisfaction == 433
    assert Figures(answered=8, satisfaction=29).mean_satisfaction == 363


def test_figures_add_up():
    both = Figures(asked=2, answered=1, jobs=3) + Figures(asked=1, jobs=4)

    assert (both.asked, both.answered, both.jobs) == (3, 1, 7)
