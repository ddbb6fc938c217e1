"""How a proposal's costs become budget lines, and what an envelope is expected to pay for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.calls.proposals.states import CostCategory
from portal.core import money
from portal.projects.states import Instrument

#: Exchanges a partnership promises when its award names no number (domain 12-11).
DEFAULT_EXCHANGE_TARGET = 50
#: What one SME received on average in INNOSUP-1, in cents (domain 3.1: 75 % of 59.5 M over 1 700).
AVERAGE_VOUCHER_CENTS = 2_625_000

#: Categories of a proposal that are handed on to third parties, and what hands them on.
INSTRUMENTS = {
    CostCategory.EXCHANGES: Instrument.EXCHANGE,
    CostCategory.VOUCHERS: Instrument.VOUCHER,
}
#: The order in which categories are read in a budget.
_ORDER = tuple(CostCategory)


@dataclass(frozen=True)
class PlannedCost:
    """One cost of the proposal, in cents: whose, of which category, and for SMEs or not."""

    organisation_id: int
    category: CostCategory
    amount_cents: int
    sme_direct: bool = False


@dataclass(frozen=True)
class PlannedLine:
    """One line of the project's budget before the ledger opens it."""

    #: None for support to third parties, which belongs to the project as a whole.
    organisation_id: int | None
    category: CostCategory
    cents: int
    sme_direct: bool


def lay_out(
    costs: Iterable[PlannedCost], *, indirect_cents: int, consortium: Sequence[int]
) -> list[PlannedLine]:
    """The budget lines of a project: one per organisation and category, one per instrument.

    `consortium` is the organisations in their order; `indirect_cents` the proposal's indirect
    costs, shared among them by the costs these are computed on (domain 6.2), to the cent. Where
    some costs of a category are for SMEs and some are not, they become two lines, so that the 75 %
    test stays exact. Lines of no amount are left out.
    """
    known = tuple(costs)
    lines = [
        *_own_lines(known),
        *_indirect_lines(known, indirect_cents, consortium),
        *_shared_lines(known),
    ]
    place = {owner: index for index, owner in enumerate(consortium)}
    return sorted(
        (line for line in lines if line.cents),
        key=lambda line: (
            place[line.organisation_id] if line.organisation_id else len(place),
            _ORDER.index(line.category),
            not line.sme_direct,
        ),
    )


def line_code(number: int, category: CostCategory, *, sme_direct: bool) -> str:
    """The code of a line in the ledger: "2-TRAVEL", "VOUCHERS"; `number` is the partner's, or 0."""
    code = f"{number}-{category}" if number else category
    return (code if not sme_direct or category in INSTRUMENTS else f"{code}-SME").upper()


def gauge_percent(part_cents: int, whole_cents: int) -> int:
    """How full a gauge is: whole percents from 0 to 100, rounded down; 0 of nothing."""
    if whole_cents <= 0:
        return 0
    return max(0, min(100, 100 * part_cents // whole_cents))


def target(instrument: Instrument, cents: int, promised: int | None) -> int:
    """How many exchanges or vouchers an envelope is for: as promised, or the default."""
    if promised is not None:
        return promised
    if instrument is Instrument.EXCHANGE:
        return DEFAULT_EXCHANGE_TARGET
    return max(1, cents // AVERAGE_VOUCHER_CENTS)


def _own_lines(costs: Iterable[PlannedCost]) -> list[PlannedLine]:
    sums: dict[tuple[int, CostCategory, bool], int] = {}
    for cost in costs:
        if cost.category not in INSTRUMENTS:
            key = (cost.organisation_id, cost.category, cost.sme_direct)
            sums[key] = sums.get(key, 0) + cost.amount_cents
    return [
        PlannedLine(owner, category, cents, sme) for (owner, category, sme), cents in sums.items()
    ]


def _indirect_lines(
    costs: Iterable[PlannedCost], cents: int, consortium: Sequence[int]
) -> list[PlannedLine]:
    if not cents:
        return []
    without = {*INSTRUMENTS, CostCategory.SUBCONTRACTING}
    bases = dict.fromkeys(consortium, 0)
    for cost in costs:
        if cost.category not in without:
            bases[cost.organisation_id] += cost.amount_cents
    parts = money.allocate(cents, list(bases.values()))
    return [
        PlannedLine(owner, CostCategory.INDIRECT, part, False)
        for owner, part in zip(bases, parts, strict=True)
    ]


def _shared_lines(costs: Iterable[PlannedCost]) -> list[PlannedLine]:
    several: dict[CostCategory, list[PlannedCost]] = {}
    for cost in costs:
        if cost.category in INSTRUMENTS:
            several.setdefault(cost.category, []).append(cost)
    return [
        PlannedLine(
            None,
            category,
            sum(cost.amount_cents for cost in items),
            # Vouchers go to SMEs only, whatever the proposal said of them (V-12).
            category is CostCategory.VOUCHERS or all(cost.sme_direct for cost in items),
        )
        for category, items in several.items()
    ]
