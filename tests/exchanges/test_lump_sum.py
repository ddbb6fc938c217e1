"""The lump sum: the fifteen vectors of domain 11.1 with their steps, and what holds for every
stay.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import RuleBroken
from portal.core.i18n import use_locale
from portal.core.steps import Step, as_json, from_json
from portal.exchanges.rules import lump_sum as rules
from portal.exchanges.rules.stay import Stay
from portal.exchanges.rules.terms import FIRST_EDITION

#: The default table of domain 2.5, in cents.
CEILINGS = {
    "PT": 78_000, "BE": 83_000, "DK": 110_000, "AL": 53_000, "FI": 95_000, "IE": 100_000,
    "IT": 90_000, "FR": 90_000,
}  # fmt: skip

MONDAY = date(2026, 3, 2)


def a_stay(
    host: str = "PT",
    working_days: int = 5,
    km: int = 1_200,
    *,
    visitor: str = "PL",
    virtual: bool = False,
) -> Stay:
    """A stay from Monday 2 March 2026 with so many working days; no holiday falls in those
    weeks.
    """
    last = MONDAY + timedelta(days=working_days - 1 + 2 * ((working_days - 1) // 5))
    return Stay(MONDAY, last, visitor, host, km * 1_000, virtual)


def sum_of(stay: Stay, partnership_cents: int | None = None) -> rules.Sum:
    return rules.lump_sum(
        stay, FIRST_EDITION, CEILINGS.get(stay.host_country, 60_000), partnership_cents
    )


def codes(found: rules.Sum) -> list[str]:
    return [step.code for step in found.steps]


@dataclass(frozen=True)
class Vector:
    number: int
    stay: Stay
    cents: int
    steps: tuple[str, ...]
    partnership_cents: int | None = None


LIMITS = ("cap", "ceiling", "least")
BASTILLE_DAY_WEEK = Stay(date(2026, 7, 13), date(2026, 7, 17), "PL", "FR", 600_000)

PAID = (
    Vector(1, a_stay("PT", 5, 1_200), 78_000, (*LIMITS, "whole")),
    Vector(2, a_stay("PT", 3, 1_200), 39_000, (*LIMITS, "halved_short")),
    Vector(3, a_stay("PT", 4, 1_200), 39_000, (*LIMITS, "halved_short")),
    Vector(4, a_stay("BE", 5, 30), 41_500, (*LIMITS, "halved_near")),
    Vector(5, a_stay("BE", 3, 30), 41_500, (*LIMITS, "halved_both")),
    Vector(6, a_stay("DK", 5, 900), 110_000, (*LIMITS, "whole")),
    Vector(7, a_stay("AL", 3, 1_500), 26_500, (*LIMITS, "halved_short")),
    Vector(8, a_stay("FI", 5, 200), 95_000, (*LIMITS, "whole")),
    Vector(9, a_stay("IE", 20, 700), 100_000, (*LIMITS, "whole")),
    Vector(12, a_stay("IT", 3, 0, virtual=True), 0, ("virtual",)),
    Vector(13, BASTILLE_DAY_WEEK, 45_000, (*LIMITS, "halved_short")),
    Vector(
        14,
        a_stay("PT", 5, 600),
        70_000,
        ("cap", "ceiling", "partnership", "least", "whole"),
        70_000,
    ),
)

REFUSED = (
    (10, a_stay("PT", 2), "CXC-D01"),
    (11, a_stay("FR", 5, 300, visitor="FR"), "CXC-E01"),
    (15, Stay(MONDAY, MONDAY + timedelta(days=35), "PL", "PT", 1_200_000), "CXC-D02"),
)


@pytest.mark.parametrize("vector", PAID, ids=lambda vector: f"vector-11.1-{vector.number}")
def test_vectors_of_the_domain_give_their_amount_and_their_steps(vector):
    found = sum_of(vector.stay, vector.partnership_cents)

    assert found.cents == vector.cents
    assert tuple(codes(found)) == vector.steps


@pytest.mark.parametrize(
    ("stay", "rule"),
    [vector[1:] for vector in REFUSED],
    ids=[f"vector-11.1-{vector[0]}" for vector in REFUSED],
)
def test_vectors_of_the_domain_that_are_refused_name_their_rule(stay, rule):
    with pytest.raises(RuleBroken) as broken:
        sum_of(stay)

    assert [fault.rule for fault in broken.value.faults] == [rule]


def test_vector_11_1_13_counts_four_working_days_in_the_week_of_the_bastille_day():
    assert BASTILLE_DAY_WEEK.working_days == 4


def test_a_vector_with_every_input_tells_each_of_them_in_its_steps():
    found = sum_of(a_stay("PT", 3, 1_200), 70_000)

    assert as_json(found.steps) == [
        {"code": "cap", "clause": "CXC-L01", "values": {"cents": 110_000}},
        {"code": "ceiling", "clause": "CXC-L03", "values": {"cents": 78_000, "country": "PT"}},
        {"code": "partnership", "clause": "CXC-L03", "values": {"cents": 70_000}},
        {"code": "least", "clause": "CXC-L03", "values": {"cents": 70_000}},
        {
            "code": "halved_short",
            "clause": "CXC-L04",
            "values": {
                "working_days": 3,
                "whole_from_days": 5,
                "distance_m": 1_200_000,
                "near_m": 200_000,
                "from_cents": 70_000,
                "to_cents": 35_000,
            },
        },
    ]
    assert from_json(as_json(found.steps)) == found.steps


def test_cxc_l01_the_cap_holds_where_the_ceiling_is_higher():
    found = rules.lump_sum(a_stay("DK"), FIRST_EDITION, 150_000)

    assert found.cents == 110_000


def test_cxc_l03_a_country_without_ceiling_is_refused():
    with pytest.raises(RuleBroken) as broken:
        rules.lump_sum(a_stay("DK"), FIRST_EDITION, None)

    assert broken.value.faults[0].rule == "CXC-L03"
    assert "Denmark" in str(broken.value.faults[0].message)


@pytest.mark.parametrize(
    ("metres", "cents"), [(199_999, 39_000), (200_000, 78_000), (200_001, 78_000)]
)
def test_cxc_l04_less_than_200_km_is_strict(metres, cents):
    assert sum_of(replace(a_stay("PT"), distance_m=metres)).cents == cents


def test_cxc_l09_an_odd_cent_is_rounded_half_up():
    assert sum_of(a_stay("PT", 3), 70_001).cents == 35_001


def test_cxc_d04_a_partnership_may_ask_for_a_longer_stay():
    with pytest.raises(RuleBroken) as broken:
        rules.lump_sum(a_stay("PT", 4), FIRST_EDITION, 78_000, shortest_days=5)

    assert [fault.rule for fault in broken.value.faults] == ["CXC-D01"]


def test_every_fault_of_a_stay_is_told_at_once():
    stay = Stay(date(2026, 3, 7), date(2026, 3, 8), "PT", "PT", 1_000)

    with pytest.raises(RuleBroken) as broken:
        sum_of(stay)

    assert [fault.rule for fault in broken.value.faults] == ["CXC-E01", "CXC-D01"]


# The amount at the end, from the days actually spent


def final(stay: Stay, agreed_cents: int) -> rules.Sum:
    return rules.final_sum(stay, FIRST_EDITION, 78_000, None, agreed_cents=agreed_cents)


def test_a_stay_as_agreed_earns_what_was_agreed():
    assert final(a_stay("PT", 5), 78_000).cents == 78_000


def test_a_stay_shortened_to_four_days_is_halved_at_the_end():
    found = final(a_stay("PT", 4), 78_000)

    assert found.cents == 39_000
    assert codes(found) == ["spent", *LIMITS, "halved_short"]


def test_a_stay_shortened_under_three_days_earns_nothing():
    found = final(a_stay("PT", 2), 78_000)

    assert found.cents == 0
    assert codes(found) == ["spent", "too_short"]


def test_cxc_l07_a_longer_stay_is_not_topped_up():
    found = final(a_stay("PT", 5), 39_000)

    assert found.cents == 39_000
    assert codes(found)[-1] == "agreed"


def test_a_stay_that_became_longer_than_a_month_is_still_worth_what_was_agreed():
    stay = Stay(MONDAY, MONDAY + timedelta(days=40), "PL", "PT", 1_200_000)

    assert final(stay, 78_000).cents == 78_000


def test_cxc_l08_a_virtual_exchange_ends_at_nothing():
    assert final(a_stay("PT", 5, virtual=True), 0).cents == 0


# What holds for every stay

CENTS = st.integers(min_value=1, max_value=500_000)
STAYS = st.builds(
    lambda first, length, km, host: Stay(
        first, first + timedelta(days=length), "PL", host, km * 1_000
    ),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 27),
    st.integers(0, 4_000),
    st.sampled_from(sorted(CEILINGS)),
)


def earned(stay: Stay, ceiling: int, partnership: int | None) -> rules.Sum | None:
    try:
        return rules.lump_sum(stay, FIRST_EDITION, ceiling, partnership)
    except RuleBroken:
        return None


@given(stay=STAYS, ceiling=CENTS, partnership=st.none() | CENTS)
def test_the_sum_is_the_least_of_the_three_or_its_half_and_never_more(stay, ceiling, partnership):
    found = earned(stay, ceiling, partnership)

    if found is None:
        assert stay.working_days < FIRST_EDITION.shortest_days
        return
    least = min(FIRST_EDITION.cap_cents, ceiling, partnership or ceiling)
    assert found.cents in (least, (least + 1) // 2)
    assert sum(step.code.startswith("halved") for step in found.steps) <= 1


@given(stay=STAYS, ceiling=CENTS, fewer=st.integers(1, 27))
def test_the_sum_never_rises_when_the_stay_shrinks(stay, ceiling, fewer):
    shorter = replace(stay, last_on=max(stay.first_on, stay.last_on - timedelta(days=fewer)))
    shorter = Stay(stay.first_on, shorter.last_on, "PL", stay.host_country, stay.distance_m)

    before, after = earned(stay, ceiling, None), earned(shorter, ceiling, None)

    assert (after.cents if after else 0) <= (before.cents if before else 0)


@given(stay=STAYS, ceiling=CENTS, agreed=CENTS)
def test_the_final_sum_is_never_above_the_agreed_one(stay, ceiling, agreed):
    found = rules.final_sum(stay, FIRST_EDITION, ceiling, None, agreed_cents=agreed)

    assert 0 <= found.cents <= agreed


@given(stay=STAYS, ceiling=CENTS)
def test_the_final_sum_of_the_agreed_days_is_the_agreed_sum(stay, ceiling):
    planned = earned(stay, ceiling, None)

    if planned is not None:
        again = rules.final_sum(stay, FIRST_EDITION, ceiling, None, agreed_cents=planned.cents)
        assert again.cents == planned.cents


# The words


def test_each_step_is_a_sentence(app):
    found = sum_of(a_stay("BE", 3, 30), 90_000)

    with use_locale("en"):
        words = [str(rules.explain(step)) for step in found.steps]
        results = [rules.result_cents(step) for step in found.steps]

    assert words == [
        "Cap of the scheme",
        "Ceiling for stays in this country: Belgium",
        "Amount set by the partnership",
        "The lowest of these amounts",
        "Halved once: 3 working days at the host, fewer than 5, and 30 km apart, less than 200 km",
    ]
    assert results == [110_000, 83_000, 90_000, 83_000, 41_500]


def test_halving_for_days_says_how_many_and_how_many_are_needed(app):
    step = sum_of(a_stay("PT", 3)).steps[-1]

    assert str(rules.explain(step)) == "Halved: 3 working days at the host, fewer than 5"


def test_every_code_has_its_sentence(app):
    plain = {
        "country": "PT", "working_days": 3, "whole_from_days": 5, "shortest": 3, "distance_m": 1,
        "near_m": 2, "cents": 1, "from_cents": 2, "to_cents": 1,
    }  # fmt: skip
    for code in (*rules._PLAIN, *rules._WITH_VALUES):
        assert str(rules.explain(Step(code, "", plain)))
