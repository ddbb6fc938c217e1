"""What a grant pays and when: the vectors of the domain, and what holds for every grant."""

import itertools
import random
from dataclasses import dataclass
from datetime import date

import pytest

from portal.calls.proposals.states import CostCategory
from portal.core.i18n import use_locale
from portal.core.steps import as_json, from_json
from portal.payments import rules as payment_rules
from portal.projects.periods import rules
from portal.projects.periods.rules import Cost, Terms
from portal.projects.states import State as ProjectState

H2020 = Terms(500)


def euros(amount: int) -> int:
    return amount * 100


@dataclass(frozen=True)
class Row:
    programme_id: int
    fund_bp: int
    ceiling_bp: int
    valid_from: date
    order: int


def cost(cents: int, category: CostCategory = CostCategory.PERSONNEL, **overrides) -> Cost:
    given = {"line_id": 1, "category": category, "claimed_cents": cents, "accepted_cents": cents}
    return Cost(**given | overrides)


def whole_life(max_grant: int, count: int, terms: Terms, rate_bp: int, costs: list[int]):
    """What each step of a grant earns and pays, everything being paid as soon as it is due."""
    advance = rules.pre_financing(max_grant, count, terms)
    earned, paid, found = advance.cents, advance.transferred_cents, []
    for accepted in costs[:-1]:
        found.append(
            rules.interim(
                accepted,
                rate_bp=rate_bp,
                ceiling_cents=advance.ceiling_cents,
                before_cents=earned,
            )
        )
        earned, paid = earned + found[-1].cents, paid + found[-1].paid_out_cents
    end = rules.balance(
        sum(costs), rate_bp=rate_bp, max_grant_cents=max_grant, before_cents=earned, paid_cents=paid
    )
    return advance, found, end, paid


def test_three_periods_of_a_million_pay_a_third_less_the_fund():
    found = rules.pre_financing(euros(1_000_000), 3, H2020)

    assert found.cents == euros(333_334)
    assert found.fund_cents == euros(50_000)
    assert found.transferred_cents == euros(283_334)


def test_the_worked_example_of_the_domain():
    costs = [euros(280_000), euros(310_000), euros(290_000)]

    advance, interims, end, paid = whole_life(euros(900_000), 3, H2020, 10_000, costs)

    assert (advance.transferred_cents, advance.fund_cents) == (euros(255_000), euros(45_000))
    assert [each.cents for each in interims] == [euros(280_000), euros(230_000)]
    assert end.cents == euros(70_000)
    assert end.paid_out_cents == euros(70_000) + euros(45_000)
    assert paid + end.paid_out_cents == euros(880_000)


def test_without_a_fund_everything_is_transferred():
    found = rules.pre_financing(euros(900_000), 3, Terms(0))

    assert (found.transferred_cents, found.fund_cents) == (euros(300_000), 0)


def test_one_period_leaves_a_tenth_for_the_balance():
    found = rules.pre_financing(euros(100_000), 1, Terms(0))

    assert found.cents == euros(90_000)


def test_a_balance_below_zero_is_given_back_with_the_help_of_the_fund():
    costs = [euros(280_000), 0, 0]

    _advance, _interims, end, paid = whole_life(euros(900_000), 3, H2020, 10_000, costs)

    assert paid == euros(255_000) + euros(280_000)
    assert (end.paid_out_cents, end.give_back_cents) == (0, euros(255_000))


def test_indirect_costs_are_computed_as_the_domain_shows():
    costs = [
        cost(euros(225_000)),
        cost(euros(55_000), CostCategory.EXCHANGES),
        cost(euros(20_000), CostCategory.SUBCONTRACTING),
    ]

    eligible, steps = rules.eligible(costs, 700)
    earned = rules.interim(eligible, rate_bp=7500, ceiling_cents=euros(999_999), before_cents=0)

    assert eligible == euros(315_750)
    assert [step.values["result"] for step in steps] == [euros(300_000), euros(15_750), eligible]
    assert earned.cents == 23_681_250


def test_only_what_is_accepted_counts():
    found, _steps = rules.eligible([cost(1000, accepted_cents=400, reason="No invoice.")], 2500)

    assert found == 500


def test_no_life_of_a_grant_pays_more_than_the_grant_and_the_ceiling():
    chance = random.Random(7)
    for _turn in range(2000):
        max_grant, count = chance.randrange(10_000, 10**10), chance.randrange(1, 9)
        terms = Terms(chance.randrange(0, 1001), chance.randrange(5000, 10_000))
        rate = chance.randrange(1, 10_001)
        costs = [chance.randrange(0, 3 * max_grant // count) for _ in range(count)]

        advance, interims, end, paid = whole_life(max_grant, count, terms, rate, costs)

        final = min(max_grant, sum(costs) * rate // 10_000)
        assert advance.transferred_cents > 0
        assert all(each.cents >= 0 for each in interims)
        assert advance.cents + sum(each.cents for each in interims) <= advance.ceiling_cents
        assert paid <= advance.ceiling_cents - advance.fund_cents <= max_grant
        assert paid + end.paid_out_cents - end.give_back_cents == final
        assert not (end.paid_out_cents and end.give_back_cents)


def test_the_final_grant_does_not_depend_on_the_order_of_the_periods():
    chance = random.Random(11)
    for _turn in range(300):
        costs = [chance.randrange(0, 10**8) for _ in range(4)]
        shuffled = chance.sample(costs, 4)

        ends = [
            paid + end.paid_out_cents - end.give_back_cents
            for _advance, _interims, end, paid in (
                whole_life(2 * 10**8, 4, H2020, 7000, order) for order in (costs, shuffled)
            )
        ]

        assert ends[0] == ends[1]


@pytest.mark.parametrize(
    ("count", "spans"),
    [
        (1, [(date(2026, 1, 1), date(2027, 12, 31))]),
        (
            2,
            [
                (date(2026, 1, 1), date(2026, 12, 31)),
                (date(2027, 1, 1), date(2027, 12, 31)),
            ],
        ),
        (
            5,
            [
                (date(2026, 1, 1), date(2026, 5, 31)),
                (date(2026, 6, 1), date(2026, 10, 31)),
                (date(2026, 11, 1), date(2027, 3, 31)),
                (date(2027, 4, 1), date(2027, 8, 31)),
                (date(2027, 9, 1), date(2027, 12, 31)),
            ],
        ),
    ],
)
def test_periods_share_the_months_and_leave_no_day_out(count, spans):
    assert rules.periods_of(date(2026, 1, 1), date(2027, 12, 31), count) == spans


def test_a_project_that_begins_on_a_31st_keeps_its_last_day():
    spans = rules.periods_of(date(2026, 1, 31), date(2027, 1, 30), 4)

    assert (spans[0][0], spans[-1][1]) == (date(2026, 1, 31), date(2027, 1, 30))
    assert all((later[0] - earlier[1]).days == 1 for earlier, later in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("signed_on", "starts_on", "due_on"),
    [
        (date(2026, 3, 1), date(2026, 3, 15), date(2026, 3, 31)),
        (date(2026, 3, 1), date(2026, 9, 1), date(2026, 8, 22)),
    ],
)
def test_pre_financing_is_due_after_entry_into_force_or_before_the_start(
    signed_on, starts_on, due_on
):
    assert payment_rules.due_on(rules.clock_starts(signed_on, starts_on, 30), 30) == due_on


def test_the_row_that_began_last_decides_from_its_first_day_on():
    rows = [Row(1, 300, 8500, date(2026, 1, 1), 1), Row(1, 400, 8000, date(2026, 6, 1), 2)]

    assert rules.terms_on(rows, 1, "H2020", date(2025, 12, 31)) == Terms(500)
    assert rules.terms_on(rows, 1, "H2020", date(2026, 5, 31)) == Terms(300, 8500)
    assert rules.terms_on(rows, 1, "H2020", date(2026, 6, 1)) == Terms(400, 8000)
    assert rules.terms_on(rows, 2, "COSME", date(2026, 6, 1)) == Terms(0)


@pytest.mark.parametrize(
    ("fund_bp", "ceiling_bp", "fields"),
    [
        (0, 9000, []),
        (1000, 9999, []),
        (1001, 9000, ["fund_bp"]),
        (-1, 10_000, ["fund_bp", "ceiling_bp"]),
        (0, 4999, ["ceiling_bp"]),
    ],
)
def test_terms_keep_a_tenth_at_most_and_leave_a_balance(fund_bp, ceiling_bp, fields):
    assert [fault.field for fault in rules.terms_faults(fund_bp, ceiling_bp)] == fields


@pytest.mark.parametrize(
    ("state", "count", "is_planned", "refused"),
    [
        (ProjectState.PREPARATION, 3, False, False),
        (ProjectState.SIGNED, 8, False, False),
        (ProjectState.SIGNED, 9, False, True),
        (ProjectState.SIGNED, 0, False, True),
        (ProjectState.TERMINATED, 3, False, True),
        (ProjectState.SIGNED, 3, True, True),
    ],
)
def test_a_plan_is_laid_down_once_with_one_to_eight_periods(state, count, is_planned, refused):
    found = rules.plan_faults(
        state,
        is_planned=is_planned,
        count=count,
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 12, 31),
    )

    assert bool(found) is refused


def test_no_more_periods_than_months():
    given = {"is_planned": False, "starts_on": date(2026, 1, 1), "ends_on": date(2026, 3, 31)}

    assert not rules.plan_faults(ProjectState.SIGNED, count=3, **given)
    assert rules.plan_faults(ProjectState.SIGNED, count=4, **given)


def test_a_report_is_sent_from_the_day_after_the_period():
    ends_on = date(2026, 12, 31)

    assert rules.submission_faults(ends_on=ends_on, day=ends_on, earlier_open=False)
    assert not rules.submission_faults(ends_on=ends_on, day=date(2027, 1, 1), earlier_open=False)
    assert rules.submission_faults(ends_on=ends_on, day=date(2027, 1, 1), earlier_open=True)


@pytest.mark.parametrize(
    ("category", "cents", "refused"),
    [
        (CostCategory.PERSONNEL, 10**12, False),
        (CostCategory.PERSONNEL, -1, True),
        (CostCategory.INDIRECT, 1, True),
        (CostCategory.VOUCHERS, 500, False),
        (CostCategory.VOUCHERS, 501, True),
        (CostCategory.EXCHANGES, 501, True),
    ],
)
def test_support_to_third_parties_is_claimed_as_far_as_it_was_paid(category, cents, refused):
    assert bool(rules.claim_faults(category, cents, third_party_cents=500)) is refused


@pytest.mark.parametrize(
    ("accepted", "reason", "field"),
    [
        (1000, "", None),
        (999, "No invoice.", None),
        (999, " ", "reason_1"),
        (1001, "More.", "accepted_1"),
        (-1, "Less.", "accepted_1"),
    ],
)
def test_a_cut_says_why_and_nothing_is_accepted_beyond_the_claim(accepted, reason, field):
    found = rules.decision_faults(cost(1000, accepted_cents=accepted, reason=reason))

    assert [fault.field for fault in found] == ([field] if field else [])


def test_the_balance_waits_for_what_is_open():
    assert not rules.acceptance_faults(is_pre_financed=True, is_last=True, unsettled=())
    assert rules.acceptance_faults(is_pre_financed=True, is_last=True, unsettled=["PAY-2026-0001"])
    assert not rules.acceptance_faults(is_pre_financed=True, is_last=False, unsettled=["PAY-1"])
    assert rules.acceptance_faults(is_pre_financed=False, is_last=False, unsettled=())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_step_has_words(app, language):
    advance, interims, end, _paid = whole_life(90_000, 2, H2020, 10_000, [60_000, 0])
    _eligible, steps = rules.eligible([cost(60_000)], 700)
    kept = from_json(as_json([*advance.steps, *steps, *interims[0].steps, *end.steps]))

    with use_locale(language):
        told = [str(rules.explain(step)) for step in kept]

    assert all(told)
    assert not [text for text in told if "%(" in text]
