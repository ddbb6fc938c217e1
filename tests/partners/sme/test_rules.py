"""Domain 4.1 to 4.4: the worked examples word for word, and the edges of every threshold."""

from datetime import date

import pytest

from portal.core.steps import Step
from portal.partners.sme.rules import de_minimis, status, words
from portal.partners.sme.rules.de_minimis import Aid
from portal.partners.sme.rules.figures import Figures, category_of
from portal.partners.sme.rules.relations import (
    Related,
    Relation,
    aggregate,
    is_publicly_controlled,
    relation_of,
)
from portal.partners.sme.rules.status import YearBefore, assess
from portal.partners.sme.states import Category, Investor

M = 1_000_000
MICRO, SMALL, MEDIUM = Category.MICRO, Category.SMALL, Category.MEDIUM


def figures(staff: float, turnover: float, balance: float = 0) -> Figures:
    return Figures(round(staff * 100), round(turnover * 100), round(balance * 100))


def a_relation(percent: float, own: Figures, position: int = 1, **said: object) -> Related:
    return Related(position, f"Enterprise {position}", round(percent * 100), own, **said)


@pytest.mark.parametrize(
    ("staff", "turnover", "balance", "expected"),
    [
        (9.99, 2 * M, 99 * M, MICRO),
        (9.99, 99 * M, 2 * M, MICRO),
        (10, 1 * M, 1 * M, SMALL),
        (9, 2 * M + 0.01, 2 * M + 0.01, SMALL),
        (49.99, 10 * M, 99 * M, SMALL),
        (50, 1 * M, 1 * M, MEDIUM),
        (249.99, 50 * M, 99 * M, MEDIUM),
        (249.99, 99 * M, 43 * M, MEDIUM),
        (250, 1 * M, 1 * M, None),
        (100, 50 * M + 0.01, 43 * M + 0.01, None),
        (0, 0, 0, MICRO),
    ],
)
def test_staff_lies_strictly_below_and_one_amount_at_most_at_the_ceiling(
    staff: float, turnover: float, balance: float, expected: Category | None
) -> None:
    own = figures(staff, turnover, balance)

    category = category_of(own)

    assert category is expected


@pytest.mark.parametrize(("balance", "is_sme"), [(43 * M, True), (43 * M + 0.01, False)])
def test_example_1_a_partner_of_30_percent_is_added_pro_rata(balance: float, is_sme: bool) -> None:
    a = figures(120, 30 * M, balance)
    c = a_relation(30, figures(300, 90 * M))

    outcome = assess(a, [c])

    assert outcome.totals == figures(210, 57 * M, balance)
    assert outcome.is_sme is is_sme


def test_example_2_the_same_at_55_percent_is_linked_and_no_sme() -> None:
    a = figures(120, 30 * M)
    c = a_relation(55, figures(300, 90 * M))

    outcome = assess(a, [c])

    assert outcome.totals.headcount_hundredths == 420_00
    assert outcome.category is None


def test_example_3_a_university_and_an_independent_investor_leave_the_firm_autonomous() -> None:
    a = figures(120, 30 * M, 20 * M)
    university = a_relation(30, figures(9_000, 500 * M), 1, investor=Investor.UNIVERSITY)
    fund = a_relation(25, figures(400, 900 * M), 2, investor=Investor.VENTURE_CAPITAL)

    outcome = assess(a, [university, fund])

    assert outcome.totals == a
    assert outcome.category is MEDIUM


def test_excepted_investors_linked_to_each_other_count_once_they_pass_50_percent() -> None:
    a = figures(120, 30 * M, 20 * M)
    together = {"investor": Investor.VENTURE_CAPITAL, "investor_group": "Fund family"}
    one = a_relation(25, figures(100, 10 * M), 1, **together)
    other = a_relation(26, figures(100, 10 * M), 2, **together)

    totals, _steps = aggregate(a, [one, other])

    assert totals.headcount_hundredths == 320_00


@pytest.mark.parametrize(
    ("percent", "said", "expected"),
    [
        (24.99, {}, Relation.AUTONOMOUS),
        (25, {}, Relation.PARTNER),
        (50, {}, Relation.PARTNER),
        (50.01, {}, Relation.LINKED),
        (10, {"controls": True}, Relation.LINKED),
        (50, {"investor": Investor.INSTITUTIONAL}, Relation.AUTONOMOUS),
        (60, {"investor": Investor.UNIVERSITY}, Relation.LINKED),
        (30, {"investor": Investor.PUBLIC_BODY}, Relation.AUTONOMOUS),
    ],
)
def test_the_share_or_control_decides_how_an_enterprise_counts(
    percent: float, said: dict[str, object], expected: Relation
) -> None:
    one = a_relation(percent, figures(1, 1), **said)

    assert relation_of(one, [one]) is expected


def test_linked_enterprises_are_followed_transitively_and_bring_their_partners() -> None:
    own = figures(10, 1 * M, 1 * M)
    parent = a_relation(100, figures(20, 2 * M, 2 * M), 1)
    grandparent = a_relation(80, figures(40, 4 * M, 4 * M), 2, through=1)
    partner = a_relation(25, figures(100, 10 * M, 10 * M), 3, through=2)
    its_daughter = a_relation(51, figures(60, 6 * M, 6 * M), 4, through=3)
    too_far = a_relation(30, figures(999, 99 * M, 99 * M), 5, through=3)

    totals, steps = aggregate(own, [parent, grandparent, partner, its_daughter, too_far])

    assert totals == figures(10 + 20 + 40 + 0.25 * 160, 11 * M, 11 * M)
    assert [step.code for step in steps] == ["own", "linked", "linked", "partner", "total"]


def test_shares_are_rounded_half_up_to_the_cent() -> None:
    own = figures(0, 0)
    partner = a_relation(33.33, Figures(1, 150, 149))

    totals, _steps = aggregate(own, [partner])

    assert totals == Figures(0, 50, 50)


def test_public_bodies_with_a_quarter_together_exclude_the_status() -> None:
    own = figures(5, 1 * M, 1 * M)
    city = a_relation(15, figures(0, 0), 1, investor=Investor.PUBLIC_BODY)
    region = a_relation(10, figures(0, 0), 2, investor=Investor.PUBLIC_BODY)
    village = a_relation(40, figures(0, 0), 3, investor=Investor.LOCAL_AUTHORITY)

    assert is_publicly_controlled([city, region])
    assert not is_publicly_controlled([city, village])
    assert assess(own, [city, region]).category is None


def test_the_worked_series_changes_only_in_the_second_year() -> None:
    computed = [True, True, False, False]

    statuses = [computed[0]]
    for year in range(1, 4):
        statuses.append(
            status.status(
                computed=computed[year],
                computed_before=computed[year - 1],
                status_before=statuses[year - 1],
            )
        )

    assert statuses == [True, True, True, False]


SME_YEAR, LARGE_YEAR = figures(100, 10 * M, 10 * M), figures(300, 90 * M, 90 * M)


@pytest.mark.parametrize(
    ("now", "before", "known", "expected"),
    [
        (LARGE_YEAR, SME_YEAR, (True, MEDIUM), MEDIUM),
        (LARGE_YEAR, LARGE_YEAR, (True, MEDIUM), None),
        (SME_YEAR, LARGE_YEAR, (True, None), None),
        (SME_YEAR, LARGE_YEAR, (False, None), None),
        (LARGE_YEAR, SME_YEAR, (False, None), MEDIUM),
        (SME_YEAR, SME_YEAR, (True, None), MEDIUM),
    ],
)
def test_the_status_of_the_year_before_remains_when_a_ceiling_is_crossed_once(
    now: Figures, before: Figures, known: tuple[bool, Category | None], expected: Category | None
) -> None:
    year_before = YearBefore(before, has_known_status=known[0], known_category=known[1])

    outcome = assess(now, before=year_before)

    assert outcome.category is expected


def test_each_ceiling_waits_for_its_own_second_year() -> None:
    micro, small, large = figures(5, M, M), figures(20, 5 * M, 5 * M), figures(300, 90 * M, 90 * M)

    grown_once = assess(small, before=YearBefore(micro, True, MICRO)).category
    grown_twice = assess(large, before=YearBefore(small, True, MICRO)).category

    assert grown_once is MICRO
    assert grown_twice is SMALL


def test_a_change_of_ownership_takes_effect_at_once() -> None:
    before = YearBefore(SME_YEAR, True, MEDIUM)

    outcome = assess(LARGE_YEAR, before=before, ownership_changed=True)

    assert outcome.category is None
    assert "changed" in {step.code for step in outcome.steps}


def test_the_first_year_decides_alone() -> None:
    outcome = assess(figures(3, 100_000))

    assert outcome.category is MICRO
    assert outcome.steps[-1] == Step("result", "2", {"category": "micro"})


def test_enterprises_without_earlier_figures_were_not_related_the_year_before() -> None:
    bought = a_relation(100, figures(400, 90 * M))
    older = a_relation(100, figures(50, 9 * M), 2, before=figures(40, 8 * M))

    totals = status.totals_before(figures(10, M), [bought, older])

    assert totals == figures(50, 9 * M)
    assert status.totals_before(None, [older]) is None


@pytest.mark.parametrize(
    ("day", "serves"),
    [
        (date(2026, 3, 9), False),
        (date(2026, 3, 10), True),
        (date(2027, 3, 9), True),
        (date(2027, 3, 10), False),
    ],
)
def test_a_declaration_serves_for_twelve_months(day: date, serves: bool) -> None:
    assert status.is_valid_on(date(2026, 3, 10), day) is serves


def test_a_declaration_says_everything_that_does_not_hold_together(app: object) -> None:
    forward = a_relation(60, figures(1, 1), 1, through=2)
    other = a_relation(60, figures(1, 1), 2)

    faults = status.declaration_faults(
        [forward, other], reference_year=2026, is_estimate=False, today=date(2026, 5, 1)
    )

    assert [fault.rule for fault in faults] == ["SME-1", "SME-REL"]


def test_a_new_enterprise_may_estimate_the_current_year() -> None:
    faults = status.declaration_faults(
        [], reference_year=2026, is_estimate=True, today=date(2026, 5, 1)
    )

    assert faults == []


def test_every_step_can_be_told_in_words(app: object) -> None:
    own = figures(120, 30 * M, 20 * M)
    related = [
        a_relation(30, figures(300, 90 * M), 1),
        a_relation(60, figures(10, M), 2),
        a_relation(5, figures(10, M), 3),
        a_relation(30, figures(10, M), 4, investor=Investor.PUBLIC_BODY),
    ]
    outcomes = [
        assess(own, related),
        assess(own, related[:3], before=YearBefore(LARGE_YEAR)),
        assess(own, before=YearBefore(own)),
        assess(own, before=YearBefore(own), ownership_changed=True),
        assess(own),
    ]

    with app.test_request_context():
        told = {
            step.code: (
                str(words.explain(step)),
                words.figures_of(step),
                str(words.outcome_of(step)),
            )
            for outcome in outcomes
            for step in outcome.steps
        }

    assert set(told) == {
        *("own", "linked", "partner", "apart", "total", "public", "computed"),
        *("first", "changed", "same", "two_years", "result"),
    }
    assert told["partner"] == (
        "Enterprise 1, partner: counted for 30%",
        figures(90, 27 * M),
        "",
    )
    assert told["computed"][1:] == (None, "Medium-sized enterprise")


# De minimis (4.4)


@pytest.mark.parametrize(
    ("day", "left"), [(date(2026, 3, 1), 80_000_00), (date(2026, 3, 11), 200_000_00)]
)
def test_aid_leaves_the_window_after_three_years(day: date, left: int) -> None:
    aids = [
        Aid(date(2023, 3, 10), 120_000_00, "FR"),
        Aid(date(2024, 6, 5), 100_000_00, "FR"),
    ]

    assert de_minimis.available(aids, "FR", day) == left


def test_only_state_resources_of_that_member_state_count() -> None:
    aids = [
        Aid(date(2025, 1, 1), 50_000_00, "BE"),
        Aid(date(2025, 1, 1), 60_000_00, "FR", from_state_resources=False),
        Aid(date(2027, 1, 1), 60_000_00, "FR"),
    ]

    assert de_minimis.available(aids, "FR", date(2026, 1, 1)) == 300_000_00


def test_the_ceiling_is_the_one_in_force_on_the_day() -> None:
    aids = [Aid(date(2023, 6, 1), 250_000_00, "FR")]

    assert de_minimis.available([], "FR", date(2023, 12, 31)) == 200_000_00
    assert de_minimis.available([], "FR", date(2024, 1, 1)) == 300_000_00
    assert de_minimis.available(aids, "FR", date(2023, 12, 31)) == 0
