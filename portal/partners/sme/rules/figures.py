"""The figures of an enterprise, and the ceilings of the three categories.

Source: annex of Recommendation 2003/361/EC (domain 4.1). Headcounts are hundredths of an annual
work unit, amounts cents, shares basis points.
"""

from dataclasses import dataclass

from portal.core.money import share
from portal.partners.sme.states import Category

#: One hundred per cent.
WHOLE_BP = 10_000


@dataclass(frozen=True)
class Figures:
    """Headcount in hundredths of AWU, turnover and balance sheet total in cents, of one year."""

    headcount_hundredths: int
    turnover_cents: int
    balance_cents: int

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.headcount_hundredths + other.headcount_hundredths,
            self.turnover_cents + other.turnover_cents,
            self.balance_cents + other.balance_cents,
        )

    def part(self, share_bp: int) -> "Figures":
        """The share of each figure, half up."""
        return Figures(
            share(self.headcount_hundredths, share_bp, WHOLE_BP),
            share(self.turnover_cents, share_bp, WHOLE_BP),
            share(self.balance_cents, share_bp, WHOLE_BP),
        )


NOTHING = Figures(0, 0, 0)


@dataclass(frozen=True)
class Ceiling:
    """What a category may not reach in staff, nor exceed in both amounts (domain 4.1)."""

    category: Category
    headcount_below_hundredths: int
    turnover_most_cents: int
    balance_most_cents: int

    def holds(self, figures: Figures) -> bool:
        """Headcount strictly below, and turnover or balance at most the ceiling."""
        return figures.headcount_hundredths < self.headcount_below_hundredths and (
            figures.turnover_cents <= self.turnover_most_cents
            or figures.balance_cents <= self.balance_most_cents
        )


#: Article 2 of the annex, smallest category first.
CEILINGS = (
    Ceiling(Category.MICRO, 1_000, 2_000_000_00, 2_000_000_00),
    Ceiling(Category.SMALL, 5_000, 10_000_000_00, 10_000_000_00),
    Ceiling(Category.MEDIUM, 25_000, 50_000_000_00, 43_000_000_00),
)


def category_of(figures: Figures) -> Category | None:
    """The smallest category whose ceilings the figures respect; None for no SME."""
    return next((ceiling.category for ceiling in CEILINGS if ceiling.holds(figures)), None)
