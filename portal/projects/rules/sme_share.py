"""The 75 % rule: how much of a project's whole budget reaches SMEs directly (domain 3.3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.calls.proposals.states import CostCategory
from portal.core import money

#: Three quarters of the whole budget must reach SMEs directly in INNOSUP-1 projects, in basis
#: points (domain 3.3 V-10). The initial value of a call's `sme_share_bp`, which the project keeps.
SME_SHARE_BP = 7500

#: The share that is the whole, in basis points.
WHOLE_BP = 10_000


@dataclass(frozen=True)
class LineFigures:
    """One line as a transfer or the 75 % monitoring looks at it, in cents."""

    line_id: int
    category: CostCategory
    sme_direct: bool
    awarded_cents: int
    budget_cents: int
    available_cents: int
    paid_cents: int = 0

    @property
    def engaged_cents(self) -> int:
        """What is committed or has gone further than that."""
        return self.budget_cents - self.available_cents


@dataclass(frozen=True)
class SmeShare:
    """How much of the whole budget reaches SMEs directly, against what the call asks."""

    direct_cents: int
    total_cents: int
    required_bp: int

    @property
    def minimum_cents(self) -> int:
        """The least that satisfies the rule, rounded up to the cent."""
        return money.share_up(self.total_cents, self.required_bp, WHOLE_BP)

    @property
    def slack_cents(self) -> int:
        """What lies above the minimum; negative when the rule is not met."""
        return self.direct_cents - self.minimum_cents

    @property
    def is_met(self) -> bool:
        """Whether the share is reached, exactly: for 75 %, 4 x direct >= 3 x total."""
        return WHOLE_BP * self.direct_cents >= self.required_bp * self.total_cents


@dataclass(frozen=True)
class SmeMonitoring:
    """The share for SMEs as planned, as committed and as paid, all over the whole budget (V-14)."""

    planned: SmeShare
    committed: SmeShare
    paid: SmeShare


def sme_share(lines: Iterable[LineFigures], required_bp: int) -> SmeShare:
    """The share for SMEs as the lines plan it now."""
    known = tuple(lines)
    return SmeShare(
        direct_cents=sum(line.budget_cents for line in known if line.sme_direct),
        total_cents=sum(line.budget_cents for line in known),
        required_bp=required_bp,
    )


def sme_monitoring(lines: Iterable[LineFigures], required_bp: int) -> SmeMonitoring:
    """The share for SMEs as planned, committed and paid; the base is always the whole budget."""
    known = tuple(lines)
    total = sum(line.budget_cents for line in known)
    direct = [line for line in known if line.sme_direct]
    return SmeMonitoring(
        planned=SmeShare(sum(line.budget_cents for line in direct), total, required_bp),
        committed=SmeShare(sum(line.engaged_cents for line in direct), total, required_bp),
        paid=SmeShare(sum(line.paid_cents for line in direct), total, required_bp),
    )
