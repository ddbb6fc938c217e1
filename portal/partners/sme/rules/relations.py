"""Linked, partner and autonomous enterprises, and what they add to the figures.

Source: annex of Recommendation 2003/361/EC, articles 3 and 6 (domain 4.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.core.steps import Step
from portal.partners.sme.rules.figures import NOTHING, Figures
from portal.partners.sme.states import Investor

#: A holding below this leaves both autonomous; from it on they are partners (domain 4.2).
PARTNER_FROM_BP = 2_500
#: Above this share, in capital or votes, they are linked.
LINKED_ABOVE_BP = 5_000
#: Public bodies that hold this much together exclude SME status (annex, article 3(4)).
PUBLIC_CONTROL_FROM_BP = 2_500
#: Most related enterprises one declaration lists.
MOST_RELATED = 5
#: Investors that leave a firm autonomous although they hold 25 to 50 % of it.
EXCEPTED = frozenset(Investor) - {Investor.ENTERPRISE, Investor.PUBLIC_BODY}


class Relation(StrEnum):
    """How another enterprise counts."""

    AUTONOMOUS = "autonomous"
    PARTNER = "partner"
    LINKED = "linked"


@dataclass(frozen=True)
class Related:
    """Another enterprise: who holds how much of whom, and its own figures.

    `through` is the position of the enterprise it is related to: 0 for the one that declares, or an
    earlier related one. `share_bp` is the higher of capital and votes, either way.
    """

    position: int
    name: str
    share_bp: int
    figures: Figures
    through: int = 0
    controls: bool = False
    investor: Investor = Investor.ENTERPRISE
    investor_group: str = ""
    before: Figures | None = None


def relation_of(one: Related, everyone: Sequence[Related]) -> Relation:
    """How an enterprise counts: linked above 50 % or by control, partner from 25 % on (domain 4.2).

    An excepted investor with 25 to 50 % leaves the firm autonomous, unless investors linked to one
    another hold more than 50 % together: then they are linked.
    """
    if one.controls or one.share_bp > LINKED_ABOVE_BP:
        return Relation.LINKED
    if one.investor in EXCEPTED and _group_share(one, everyone) > LINKED_ABOVE_BP:
        return Relation.LINKED
    if one.share_bp < PARTNER_FROM_BP or one.investor is not Investor.ENTERPRISE:
        return Relation.AUTONOMOUS
    return Relation.PARTNER


def aggregate(own: Figures, related: Sequence[Related]) -> tuple[Figures, tuple[Step, ...]]:
    """The figures counted with linked (100 %) and partner enterprises (pro rata), with steps.

    `agg(E) = own(E) + sum of own(L) over linked L, transitively
            + sum of pct(P) x (own(P) + linked of P) over partners P of E or of any L` (domain 4.2).
    """
    linked = _linked_to(0, related)
    reached = {0, *(one.position for one in linked)}
    steps, total = [_step("own", own)], own
    for one in linked:
        total += one.figures
        steps.append(_step("linked", one.figures, one))
    for one in related:
        if one.through not in reached or one in linked:
            continue
        if relation_of(one, related) is not Relation.PARTNER:
            steps.append(_step("apart", NOTHING, one))
            continue
        group = sum((other.figures for other in _linked_to(one.position, related)), one.figures)
        total += group.part(one.share_bp)
        steps.append(_step("partner", group.part(one.share_bp), one))
    return total, (*steps, _step("total", total))


def is_publicly_controlled(related: Sequence[Related]) -> bool:
    """Whether public bodies hold 25 % or more together, of the firm or of one linked to it."""
    reached = {0, *(one.position for one in _linked_to(0, related))}
    held = sum(
        one.share_bp
        for one in related
        if one.investor is Investor.PUBLIC_BODY and one.through in reached
    )
    return held >= PUBLIC_CONTROL_FROM_BP


def _linked_to(position: int, related: Sequence[Related]) -> list[Related]:
    """The enterprises linked to one, transitively, in their order."""
    reached = {position}
    for one in sorted(related, key=lambda other: other.position):
        if one.through in reached and relation_of(one, related) is Relation.LINKED:
            reached.add(one.position)
    return [one for one in related if one.position in reached - {position}]


def _group_share(one: Related, everyone: Sequence[Related]) -> int:
    if not one.investor_group:
        return one.share_bp
    return sum(
        other.share_bp
        for other in everyone
        if (other.through, other.investor_group) == (one.through, one.investor_group)
    )


def _step(code: str, figures: Figures, one: Related | None = None) -> Step:
    values: dict[str, str | int] = {
        "headcount_hundredths": figures.headcount_hundredths,
        "turnover_cents": figures.turnover_cents,
        "balance_cents": figures.balance_cents,
    }
    if one is not None:
        values |= {"name": one.name, "share_bp": one.share_bp}
    clauses = {"linked": "3(3)", "partner": "3(2)", "apart": "3(1)"}
    return Step(code, clauses.get(code, "6"), values)
