"""Classes, shares and forecast: domain 2.10 and 11.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.exchanges.rules.quota import classify, forecast, quota
from portal.exchanges.states import Klass


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
    ("total", "sme", "other", "sme_ok", "other_ok"),
    [
        (0, 0, 0, None, None),
        (1, 1, 0, True, False),
        (4, 2, 1, True, True),
        (5, 2, 2, False, True),
        (500, 250, 125, True, True),
        (500, 249, 126, False, True),
    ],
)
def test_vectors_of_the_domain_for_the_shares(total, sme, other, sme_ok, other_ok):
    found = quota(total, sme, other)

    assert (found.sme_ok, found.other_ok) == (sme_ok, other_ok)


def test_the_worked_example_of_the_domain():
    today, ahead = quota(180, 84, 40), forecast(180, 84, 40, 500)

    assert (today.sme_ok, today.other_ok, today.internal) == (False, False, 56)
    assert (ahead.need_sme, ahead.need_other, ahead.left) == (166, 85, 320)
    assert ahead.feasible
    assert ahead.room_for_internal == 69


def test_a_round_with_too_many_internal_exchanges_is_out_of_reach():
    ahead = forecast(8, 2, 1, 10)

    assert (ahead.need_sme, ahead.need_other, ahead.left) == (3, 2, 2)
    assert not ahead.feasible
    assert ahead.room_for_internal == -3


@given(
    target=st.integers(1, 12),
    counts=st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)),
)
def test_the_forecast_agrees_with_trying_every_completion_of_a_small_round(target, counts):
    sme, other, internal = counts
    total = sme + other + internal
    if total > target:
        return

    left = target - total
    reachable = any(
        quota(target, sme + more_sme, other + more_other).sme_ok
        and quota(target, sme + more_sme, other + more_other).other_ok
        for more_sme in range(left + 1)
        for more_other in range(left + 1 - more_sme)
    )

    assert forecast(total, sme, other, target).feasible is reachable
