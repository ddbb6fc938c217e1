"""A round solved as a whole: which matches, taken together, give the most points.

A visitor is taken once, a host as often as it has places, and a partnership only as far as its
target and its quotas allow (domain 2.10). The result is never below what the best pair first, then
the next (`greedy`) comes to. Solved with HiGHS (scipy.optimize): the relaxed problem over the best
pairs prices all others in; what could still improve a whole-number solution is then solved exactly.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

from portal.exchanges.rules.quota import Forecast
from portal.exchanges.states import Klass

#: How many of the best hosts of each visitor the relaxed problem begins with.
_FIRST = 15
#: What counts as zero where the solver computes with fractions.
_TINY = 1e-6


@dataclass(frozen=True)
class Pair:
    """A possible match in a round: places in the lists of visitors and hosts, points, class."""

    visitor: int
    host: int
    points: int
    klass: Klass


@dataclass(frozen=True)
class Round:
    """All that a round decides on; visitors and hosts are numbered from 0."""

    pairs: Sequence[Pair]
    #: The partnership of each visitor, any number; it counts the exchange (CXC-K05).
    partnership_of: Sequence[int]
    #: How many visitors each host takes in this round.
    places: Sequence[int]
    #: What each partnership may still take.
    left: Mapping[int, Forecast]


@dataclass(frozen=True)
class Solution:
    """What a round came to: the pairs taken, how many were compared, and what the best pair first
    would have come to, in points.
    """

    best: list[Pair]
    compared: int
    greedy_points: int

    @property
    def points(self) -> int:
        """The points of all suggestions together."""
        return total(self.best)


@dataclass(frozen=True)
class _Limits:
    """The rows of the problem: how much each uses of what, and how much there is."""

    uses: csr_matrix
    most: NDArray[np.float64]
    points: NDArray[np.float64]


def solve(asked: Round) -> list[Pair]:
    """The pairs with the greatest sum of points that the limits allow, by visitor."""
    pairs = _worth_it(asked.pairs)
    if not pairs:
        return []
    limits = _limits(asked, pairs)
    chosen = _relaxed(limits, _best_first(pairs, len(limits.points)))
    taken = _whole(limits, np.flatnonzero(chosen.basis))
    gap = chosen.bound - limits.points[taken].sum()
    if gap >= 1 - _TINY:
        # A pair whose reduced cost exceeds the gap is in no better solution.
        taken = _whole(limits, np.flatnonzero(chosen.loss <= gap + _TINY))
    return [pairs[number] for number in sorted(taken, key=lambda each: pairs[each].visitor)]


def greedy(asked: Round) -> list[Pair]:
    """The best pair, then the best that is still allowed, and so on: what a round is compared
    with.
    """
    visitors: set[int] = set()
    hosts: Counter[int] = Counter()
    used: Counter[tuple[int, int]] = Counter()
    bounds = {key: _bounds(found) for key, found in asked.left.items()}
    taken = []
    ordered = sorted(_worth_it(asked.pairs), key=lambda one: (-one.points, one.visitor, one.host))
    for pair in ordered:
        key = asked.partnership_of[pair.visitor]
        touched = [
            (key, number)
            for number, (klasses, _most) in enumerate(bounds.get(key, ()))
            if pair.klass in klasses
        ]
        if pair.visitor in visitors or hosts[pair.host] >= asked.places[pair.host]:
            continue
        if any(used[each] >= bounds[each[0]][each[1]][1] for each in touched):
            continue
        visitors.add(pair.visitor)
        hosts[pair.host] += 1
        used.update(touched)
        taken.append(pair)
    return sorted(taken, key=lambda one: one.visitor)


def solution(asked: Round) -> Solution:
    """A round solved, with what it is compared with."""
    return Solution(solve(asked), len(asked.pairs), total(greedy(asked)))


def total(pairs: Sequence[Pair]) -> int:
    """The points of several pairs together."""
    return sum(pair.points for pair in pairs)


@dataclass(frozen=True)
class _Relaxed:
    """The optimum in fractions: its value, the pairs it looked at, what each pair would lose."""

    bound: float
    basis: NDArray[np.bool_]
    loss: NDArray[np.float64]


def _worth_it(pairs: Sequence[Pair]) -> list[Pair]:
    """A match without a single point is no suggestion."""
    return [pair for pair in pairs if pair.points > 0]


def _bounds(left: Forecast) -> tuple[tuple[frozenset[Klass], int], ...]:
    """Which classes together may take how many exchanges, so that both minima stay in reach."""
    whole = left.left
    every = frozenset(Klass)
    bounds = (
        (every, whole),
        (every - {Klass.SME}, whole - left.need_sme),
        (every - {Klass.OTHER}, whole - left.need_other),
        (every - {Klass.SME, Klass.OTHER}, left.room_for_internal),
    )
    return tuple((klasses, max(0, most)) for klasses, most in bounds)


def _limits(asked: Round, pairs: Sequence[Pair]) -> _Limits:
    rows: list[int] = []
    columns: list[int] = []
    visitors, hosts = len(asked.partnership_of), len(asked.places)
    most: list[int] = [1] * visitors + list(asked.places)
    of_partnership: dict[int, list[tuple[frozenset[Klass], int]]] = {}
    for key in sorted(asked.left):
        of_partnership[key] = []
        for klasses, allowed in _bounds(asked.left[key]):
            of_partnership[key].append((klasses, len(most)))
            most.append(allowed)
    for number, pair in enumerate(pairs):
        own = of_partnership.get(asked.partnership_of[pair.visitor], [])
        used = [pair.visitor, visitors + pair.host]
        used += [row for klasses, row in own if pair.klass in klasses]
        rows += used
        columns += [number] * len(used)
    uses = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(most), len(pairs)))
    assert len(most) >= visitors + hosts
    points = np.array([pair.points for pair in pairs], dtype=float)
    return _Limits(uses, np.array(most, dtype=float), points)


def _best_first(pairs: Sequence[Pair], count: int) -> NDArray[np.bool_]:
    """The best pairs of every visitor and of every host, to begin with."""
    basis = np.zeros(count, dtype=bool)
    seen: Counter[tuple[str, int]] = Counter()
    for number in sorted(range(count), key=lambda each: -pairs[each].points):
        keys = (("visitor", pairs[number].visitor), ("host", pairs[number].host))
        if any(seen[key] < _FIRST for key in keys):
            basis[number] = True
            seen.update(keys)
    return basis


def _relaxed(limits: _Limits, basis: NDArray[np.bool_]) -> _Relaxed:
    """The optimum in fractions over all pairs, found over few of them at a time."""
    while True:
        some = np.flatnonzero(basis)
        found = linprog(
            -limits.points[some], A_ub=limits.uses[:, some], b_ub=limits.most, method="highs"
        )
        worth = -found.ineqlin.marginals
        loss = limits.uses.T @ worth - limits.points
        missing = (loss < -_TINY) & ~basis
        if not missing.any():
            return _Relaxed(-found.fun, basis, np.maximum(loss, 0))
        basis = basis | missing


def _whole(limits: _Limits, some: NDArray[np.intp]) -> NDArray[np.intp]:
    """The optimum in whole numbers over some of the pairs."""
    found = milp(
        -limits.points[some],
        constraints=LinearConstraint(limits.uses[:, some], -np.inf, limits.most),
        integrality=np.ones(len(some)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    if found.x is None:
        raise RuntimeError(f"the solver gave up: {found.message}")
    taken: NDArray[np.intp] = some[found.x > 0.5]
    return taken
