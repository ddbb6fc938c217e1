"""The window, the terms and the words of a call; nothing here needs a database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.calls import rules
from portal.calls.rules import publication, regions, words
from portal.calls.rules.terms import changes, stored
from portal.calls.states import Phase, State
from portal.core.clock import BRUSSELS
from portal.core.errors import RuleBroken
from tests.calls.builders import AFTER_DEADLINE, DEADLINE, WHILE_OPEN, innosup_terms, terms


@dataclass
class Window:
    state: State = State.PUBLISHED
    opens_at: datetime = datetime(2019, 1, 10, 9, 0, tzinfo=BRUSSELS)
    closes_at: datetime = DEADLINE
    months_to_inform: int = 6


def fields_of(faults) -> set[str | None]:
    return {fault.field for fault in faults}


# The window


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2019, 1, 10, 8, 59, 59, 999999, tzinfo=BRUSSELS), Phase.FORECAST),
        (datetime(2019, 1, 10, 9, 0, tzinfo=BRUSSELS), Phase.OPEN),
        (datetime(2019, 4, 4, 16, 59, 59, tzinfo=BRUSSELS), Phase.OPEN),
        (datetime(2019, 4, 4, 17, 0, 0, tzinfo=BRUSSELS), Phase.OPEN),
        (datetime(2019, 4, 4, 17, 0, 0, 999999, tzinfo=BRUSSELS), Phase.OPEN),
        (datetime(2019, 4, 4, 17, 0, 1, tzinfo=BRUSSELS), Phase.CLOSED),
    ],
)
def test_the_clock_decides_to_the_second_and_the_second_of_the_deadline_is_in(at, expected):
    assert rules.phase(Window(), at) is expected


def test_the_deadline_is_brussels_time_in_summer():
    in_utc = datetime(2019, 4, 4, 15, 0, 0, tzinfo=UTC)

    assert rules.phase(Window(), in_utc) is Phase.OPEN
    assert rules.phase(Window(), in_utc + timedelta(seconds=1)) is Phase.CLOSED


def test_an_open_call_lets_people_in():
    rules.ensure_open(Window(), WHILE_OPEN)


@pytest.mark.parametrize(
    ("window", "at", "words_said"),
    [
        (Window(), AFTER_DEADLINE, "The deadline was 4 April 2019, 17:00 (Brussels time)"),
        (Window(), datetime(2019, 1, 9, tzinfo=BRUSSELS), "opens on 10 January 2019"),
        (Window(state=State.CANCELLED), WHILE_OPEN, "cancelled"),
        (Window(state=State.DRAFTED), WHILE_OPEN, "not published"),
        (Window(state=State.DECIDED), WHILE_OPEN, "The deadline was"),
    ],
)
def test_a_shut_door_says_why(app, window, at, words_said):
    with pytest.raises(RuleBroken) as refused:
        rules.ensure_open(window, at)

    assert words_said in str(refused.value.faults[0].message)


@pytest.mark.parametrize(
    ("window", "at"),
    [
        (Window(), WHILE_OPEN),
        (Window(state=State.DECIDED), AFTER_DEADLINE),
        (Window(state=State.CANCELLED), AFTER_DEADLINE),
    ],
)
def test_proposals_are_judged_after_the_deadline_and_before_the_decision(app, window, at):
    rules.ensure_closed(Window(), AFTER_DEADLINE)

    with pytest.raises(RuleBroken):
        rules.ensure_closed(window, at)


def test_days_left_are_calendar_days_in_brussels():
    assert rules.days_left(Window(), datetime(2019, 4, 3, 23, 59, tzinfo=BRUSSELS)) == 1
    assert rules.days_left(Window(), datetime(2019, 4, 4, 0, 1, tzinfo=BRUSSELS)) == 0
    assert rules.days_left(Window(), AFTER_DEADLINE) == 0


def test_applicants_are_informed_so_many_months_after_the_deadline():
    clipped = Window(closes_at=datetime(2020, 1, 31, 17, 0, tzinfo=BRUSSELS), months_to_inform=5)

    assert rules.inform_by(Window()) == date(2019, 10, 4)
    assert rules.inform_by(clipped) == date(2020, 6, 30)


# Publication


@pytest.mark.parametrize("given", [terms(), innosup_terms()])
def test_the_real_calls_can_be_published(app, given):
    assert publication.faults(given, datetime(2019, 1, 1, tzinfo=BRUSSELS)) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title_fr": " "}, "title_fr"),
        ({"title_en": ""}, "title_en"),
        ({"summary_fr": ""}, "summary_fr"),
        ({"summary_en": ""}, "summary_en"),
        ({"closes_at": datetime(2019, 1, 10, 9, 0, tzinfo=BRUSSELS)}, "closes_at"),
        ({"closes_at": datetime(2018, 12, 1, tzinfo=BRUSSELS)}, "closes_at"),
        ({"budget_cents": 0}, "budget_cents"),
        ({"max_grant_cents": 0}, "max_grant_cents"),
        ({"max_grant_cents": 360_000_001}, "max_grant_cents"),
        ({"min_grant_cents": 36_000_001}, "min_grant_cents"),
        ({"funding_rate_bp": 0}, "funding_rate_bp"),
        ({"funding_rate_bp": 10_001}, "funding_rate_bp"),
        ({"indirect_rate_bp": -1}, "indirect_rate_bp"),
        ({"sme_share_bp": 10_001}, "sme_share_bp"),
        ({"min_entities": 0}, "min_entities"),
        ({"min_countries": 0}, "min_countries"),
        ({"min_countries": 4}, "min_countries"),
        ({"min_months": 0}, "min_months"),
        ({"max_months": 19}, "max_months"),
        ({"abstract_limit": 0}, "abstract_limit"),
        ({"months_to_inform": 0}, "months_to_inform"),
    ],
)
def test_each_fault_of_a_call_is_found_beside_its_field(app, changed, field):
    found = publication.faults(terms(**changed), datetime(2019, 1, 1, tzinfo=BRUSSELS))

    assert field in fields_of(found)


def test_every_fault_of_a_call_is_told_at_once(app):
    wrong = terms(title_fr="", budget_cents=0, min_entities=0, max_months=1)

    found = publication.faults(wrong, datetime(2019, 1, 1, tzinfo=BRUSSELS))

    assert {"title_fr", "budget_cents", "min_entities", "max_months"} <= fields_of(found)


def test_a_grant_may_be_as_large_as_the_budget(app):
    whole = terms(max_grant_cents=360_000_000)

    assert publication.faults(whole, datetime(2019, 1, 1, tzinfo=BRUSSELS)) == []


# Corrigenda


def correction(after, *, phase=Phase.OPEN, at=WHILE_OPEN, listed_cents=0, text="Why"):
    return publication.correction_faults(
        terms(),
        after,
        text_en=text,
        text_fr=text,
        phase=phase,
        listed_cents=listed_cents,
        now=at,
    )


def test_a_corrigendum_may_move_the_deadline_of_an_open_call(app):
    later = terms(closes_at=datetime(2019, 4, 11, 17, 0, tzinfo=BRUSSELS))

    assert correction(later) == []


def test_a_corrigendum_needs_a_change_and_an_explanation_in_both_languages(app):
    assert fields_of(correction(terms(), text="")) == {None, "text_en", "text_fr"}


def test_an_open_call_keeps_its_opening(app):
    moved = terms(opens_at=datetime(2019, 1, 11, 9, 0, tzinfo=BRUSSELS))

    assert fields_of(correction(moved)) == {"opens_at"}


def test_after_the_deadline_the_rules_of_the_game_stay(app):
    softer = terms(min_entities=2, min_countries=2, budget_cents=400_000_000)

    found = correction(softer, phase=Phase.CLOSED, at=AFTER_DEADLINE)

    assert fields_of(found) == {"min_entities", "min_countries"}


def test_the_budget_cannot_fall_below_what_the_main_list_holds(app):
    less = terms(budget_cents=100_000_000)

    found = correction(less, phase=Phase.CLOSED, at=AFTER_DEADLINE, listed_cents=100_000_001)

    assert fields_of(found) == {"budget_cents"}


def test_a_change_keeps_both_values_as_plain_data():
    later = datetime(2019, 4, 11, 17, 0, tzinfo=BRUSSELS)

    found = changes(terms(), terms(closes_at=later, eligible_kinds=("cluster",)))

    assert set(found) == {"closes_at", "eligible_kinds"}
    assert stored(found["closes_at"][1]) == "2019-04-11T17:00:00+02:00"
    assert stored(found["eligible_kinds"][1]) == ["cluster"]


# Regions and words


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("LV00", regions.LESS_DEVELOPED),
        ("PT11", regions.LESS_DEVELOPED),
        ("FRE1", regions.TRANSITION),
        ("BE32", regions.TRANSITION),
        ("FRJ2", None),
        ("", None),
        ("XX99", None),
    ],
)
def test_the_category_of_a_region_comes_from_the_dated_table(region, expected):
    assert regions.category(region, date(2019, 4, 4)) == expected


def test_no_region_has_a_category_before_the_table_begins():
    assert regions.category("LV00", date(2013, 12, 31)) is None


def test_the_rules_of_the_consortium_are_written_in_words(app):
    said = [str(sentence) for sentence in words.consortium(terms())]

    assert said[0] == "At least 3 independent legal entities apply together."
    assert any("3 different participating countries" in sentence for sentence in said)
    assert any("less developed or transition region" in sentence for sentence in said)
    assert any("European Cluster Collaboration Platform" in sentence for sentence in said)


def test_the_money_is_written_in_words(app):
    said = " ".join(str(sentence) for sentence in words.money(innosup_terms()))

    assert "at most 70%" in said
    assert "€5,000,000.00" in said
    assert "€2,500,000.00" in said
    assert "Indirect costs are 25%" in said
    assert "At least 75% of the whole budget" in said
