"""The status of an enterprise for a year: the two-year rule and its exceptions.

Source: annex of Recommendation 2003/361/EC, article 4 (domain 4.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.core import days
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.steps import Step
from portal.partners.sme.rules.figures import CEILINGS, Figures, category_of
from portal.partners.sme.rules.relations import Related, aggregate, is_publicly_controlled
from portal.partners.sme.states import Category

#: How long a declaration serves (SME-4).
VALID_MONTHS = 12


@dataclass(frozen=True)
class Outcome:
    """The status with the figures it rests on and the steps that led there."""

    category: Category | None
    totals: Figures
    steps: tuple[Step, ...]

    @property
    def is_sme(self) -> bool:
        """Whether any category holds."""
        return self.category is not None


@dataclass(frozen=True)
class YearBefore:
    """The year before the reference year: counted figures, and the status it had if it is known."""

    totals: Figures
    has_known_status: bool = False
    known_category: Category | None = None


def status(*, computed: bool, computed_before: bool, status_before: bool) -> bool:
    """Whether a ceiling holds for a year, given the year before (SME-1).

    `status(y) = computed(y) if computed(y) == computed(y-1) else status(y-1)`
    """
    return computed if computed == computed_before else status_before


def assess(
    own: Figures,
    related: Sequence[Related] = (),
    *,
    before: YearBefore | None = None,
    ownership_changed: bool = False,
) -> Outcome:
    """The status for the reference year.

    Each ceiling follows the two-year rule on its own, so that a micro-enterprise that grows stays
    one for a year. Without a year before, or after a change of ownership, the year itself decides
    (SME-2, SME-3).
    """
    totals, steps = aggregate(own, related)
    if is_publicly_controlled(related):
        return Outcome(None, totals, (*steps, Step("public", "3(4)"), _result(None)))
    computed = category_of(totals)
    steps += (Step("computed", "2", {"category": computed or ""}),)
    if before is None or ownership_changed:
        why = "changed" if before is not None else "first"
        return Outcome(computed, totals, (*steps, Step(why, "4"), _result(computed)))
    category = _over_two_years(totals, before)
    values: dict[str, str | int] = {
        "before": category_of(before.totals) or "",
        "known": _known(before) or "",
    }
    code = "same" if computed == category_of(before.totals) else "two_years"
    return Outcome(category, totals, (*steps, Step(code, "4(2)", values), _result(category)))


def totals_before(before: Figures | None, related: Sequence[Related]) -> Figures | None:
    """The figures counted a year earlier; enterprises without such figures were not related."""
    if before is None:
        return None
    earlier = [replace(one, figures=one.before) for one in related if one.before is not None]
    return aggregate(before, earlier)[0]


def is_valid_on(assessed_on: date, day: date) -> bool:
    """Whether a declaration serves on a day: from its own day on, for twelve months (SME-4)."""
    return assessed_on <= day < days.add_months(assessed_on, VALID_MONTHS)


def declaration_faults(
    related: Sequence[Related], *, reference_year: int, is_estimate: bool, today: date
) -> list[Fault]:
    """What does not hold together in a declaration."""
    faults = []
    latest = today.year if is_estimate else today.year - 1
    if not today.year - 3 <= reference_year <= latest:
        message = _(
            "The reference year is the last one with approved accounts, at the latest %(latest)s; "
            "a new enterprise without accounts ticks “estimate”.",
            latest=str(latest),
        )
        faults.append(Fault(message, "reference_year", "SME-1"))
    known = {0, *(one.position for one in related)}
    for one in related:
        if one.through not in known or one.through >= one.position:
            message = _(
                "Enterprise %(number)s can only be related through one named before it.",
                number=one.position,
            )
            faults.append(Fault(message, f"related-{one.position - 1}-through", "SME-REL"))
    return faults


def _over_two_years(totals: Figures, before: YearBefore) -> Category | None:
    known = _known(before)
    held_before = {
        ceiling.category
        for ceiling in CEILINGS
        if known and list(Category).index(ceiling.category) >= list(Category).index(known)
    }
    for ceiling in CEILINGS:
        if status(
            computed=ceiling.holds(totals),
            computed_before=ceiling.holds(before.totals),
            status_before=ceiling.category in held_before,
        ):
            return ceiling.category
    return None


def _known(before: YearBefore) -> Category | None:
    return before.known_category if before.has_known_status else category_of(before.totals)


def _result(category: Category | None) -> Step:
    return Step("result", "2", {"category": category or ""})
