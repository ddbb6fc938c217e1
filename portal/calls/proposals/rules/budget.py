"""The budget of a proposal: indirect costs, eligible costs, grant, and the share for SMEs.

indirect = rate x (direct - subcontracting - support to third parties)
eligible = direct + indirect; grant = min(greatest grant, eligible x funding rate)
(domain 6.2). All in whole cents. The steps are numbered BUD-1 to BUD-7.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from portal.calls.proposals.states import THIRD_PARTY, CostCategory
from portal.core import formats, money
from portal.core.i18n import Text, _
from portal.core.steps import Step

_WHOLE = 10_000


class Cost(Protocol):
    """One line of the budget: a `Line`, or a row of `cost_item`."""

    @property
    def category(self) -> CostCategory:
        """The budget heading."""

    @property
    def amount_cents(self) -> int:
        """The amount."""

    @property
    def sme_direct(self) -> bool:
        """Whether the money reaches SMEs directly."""


class Rates(Protocol):
    """The financial terms of a call; amounts in cents, rates in basis points."""

    @property
    def max_grant_cents(self) -> int:
        """The greatest grant."""

    @property
    def funding_rate_bp(self) -> int:
        """The funding rate."""

    @property
    def indirect_rate_bp(self) -> int:
        """The rate of indirect costs."""

    @property
    def sme_share_bp(self) -> int:
        """The share that must reach SMEs, or 0."""


@dataclass(frozen=True)
class Budget:
    """What a budget comes to, in cents, with the steps of the calculation."""

    direct_cents: int
    subcontracting_cents: int
    third_party_cents: int
    #: The base of the indirect costs.
    base_cents: int
    indirect_cents: int
    eligible_cents: int
    #: The greatest grant the call allows for these costs.
    possible_cents: int
    #: The grant requested: what was asked for, never above what is possible.
    grant_cents: int
    sme_direct_cents: int
    #: What must at least reach SMEs directly, and by how much the budget is above (or below) it.
    sme_minimum_cents: int
    sme_slack_cents: int
    steps: tuple[Step, ...]


def budget(items: Iterable[Cost], terms: Rates, asked_cents: int | None = None) -> Budget:
    """Compute the budget of a proposal (domain 6.2 and 3.3).

    Indirect costs are rounded half up; the grant is rounded down, so never above the rate.
    The base of the 75 % rule is the whole eligible budget, indirect costs included (V-11); its
    numerator the lines marked as direct to SMEs (V-12).
    """
    lines = list(items)
    direct = sum(line.amount_cents for line in lines)
    subcontracting = _sum(lines, frozenset({CostCategory.SUBCONTRACTING}))
    third_party = _sum(lines, THIRD_PARTY)
    base = direct - subcontracting - third_party
    indirect = money.share(base, terms.indirect_rate_bp, _WHOLE)
    eligible = direct + indirect
    by_rate = money.share_down(eligible, terms.funding_rate_bp, _WHOLE)
    possible = min(terms.max_grant_cents, by_rate)
    sme_direct = sum(line.amount_cents for line in lines if line.sme_direct)
    minimum = sme_minimum(eligible, terms.sme_share_bp)
    found = Budget(
        direct_cents=direct,
        subcontracting_cents=subcontracting,
        third_party_cents=third_party,
        base_cents=base,
        indirect_cents=indirect,
        eligible_cents=eligible,
        possible_cents=possible,
        grant_cents=possible if asked_cents is None else min(asked_cents, possible),
        sme_direct_cents=sme_direct,
        sme_minimum_cents=minimum,
        sme_slack_cents=sme_direct - minimum,
        steps=(),
    )
    return _with_steps(found, terms, by_rate)


def sme_minimum(total_cents: int, share_bp: int) -> int:
    """The least amount that must reach SMEs directly, rounded up to the cent (domain 3.3)."""
    return money.share_up(total_cents, share_bp, _WHOLE)


def sme_share_is_met(sme_direct_cents: int, total_cents: int, share_bp: int) -> bool:
    """Whether enough of the whole budget reaches SMEs: for 75 %, 4 x direct >= 3 x total."""
    return _WHOLE * sme_direct_cents >= share_bp * total_cents


def _sum(lines: list[Cost], categories: frozenset[CostCategory]) -> int:
    return sum(line.amount_cents for line in lines if line.category in categories)


def _with_steps(found: Budget, terms: Rates, by_rate: int) -> Budget:
    steps = [
        Step("direct", "BUD-1", {"result": found.direct_cents}),
        Step(
            "base",
            "BUD-2",
            {
                "direct": found.direct_cents,
                "subcontracting": found.subcontracting_cents,
                "third_party": found.third_party_cents,
                "result": found.base_cents,
            },
        ),
        Step(
            "indirect",
            "BUD-3",
            {
                "rate_bp": terms.indirect_rate_bp,
                "base": found.base_cents,
                "result": found.indirect_cents,
            },
        ),
        Step("eligible", "BUD-4", {"result": found.eligible_cents}),
        Step(
            "rate",
            "BUD-5",
            {
                "rate_bp": terms.funding_rate_bp,
                "eligible": found.eligible_cents,
                "result": by_rate,
            },
        ),
    ]
    if by_rate > terms.max_grant_cents:
        steps.append(
            Step("cap", "BUD-6", {"cap": terms.max_grant_cents, "result": terms.max_grant_cents})
        )
    if found.grant_cents < found.possible_cents:
        steps.append(Step("asked", "BUD-7", {"result": found.grant_cents}))
    return Budget(**{**vars(found), "steps": tuple(steps)})


def explain(step: Step) -> Text:
    """One step of the calculation as a sentence."""
    values = step.values
    if step.code == "base":
        return _(
            "Base of the indirect costs: %(direct)s of direct costs, less %(subcontracting)s of "
            "subcontracting and %(third_party)s of support to third parties",
            direct=formats.money(int(values["direct"])),
            subcontracting=formats.money(int(values["subcontracting"])),
            third_party=formats.money(int(values["third_party"])),
        )
    if step.code == "indirect":
        return _(
            "Indirect costs: %(rate)s of %(base)s",
            rate=_rate(values["rate_bp"]),
            base=formats.money(int(values["base"])),
        )
    if step.code == "rate":
        return _(
            "Grant by the funding rate: %(rate)s of %(eligible)s",
            rate=_rate(values["rate_bp"]),
            eligible=formats.money(int(values["eligible"])),
        )
    return _PLAIN[step.code]


def result(step: Step) -> str:
    """What the step comes to, as an amount."""
    return formats.money(int(step.values["result"]))


def _rate(basis_points: str | int) -> str:
    return formats.percent(int(basis_points), _WHOLE, 2)


_PLAIN: dict[str, Text] = {
    "direct": _("Direct costs of all partners"),
    "eligible": _("Eligible costs: direct and indirect costs together"),
    "cap": _("Limited to the maximum grant of the call"),
    "asked": _("Limited to the grant you ask for"),
}
