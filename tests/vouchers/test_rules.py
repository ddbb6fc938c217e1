"""The cap of one firm, instruments and instalments, eligibility: plain Python."""

from dataclasses import replace
from datetime import date

import pytest

from portal.core.i18n import use_locale
from portal.core.steps import from_json
from portal.vouchers.rules import cap, decision, eligibility, instruments
from portal.vouchers.rules.decision import Limits, Offer
from portal.vouchers.rules.eligibility import Candidate, OtherVoucher
from portal.vouchers.states import AmountMode, State, Trigger

DAY = date(2026, 10, 12)


def a_candidate(**overrides) -> Candidate:
    """A firm that may receive a voucher."""
    values = {
        "day": DAY,
        "is_verified": True,
        "is_sme": True,
        "sme_category": "small",
        "sme_assessed_on": date(2026, 3, 1),
        "sme_confirmed": True,
        "country": "FR",
        "country_participates": True,
        "is_beneficiary": False,
        "same_group_as": "",
        "exclusion_declared": True,
        "double_funding_declared": True,
    }
    return Candidate(**values | overrides)


@pytest.mark.parametrize(
    ("used", "new", "fits"),
    [
        (4_500_000, 1_500_000, True),
        (4_500_000, 1_500_001, False),
        (0, 6_000_000, True),
        (200_000, 5_800_000, True),
        (6_000_000, 100, False),
    ],
)
def test_a_firm_receives_at_most_60_000_euros_from_one_project(app, used, new, fits):
    fault = cap.fault(used_cents=used, new_cents=new, cap_cents=cap.CAP_PER_SME)

    assert (fault is None) is fits


def test_the_refusal_says_what_the_firm_has_and_what_is_left(app):
    fault = cap.fault(used_cents=4_500_000, new_cents=1_500_001, cap_cents=6_000_000)

    assert "€45,000.00" in str(fault.message)
    assert "€15,000.00" in str(fault.message)


def test_the_cap_is_dated_and_names_its_source():
    terms = cap.cap_on(DAY)

    assert (terms.cents, terms.valid_from) == (6_000_000, date(2014, 1, 1))
    assert terms.source
    with pytest.raises(ValueError):
        cap.cap_on(date(2013, 12, 31))


@pytest.mark.parametrize(
    ("state", "counts", "expected"),
    [
        (State.OFFERED, True, 2_000_000),
        (State.SIGNED, True, 2_000_000),
        (State.CLOSED, True, 1_200_000),
        (State.TERMINATED, True, 1_200_000),
        (State.WITHDRAWN, True, 0),
        (State.SIGNED, False, 0),
    ],
)
def test_a_voucher_counts_its_award_until_it_is_over_and_then_what_was_due(state, counts, expected):
    counted = cap.counted_cents(
        state, amount_cents=2_000_000, earned_cents=1_200_000, counts=counts
    )

    assert counted == expected


NEPTUNE = instruments.NEPTUNE[0]
CIRCULARITY = instruments.C_VOUCHER[1]
ADOPTER = instruments.C_VOUCHER[2]


@pytest.mark.parametrize(
    ("terms", "amount", "fits"),
    [
        (NEPTUNE, 500_000, True),
        (NEPTUNE, 499_999, False),
        (NEPTUNE, 6_000_001, False),
        (CIRCULARITY, 5_800_000, True),
        (CIRCULARITY, 0, False),
        (CIRCULARITY, 5_800_001, False),
        (ADOPTER, 1_500_000, True),
        (ADOPTER, 1_499_999, False),
    ],
)
def test_an_amount_must_suit_its_instrument(app, terms, amount, fits):
    faults = instruments.amount_faults(terms, amount_cents=amount, cost_cents=None)

    assert (faults == []) is fits


def test_co_financing_limits_the_voucher_to_a_share_of_the_cost(app):
    shared = replace(NEPTUNE, funding_rate_bp=7000)

    assert instruments.amount_faults(shared, amount_cents=700_000, cost_cents=1_000_000) == []
    (fault,) = instruments.amount_faults(shared, amount_cents=700_001, cost_cents=1_000_000)
    assert fault.field == "amount_cents"
    (fault,) = instruments.amount_faults(shared, amount_cents=700_000, cost_cents=None)
    assert fault.field == "cost_cents"


@pytest.mark.parametrize(
    ("least", "most", "parts", "fields"),
    [
        (0, 100, [(50, Trigger.INTERIM), (50, Trigger.FINAL)], []),
        (0, 0, [(100, Trigger.FINAL)], ["max_cents"]),
        (200, 100, [(100, Trigger.FINAL)], ["min_cents"]),
        (0, 100, [(50, Trigger.INTERIM), (49, Trigger.FINAL)], ["instalments"]),
        (0, 100, [(100, Trigger.FINAL), (0, Trigger.FINAL)], ["instalments"]),
    ],
)
def test_an_instrument_has_amounts_in_order_and_instalments_of_100_percent(
    app, least, most, parts, fields
):
    faults = instruments.definition_faults(least, most, parts)

    assert [fault.field for fault in faults] == fields


@pytest.mark.parametrize(
    "preset", [*instruments.NEPTUNE, *instruments.C_VOUCHER, *instruments.DIVA]
)
def test_the_published_instruments_are_well_defined(app, preset):
    assert not instruments.definition_faults(preset.min_cents, preset.max_cents, preset.instalments)


def test_instalments_sum_to_the_award_and_fall_due_within_it():
    planned = instruments.plan(1_000_001, instruments.THIRDS, starts_on=date(2026, 1, 15), months=9)

    assert [part.amount_cents for part in planned] == [300_000, 400_001, 300_000]
    assert [part.due_on for part in planned] == [
        date(2026, 2, 14),
        date(2026, 7, 14),
        date(2026, 10, 14),
    ]


def test_a_voucher_lies_within_its_project_and_the_length_of_its_instrument(app):
    def fields(starts_on, months):
        faults = instruments.duration_faults(
            NEPTUNE,
            starts_on=starts_on,
            months=months,
            project_starts_on=date(2026, 1, 1),
            project_ends_on=date(2027, 12, 31),
        )
        return [fault.field for fault in faults]

    assert fields(date(2027, 1, 1), 12) == []
    assert fields(date(2027, 1, 2), 12) == ["starts_on"]
    assert fields(date(2025, 12, 31), 6) == ["starts_on"]
    assert fields(date(2026, 1, 1), 13) == ["months"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"is_verified": False}, "holder"),
        ({"is_sme": False}, "holder"),
        ({"is_sme": False, "sme_assessed_on": None}, "holder"),
        ({"country_participates": False}, "holder"),
        ({"is_beneficiary": True}, "holder"),
        ({"same_group_as": "Cluster Sud"}, "holder"),
        ({"exclusion_declared": False}, "exclusion_declared"),
        ({"double_funding_declared": False}, "double_funding_declared"),
    ],
)
def test_each_condition_of_eligibility_is_checked(app, change, field):
    assert eligibility.faults(a_candidate()) == []

    faults = eligibility.faults(a_candidate(**change))

    assert [fault.field for fault in faults] == [field]


def test_every_fault_is_told_at_once(app):
    nobody = a_candidate(is_verified=False, is_sme=False, country_participates=False)

    assert len(eligibility.faults(nobody)) == 3


def test_vouchers_from_other_projects_only_warn():
    found = a_candidate(
        others=(
            OtherVoucher("VCH-2025-0001", "DIVA", 2_500_000),
            OtherVoucher("VCH-2025-0002", "NEPTUNE", 500_000, same_title=True),
        )
    )

    assert eligibility.faults(found) == []
    assert [step.code for step in eligibility.warnings(found)] == ["other_voucher", "same_title"]


def an_offer(**overrides) -> tuple[Offer, Limits]:
    offer = Offer(1_500_000, None, date(2026, 11, 1), 6, counts_towards_cap=True)
    limits = Limits(
        used_cents=4_500_000,
        cap_cents=6_000_000,
        cap_source="source",
        envelope_left_cents=10_000_000,
        project_starts_on=date(2026, 1, 1),
        project_ends_on=date(2027, 12, 31),
    )
    return offer, replace(limits, **overrides)


def test_an_award_needs_room_under_the_cap_and_in_the_envelope(app):
    offer, roomy = an_offer()
    _, tight = an_offer(used_cents=4_500_001, envelope_left_cents=1_499_999)

    assert decision.faults(a_candidate(), NEPTUNE, offer, roomy) == []
    found = decision.faults(a_candidate(), NEPTUNE, offer, tight)
    assert [fault.rule for fault in found] == ["V-01", "I1"]


def test_an_instrument_outside_the_cap_never_meets_it(app):
    offer, limits = an_offer(used_cents=6_000_000)

    free = replace(offer, counts_towards_cap=False)

    assert decision.faults(a_candidate(), NEPTUNE, free, limits) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_step_of_a_decision_has_its_words_and_its_rule(app, language):
    offer, limits = an_offer()
    warned = a_candidate(sme_confirmed=False, others=(OtherVoucher("VCH-2025-0001", "D", 1),))
    steps = decision.steps(warned, NEPTUNE, offer, limits, name="NEPTUNE")
    kept = from_json([step.as_json() for step in steps])

    with use_locale(language):
        told = [(str(decision.explain(step)), str(decision.clause(step))) for step in kept]

    assert len(told) == 10
    assert all(words and rule for words, rule in told)


def test_the_least_amount_follows_from_the_kind_of_instrument():
    assert instruments.least_cents(AmountMode.FIXED, 7, 100) == 100
    assert instruments.least_cents(AmountMode.UP_TO, 7, 100) == 0
    assert instruments.least_cents(AmountMode.RANGE, 7, 100) == 7
