"""The score: its table, its bounds, what is symmetric, and that it opens what it counts."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.exchanges.matches.rules import filters, score
from portal.exchanges.matches.rules.filters import Obstacle
from portal.exchanges.matches.rules.score import MOST, shares_of
from portal.exchanges.matches.rules.traits import Traits, common_days, first_stay
from portal.exchanges.matches.states import Criterion
from portal.exchanges.profiles.rules import Period
from portal.partners.states import OrganisationKind

OCTOBER = Period(date(2026, 10, 5), date(2026, 10, 30))
VISITOR = Traits(
    "Visitor", "FR", OrganisationKind.SME, 1, tags=frozenset({"textile", "retail"}),
    aims=frozenset({"a"}), languages=frozenset({"fr", "en"}), countries=frozenset({"PT"}),
    host_kinds=frozenset({"cluster"}), periods=(OCTOBER,),
)  # fmt: skip
HOST = Traits(
    "Host", "PT", OrganisationKind.CLUSTER, 2, tags=frozenset({"textile", "retail"}),
    aims=frozenset({"a"}), languages=frozenset({"pt", "en"}), periods=(OCTOBER,),
)  # fmt: skip

_codes = st.frozensets(st.sampled_from("abcdefgh"), max_size=6)
_days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_period = st.builds(
    lambda first, length: Period(first, first + timedelta(days=length)), _days, st.integers(0, 90)
)
_traits = st.builds(
    Traits,
    name=st.just("x"),
    country=st.sampled_from(["FR", "PT", "DE"]),
    kind=st.sampled_from(list(OrganisationKind)),
    tags=_codes,
    aims=_codes,
    languages=_codes,
    countries=st.frozensets(st.sampled_from(["FR", "PT", "DE"])),
    host_kinds=st.frozensets(st.sampled_from([str(kind) for kind in OrganisationKind])),
    periods=st.lists(_period, max_size=3).map(tuple),
)


def points(visitor=VISITOR, host=HOST):
    return {part.criterion: part.points for part in score.score(visitor, host).parts}


def changed(one, **values):
    return Traits(**{**{name: getattr(one, name) for name in one.__dataclass_fields__}, **values})


def test_a_perfect_match_has_a_hundred_points():
    assert sum(MOST.values()) == 100
    assert score.score(VISITOR, HOST).total == 100


def test_half_the_sectors_give_half_the_points_rounded_up():
    assert points(host=changed(HOST, tags=frozenset({"textile"})))[Criterion.SECTORS] == 18


def test_days_count_whole_from_five_and_partly_from_three():
    def of(days: int):
        period = Period(date(2026, 10, 12), date(2026, 10, 11) + timedelta(days=days))
        return points(host=changed(HOST, periods=(period,)))[Criterion.DAYS]

    assert [of(days) for days in (2, 3, 4, 5)] == [0, 8, 8, 15]


def test_days_are_working_days_of_the_host_within_one_period():
    # 5 October is a holiday in Portugal; two times two days are no stay of four.
    monday = Period(date(2026, 10, 5), date(2026, 10, 9))
    split = (
        Period(date(2026, 10, 8), date(2026, 10, 9)),
        Period(date(2026, 10, 12), date(2026, 10, 13)),
    )

    assert common_days(VISITOR, changed(HOST, periods=(monday,))) == 4
    assert common_days(VISITOR, changed(HOST, periods=split)) == 2


def test_who_prefers_nothing_is_content_with_anything():
    open_minded = changed(VISITOR, countries=frozenset(), host_kinds=frozenset())

    found = points(open_minded)
    assert (found[Criterion.COUNTRY], found[Criterion.HOST_KIND]) == (10, 5)
    assert points(changed(VISITOR, countries=frozenset({"DE"})))[Criterion.COUNTRY] == 0


def test_the_breakdown_says_what_is_in_common():
    parts = {part.criterion: part for part in score.score(VISITOR, HOST).parts}

    assert parts[Criterion.SECTORS].common == ("retail", "textile")
    assert parts[Criterion.LANGUAGE].common == ("en",)
    assert parts[Criterion.DAYS].count == 19
    assert score.from_json(score.as_json(score.score(VISITOR, HOST))) == score.score(VISITOR, HOST)


@given(_traits, _traits)
def test_points_stay_within_their_bounds_and_add_up(visitor, host):
    found = score.score(visitor, host)

    assert all(0 <= part.points <= part.most for part in found.parts)
    assert 0 <= found.total <= 100
    assert found.total == score.total(visitor, host)


@given(_traits, _traits)
def test_what_is_shared_is_the_same_from_both_sides(one, other):
    symmetric = (Criterion.SECTORS, Criterion.OBJECTIVES, Criterion.LANGUAGE)
    there, back = points(one, other), points(other, one)

    assert all(there[criterion] == back[criterion] for criterion in symmetric)


@given(_codes, _codes, st.integers(0, 100))
def test_the_share_is_jaccard_to_the_nearest_point(one, other, most):
    share, union = shares_of(one, other, most), len(one | other)

    assert share == shares_of(other, one, most)
    assert share <= most
    if union:
        assert abs(share * union - most * len(one & other)) * 2 <= union
    if one == other and one:
        assert share == most


@given(_traits, _traits)
def test_there_is_a_stay_exactly_when_the_days_suffice(visitor, host):
    stay = first_stay(visitor, host, wanted=5, least=3, after=date(2025, 12, 31))

    assert (stay is not None) == (common_days(visitor, host) >= 3)


def test_hard_filters_name_their_reason():
    assert filters.obstacle(VISITOR, HOST) is None
    assert filters.obstacle(VISITOR, HOST, may_visit=False) is Obstacle.VISITOR
    assert filters.obstacle(VISITOR, HOST, may_host=False) is Obstacle.HOST
    assert filters.obstacle(VISITOR, changed(HOST, organisation_id=1)) is Obstacle.ONESELF
    assert filters.obstacle(VISITOR, changed(HOST, country="FR")) is Obstacle.COUNTRY
    assert filters.obstacle(VISITOR, changed(HOST, periods=())) is Obstacle.DAYS
    sisters = changed(VISITOR, legal_group="G"), changed(HOST, legal_group="G")
    assert filters.obstacle(*sisters) is Obstacle.GROUP
    assert [fault.rule for fault in filters.faults(Obstacle.COUNTRY)] == ["CXC-E01"]
