"""A round solved as a whole: the optimum within every limit, never below the best pair first."""

from collections import Counter
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.exchanges.matches.rules import assignment
from portal.exchanges.matches.rules.assignment import Pair, Round
from portal.exchanges.rules.quota import Forecast
from portal.exchanges.states import Klass

PLENTY = {0: Forecast(100, 0, 0), 1: Forecast(100, 0, 0)}


def a_round(table, *, places=None, left=None, klasses=None, partnerships=None):
    """A round from a table of points; 0 is no possible pair."""
    pairs = [
        Pair(v, h, points, (klasses or {}).get((v, h), Klass.SME))
        for v, row in enumerate(table)
        for h, points in enumerate(row)
        if points
    ]
    hosts = len(table[0])
    return Round(pairs, partnerships or [0] * len(table), places or [1] * hosts, left or PLENTY)


def is_allowed(asked, taken):
    """The limits, written once more, without a solver."""
    visitors = Counter(pair.visitor for pair in taken)
    hosts = Counter(pair.host for pair in taken)
    if any(count > 1 for count in visitors.values()):
        return False
    if any(count > asked.places[host] for host, count in hosts.items()):
        return False
    for key, left in asked.left.items():
        own = Counter(p.klass for p in taken if asked.partnership_of[p.visitor] == key)
        most = left.left
        sme, other, internal = (own[klass] for klass in Klass)
        limits = (
            (sme + other + internal, most),
            (other + internal, most - left.need_sme),
            (sme + internal, most - left.need_other),
            (internal, most - left.need_sme - left.need_other),
        )
        if any(count > max(0, limit) for count, limit in limits):
            return False
    return True


def best_by_trying_everything(asked):
    choices: dict[int, list[Pair | None]] = {}
    for pair in asked.pairs:
        choices.setdefault(pair.visitor, [None]).append(pair)
    sums = [0]
    for chosen in product(*choices.values()):
        taken = [pair for pair in chosen if pair is not None]
        if is_allowed(asked, taken):
            sums.append(assignment.total(taken))
    return max(sums)


def test_two_good_matches_are_better_than_one_perfect_one():
    asked = a_round([[100, 90], [90, 0]])

    assert assignment.total(assignment.greedy(asked)) == 100
    assert assignment.total(assignment.solve(asked)) == 180


def test_a_host_takes_as_many_as_it_has_places():
    table = [[80, 0], [70, 10], [60, 0]]

    assert assignment.total(assignment.solve(a_round(table))) == 90
    assert assignment.total(assignment.solve(a_round(table, places=[3, 1]))) == 210


def test_a_partnership_takes_no_more_than_its_target_leaves():
    asked = a_round([[80, 0], [0, 70]], left={0: Forecast(1, 0, 0)})

    assert [pair.points for pair in assignment.solve(asked)] == [80]


def test_minima_stay_within_reach():
    # Two exchanges are left and one must still be with an SME: two internal ones are too many.
    internal = {(0, 0): Klass.INTERNAL, (1, 1): Klass.INTERNAL}
    asked = a_round([[80, 0], [20, 70]], left={0: Forecast(2, 1, 0)}, klasses=internal)

    assert sorted(pair.points for pair in assignment.solve(asked)) == [80]


def test_nobody_to_match_is_no_error():
    assert assignment.solve(Round([], [0], [1], PLENTY)) == []


@st.composite
def small_rounds(draw):
    visitors, hosts = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    points = st.one_of(st.just(0), st.integers(1, 100))
    table = [[draw(points) for _h in range(hosts)] for _v in range(visitors)]
    klasses = {
        (v, h): draw(st.sampled_from(list(Klass))) for v in range(visitors) for h in range(hosts)
    }
    needs = st.integers(0, 2)
    return a_round(
        table,
        places=[draw(st.integers(1, 2)) for _h in range(hosts)],
        left={key: Forecast(draw(st.integers(0, 4)), draw(needs), draw(needs)) for key in (0, 1)},
        klasses=klasses,
        partnerships=[draw(st.integers(0, 1)) for _v in range(visitors)],
    )


@settings(max_examples=60, deadline=None)
@given(small_rounds())
def test_the_solution_is_the_best_there_is(asked):
    found, simple = assignment.solve(asked), assignment.greedy(asked)

    assert is_allowed(asked, found)
    assert is_allowed(asked, simple)
    assert assignment.total(found) == best_by_trying_everything(asked)
    assert assignment.total(found) >= assignment.total(simple)
