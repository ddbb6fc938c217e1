"""Cents stay whole, rounding is named, and splits never lose a cent."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import money

CENTS = st.integers(min_value=-(10**14), max_value=10**14)
RATIOS = st.tuples(st.integers(0, 10**6), st.integers(1, 10**6))
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize("value", [1.0, Decimal(1), True, "1", None])
def test_amounts_that_are_not_whole_cents_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        money.require_cents(value)


def test_whole_cents_are_given_back() -> None:
    assert money.require_cents(-5) == -5


def test_a_float_is_refused_by_every_function() -> None:
    for call in (money.share, money.share_up, money.share_down):
        with pytest.raises(TypeError):
            call(1.0, 1, 2)
    with pytest.raises(TypeError):
        money.allocate(10, [0.5, 0.5])


@pytest.mark.parametrize(
    ("cents", "half"),
    [(110_000, 55_000), (83_000, 41_500), (53_000, 26_500), (1, 1), (-1, -1), (3, 2), (0, 0)],
)
def test_halving_rounds_half_up_and_mirrors_negatives(cents: int, half: int) -> None:
    assert money.halve(cents) == half


def test_shares_round_to_nearest_up_and_down() -> None:
    assert money.share(100_001, 3, 4) == 75_001
    assert money.share_up(100_001, 3, 4) == 75_001
    assert money.share_down(100_001, 3, 4) == 75_000


@pytest.mark.parametrize("denominator", [0, -4])
def test_a_denominator_that_is_not_positive_is_refused(denominator: int) -> None:
    for call in (money.share, money.share_up, money.share_down):
        with pytest.raises(ValueError):
            call(100, 1, denominator)


@given(CENTS, RATIOS)
def test_a_share_is_within_half_a_cent_and_between_its_bounds(
    cents: int, ratio: tuple[int, int]
) -> None:
    exact = Fraction(cents * ratio[0], ratio[1])

    nearest = money.share(cents, *ratio)

    assert abs(nearest - exact) <= Fraction(1, 2)
    assert money.share_down(cents, *ratio) <= exact <= money.share_up(cents, *ratio)
    assert money.share_down(cents, *ratio) <= nearest <= money.share_up(cents, *ratio)
    assert money.share_up(cents, *ratio) - money.share_down(cents, *ratio) <= 1
    assert money.share(-cents, *ratio) == -nearest


@given(CENTS, WEIGHTS)
def test_a_split_sums_to_the_whole_and_each_part_is_fair(cents: int, weights: list[int]) -> None:
    parts = money.allocate(cents, weights)

    assert sum(parts) == cents
    assert len(parts) == len(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(cents * weight, sum(weights))) < 1


def test_leftover_cents_go_to_the_largest_remainders_then_to_the_first() -> None:
    assert money.allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert money.allocate(10, [5, 2, 2]) == [6, 2, 2]
    assert money.allocate(-100, [1, 1, 1]) == [-34, -33, -33]
    assert money.allocate(7, [0, 1]) == [0, 7]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1], [-1, -1]])
def test_a_split_without_usable_weights_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        money.allocate(100, weights)
