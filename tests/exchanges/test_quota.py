"""Classes, shares and forecast: domain 2.10 and 11.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchanges.rules.quota import (
    Goal,
    Tally,
    classify,
    counted_in,
    forecast,
    forecast_of,
    is_blocked,
    quota,
)
from portal.exchanges.states import Klass, Reading

counts = st.integers(0, 6)
shares = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).filter(
    lambda s: sum(s) <= 10_000
)


@pytest.mark.parametrize(
    ("visitor_is_sme", "host_is_sme", "visitor_is_beneficiary", "klass"),
    [
        (True, False, False, Klass.SME),
        (False, True, False, Klass.SME),
        (False, True, True, Klass.SME),
        (True, True, True, Klass.SME),
        (False, False, False, Klass.OTHER),
        (False, False, True, Klass.INTERNAL),
    ],
)
def test_the_first_class_that_fits_counts(
    visitor_is_sme, host_is_sme, visitor_is_beneficiary, klass
):
    found = classify(
        visitor_is_sme=visitor_is_sme,
        host_is_sme=host_is_sme,
        visitor_is_beneficiary=visitor_is_beneficiary,
    )

    assert found is klass


@pytest.mark.parametrize(
    ("sides", "either", "visitor", "both"),
    [
        # visitor an SME, host an SME, visitor a beneficiary, host a beneficiary
        ((True, False, False, False), Klass.SME, Klass.SME, Klass.SME),
        ((False, True, False, False), Klass.SME, Klass.OTHER, Klass.SME),
        ((False, True, True, False), Klass.SME, Klass.INTERNAL, Klass.SME),
        ((False, False, False, False), Klass.OTHER, Klass.OTHER, Klass.OTHER),
        ((False, False, False, True), Klass.OTHER, Klass.OTHER, Klass.INTERNAL),
        ((False, False, True, False), Klass.INTERNAL, Klass.INTERNAL, Klass.INTERNAL),
    ],
)
def test_cxc_k04_the_two_stricter_readings_stand_beside_the_schemes(sides, either, visitor, both):
    names = ("visitor_is_sme", "host_is_sme", "visitor_is_beneficiary", "host_is_beneficiary")
    facts = dict(zip(names, sides, strict=True))

    found = {reading: classify(**facts, reading=reading) for reading in Reading}

    assert found == {Reading.EITHER: either, Reading.VISITOR: visitor, Reading.BOTH: both}


@given(st.tuples(*[st.booleans()] * 4))
def test_an_exchange_moves_one_class_and_what_the_stricter_readings_see(sides):
    names = ("visitor_is_sme", "host_is_sme", "visitor_is_beneficiary", "host_is_beneficiary")
    facts = dict(zip(names, sides, strict=True))

    moved = counted_in(**facts)

    assert moved[0] == classify(**facts)
    assert ("visitor_a" in moved) is (classify(**facts, reading=Reading.VISITOR) is Klass.SME)
    assert ("visitor_b" in moved) is (classify(**facts, reading=Reading.VISITOR) is Klass.OTHER)
    assert ("both_b" in moved) is (classify(**facts, reading=Reading.BOTH) is Klass.OTHER)
    both = classify(**facts, reading=Reading.BOTH)
    assert (moved[0] == Klass.SME) is (both is Klass.SME)


# Domain 11.2, each row by its number: total, with SMEs, by others; each minimum met or not.

VECTORS = (
    (0, 0, 0, None, None),
    (1, 1, 0, True, False),
    (4, 2, 1, True, True),
    (5, 2, 2, False, True),
    (500, 250, 125, True, True),
    (500, 249, 126, False, True),
)


@pytest.mark.parametrize("row", VECTORS, ids=[f"vector-11.2-{n}" for n in range(1, 7)])
def test_vectors_of_the_domain_meet_the_minima_or_not(row):
    total, sme, other, *met = row

    found = quota(total, sme, other)

    assert [found.sme_ok, found.other_ok] == met


def test_2_10_the_worked_example():
    today, ahead = quota(180, 84, 40), forecast(180, 84, 40, 500)

    assert (today.sme_ok, today.other_ok, today.internal) == (False, False, 56)
    assert (ahead.need_sme, ahead.need_other, ahead.left) == (166, 85, 320)
    assert ahead.feasible
    assert ahead.room_for_internal == 69


def test_2_10_the_worked_example_after_one_more_internal_exchange():
    goal, tally = Goal(500), Tally(84, 40, 56)

    after = tally.plus([Klass.INTERNAL])
    ahead = forecast_of(after, goal)

    assert (after.sme, after.total) == (84, 181)
    assert (ahead.need_sme, ahead.left, ahead.need_other) == (166, 319, 85)
    assert (ahead.feasible, ahead.room_for_internal) == (True, 68)
    assert not is_blocked(forecast_of(tally, goal), ahead)


def test_a_round_with_too_many_internal_exchanges_is_out_of_reach():
    ahead = forecast(8, 2, 1, 10)

    assert (ahead.need_sme, ahead.need_other, ahead.left) == (3, 2, 2)
    assert not ahead.feasible
    assert ahead.room_for_internal == -3


def completions(total, target):
    """What may still come, as pairs: a round ends at its target, or where it has gone past it."""
    left = max(target, total) - total
    return [(sme, other) for sme in range(left + 1) for other in range(left + 1 - sme)]


@given(target=st.integers(1, 12), found=st.tuples(counts, counts, counts), least=shares)
def test_the_forecast_agrees_with_trying_every_completion_of_a_small_round(target, found, least):
    sme, other, _internal = found
    total, bp = sum(found), {"sme_share_bp": least[0], "other_share_bp": least[1]}

    ends = [
        quota(max(target, total), sme + more_sme, other + more_other, **bp)
        for more_sme, more_other in completions(total, target)
    ]

    reachable = any(end.sme_ok and end.other_ok for end in ends)
    assert forecast(total, sme, other, target, **bp).feasible is reachable


@given(
    target=st.integers(1, 12),
    found=st.tuples(counts, counts, counts),
    least=shares,
    klass=st.sampled_from(Klass),
)
def test_a_step_from_a_reachable_round_is_blocked_exactly_when_it_leaves_none(
    target, found, least, klass
):
    goal, tally = Goal(target, *least), Tally(*found)
    before, after = forecast_of(tally, goal), forecast_of(tally.plus([klass]), goal)

    if before.feasible:
        assert is_blocked(before, after) is not after.feasible
    if after.feasible:
        assert not is_blocked(before, after)


@given(
    target=st.integers(20, 30),
    found=st.tuples(counts, counts, counts),
    least=shares,
    klass=st.sampled_from(Klass),
)
def test_taking_an_exchange_back_within_the_target_never_puts_the_minima_out_of_reach(
    target, found, least, klass
):
    goal, tally = Goal(target, *least), Tally(*found)

    if forecast_of(tally.plus([klass]), goal).feasible:
        assert forecast_of(tally, goal).feasible
