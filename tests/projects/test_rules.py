"""Budget layout, the 75 % rule, transfers, and when money may be spent: plain Python."""

from datetime import date

import pytest

from portal.calls.proposals.states import CostCategory as C
from portal.core.errors import RuleBroken
from portal.projects.rules import agreement, budget, sme_share, transfers
from portal.projects.rules.budget import PlannedCost
from portal.projects.rules.sme_share import LineFigures, SmeShare
from portal.projects.states import Instrument, State

TODAY = date(2026, 10, 12)


def a_line(line_id: int, budget_cents: int, **overrides) -> LineFigures:
    """A line of personnel of which nothing is committed."""
    figures = {
        "category": C.PERSONNEL,
        "sme_direct": False,
        "awarded_cents": budget_cents,
        "available_cents": budget_cents,
    } | overrides
    return LineFigures(line_id=line_id, budget_cents=budget_cents, **figures)


def test_a_line_is_opened_for_each_partner_and_category_in_the_order_of_the_consortium():
    costs = [
        PlannedCost(2, C.TRAVEL, 100),
        PlannedCost(1, C.TRAVEL, 200),
        PlannedCost(1, C.PERSONNEL, 300),
        PlannedCost(1, C.PERSONNEL, 50),
    ]

    lines = budget.lay_out(costs, indirect_cents=0, consortium=[1, 2])

    assert [(line.organisation_id, line.category, line.cents) for line in lines] == [
        (1, C.PERSONNEL, 350),
        (1, C.TRAVEL, 200),
        (2, C.TRAVEL, 100),
    ]


def test_support_to_third_parties_of_all_partners_becomes_one_line_of_the_project():
    costs = [PlannedCost(1, C.VOUCHERS, 100), PlannedCost(2, C.VOUCHERS, 200)]

    lines = budget.lay_out(costs, indirect_cents=0, consortium=[1, 2])

    assert [(line.organisation_id, line.cents, line.sme_direct) for line in lines] == [
        (None, 300, True)
    ]


def test_indirect_costs_are_shared_by_their_base_without_losing_a_cent():
    costs = [
        PlannedCost(1, C.PERSONNEL, 100),
        PlannedCost(1, C.SUBCONTRACTING, 10_000),
        PlannedCost(2, C.TRAVEL, 200),
        PlannedCost(2, C.EXCHANGES, 10_000),
    ]

    lines = budget.lay_out(costs, indirect_cents=100, consortium=[1, 2])

    indirect = {line.organisation_id: line.cents for line in lines if line.category is C.INDIRECT}
    assert indirect == {1: 33, 2: 67}


def test_costs_for_smes_and_others_of_one_category_stay_apart():
    costs = [PlannedCost(1, C.TRAVEL, 100, sme_direct=True), PlannedCost(1, C.TRAVEL, 200)]

    lines = budget.lay_out(costs, indirect_cents=0, consortium=[1])

    codes = [budget.line_code(1, line.category, sme_direct=line.sme_direct) for line in lines]
    assert codes == ["1-TRAVEL-SME", "1-TRAVEL"]


@pytest.mark.parametrize(
    ("instrument", "cents", "promised", "expected"),
    [
        (Instrument.EXCHANGE, 5_500_000, None, 50),
        (Instrument.EXCHANGE, 5_500_000, 44, 44),
        (Instrument.VOUCHER, 300_000_000, None, 114),
        (Instrument.VOUCHER, 100, None, 1),
    ],
)
def test_an_envelope_is_for_what_was_promised_or_for_the_default(
    instrument, cents, promised, expected
):
    assert budget.target(instrument, cents, promised) == expected


@pytest.mark.parametrize(
    ("direct", "total", "met"),
    [
        (75_000, 100_000, True),
        (75_000, 100_001, False),
        (295_000_000, 400_000_000, False),
        (300_000_000, 400_000_000, True),
        (0, 0, True),
    ],
)
def test_three_quarters_must_reach_smes_directly_to_the_cent(direct, total, met):
    assert SmeShare(direct, total, sme_share.SME_SHARE_BP).is_met is met


def test_the_minimum_for_smes_is_rounded_up_to_the_cent():
    share = SmeShare(374_841_187, 499_788_250, sme_share.SME_SHARE_BP)

    assert share.minimum_cents == 374_841_188
    assert share.slack_cents == -1


def test_the_monitoring_measures_plan_commitments_and_payments_on_the_whole_budget():
    lines = [
        a_line(1, 100_000),
        a_line(2, 300_000, sme_direct=True, available_cents=250_000, paid_cents=20_000),
    ]

    found = sme_share.sme_monitoring(lines, sme_share.SME_SHARE_BP)

    assert (found.planned.direct_cents, found.planned.is_met) == (300_000, True)
    assert (found.committed.direct_cents, found.paid.direct_cents) == (50_000, 20_000)
    assert {share.total_cents for share in (found.planned, found.committed, found.paid)} == {
        400_000
    }


def shift(lines, cents, *, required_bp=0, to_line_id=2):
    return transfers.transfer(
        lines, from_line_id=1, to_line_id=to_line_id, cents=cents, required_bp=required_bp
    )


def test_a_small_transfer_passes_without_warning():
    decided = shift([a_line(1, 100_000), a_line(2, 100_000, category=C.TRAVEL)], 20_000)

    assert decided.warnings == ()


def test_a_transfer_above_a_fifth_of_the_receiving_category_warns():
    decided = shift([a_line(1, 100_000), a_line(2, 100_000, category=C.TRAVEL)], 20_001)

    assert [step.code for step in decided.warnings] == ["large_transfer"]


def test_many_small_transfers_warn_like_one_large_one():
    grown = a_line(2, 115_000, category=C.TRAVEL, awarded_cents=100_000)

    decided = shift([a_line(1, 100_000), grown], 6_000)

    assert decided.warnings[0].values["grown_cents"] == 21_000


def test_a_line_never_falls_below_what_is_committed_on_it():
    lines = [a_line(1, 100_000, available_cents=9_999), a_line(2, 0)]

    with pytest.raises(RuleBroken) as refused:
        shift(lines, 10_000)

    assert refused.value.faults[0].inputs["left_cents"] == 9_999


def test_a_transfer_that_breaks_the_share_for_smes_is_refused():
    lines = [a_line(1, 75_000, sme_direct=True), a_line(2, 25_000)]

    with pytest.raises(RuleBroken) as refused:
        shift(lines, 1, required_bp=7500)

    assert refused.value.faults[0].rule == "V-10"


def test_a_transfer_within_the_lines_for_smes_keeps_the_share():
    lines = [a_line(1, 75_000, sme_direct=True), a_line(2, 25_000, sme_direct=True)]

    decided = shift(lines, 10_000, required_bp=7500)

    assert [step.code for step in decided.steps] == ["left_on_line", "sme_share"]


@pytest.mark.parametrize(
    ("cents", "to_line_id", "category"),
    [(0, 2, C.TRAVEL), (-5, 2, C.TRAVEL), (10, 1, C.TRAVEL), (10, 2, C.INDIRECT)],
)
def test_a_transfer_needs_an_amount_and_two_lines_and_never_feeds_indirect_costs(
    cents, to_line_id, category
):
    lines = [a_line(1, 100_000), a_line(2, 100_000, category=category)]

    with pytest.raises(RuleBroken):
        shift(lines, cents, to_line_id=to_line_id)


@pytest.mark.parametrize(
    ("state", "ends_on", "open_"),
    [
        (State.SIGNED, date(2026, 10, 12), True),
        (State.SIGNED, date(2026, 10, 11), False),
        (State.PREPARATION, date(2027, 1, 1), False),
        (State.SUSPENDED, date(2027, 1, 1), False),
        (State.TERMINATED, date(2027, 1, 1), False),
        (State.CLOSED, date(2027, 1, 1), False),
    ],
)
def test_only_a_signed_project_within_its_time_commits_money(app, state, ends_on, open_):
    if open_:
        agreement.ensure_open_for_spending(state, ends_on=ends_on, day=TODAY)
        return

    with pytest.raises(RuleBroken):
        agreement.ensure_open_for_spending(state, ends_on=ends_on, day=TODAY)


def test_a_project_lasts_until_the_day_before_its_anniversary():
    assert agreement.last_day(date(2019, 9, 1), 24) == date(2021, 8, 31)


def award_faults(**overrides):
    values = {
        "starts_on": date(2019, 9, 1),
        "closed_on": date(2019, 4, 4),
        "targets": {Instrument.EXCHANGE: 50, Instrument.VOUCHER: None},
    }
    return agreement.award_faults(**values | overrides)


def test_an_award_needs_a_start_after_the_deadline_and_real_numbers(app):
    assert award_faults() == []
    assert [fault.field for fault in award_faults(starts_on=date(2019, 4, 4))] == ["starts_on"]
    assert [fault.field for fault in award_faults(targets={Instrument.EXCHANGE: 0})] == [
        "exchange_target"
    ]


def test_the_fingerprint_of_an_agreement_depends_on_its_content_and_not_on_its_order():
    one = agreement.fingerprint({"a": 1, "b": "é"})

    assert one == agreement.fingerprint({"b": "é", "a": 1})
    assert one != agreement.fingerprint({"a": 2, "b": "é"})
