"""Transfers between the lines of one project: what is refused, what only warns (domain 5.7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.calls.proposals.states import CostCategory
from portal.core import formats
from portal.core.errors import Fault, refuse_if
from portal.core.i18n import Text, _
from portal.core.steps import Step
from portal.projects.rules.sme_share import WHOLE_BP, LineFigures, SmeShare, sme_share

#: Above this share of what the receiving category was awarded, a transfer warns, in basis points
#: (domain 5.7: soft warning above 20 % of the receiving category).
TRANSFER_WARNING_BP = 2000


@dataclass(frozen=True)
class Transfer:
    """A transfer that may be made: how it was decided, and what the reader should know."""

    steps: tuple[Step, ...]
    warnings: tuple[Step, ...] = field(default=())


def transfer(
    lines: Sequence[LineFigures],
    *,
    from_line_id: int,
    to_line_id: int,
    cents: int,
    required_bp: int,
) -> Transfer:
    """Whether `cents` may move from one line to another of a project (domain 5.7, section 6.2).

    Refused when the giving line would fall below what is committed on it, when the share for SMEs
    would break, and towards indirect costs, which follow from the direct ones. Raises `RuleBroken`
    with every fault; above 20 % of the receiving category the transfer is allowed with a warning.
    """
    by_id = {line.line_id: line for line in lines}
    giver, taker = by_id[from_line_id], by_id[to_line_id]
    refuse_if(_shape_faults(giver, taker, cents))
    after = tuple(_moved(line, giver, taker, cents) for line in lines)
    share = sme_share(after, required_bp)
    refuse_if(_money_faults(giver, cents, share))
    steps = [
        Step(
            "left_on_line",
            "domain 5.7",
            {"left_cents": giver.available_cents - cents, "moved_cents": cents},
        )
    ]
    if required_bp:
        steps.append(_share_step(share))
    return Transfer(tuple(steps), tuple(_warnings(after, taker.category)))


def _shape_faults(giver: LineFigures, taker: LineFigures, cents: int) -> list[Fault]:
    faults = []
    if cents <= 0:
        faults.append(Fault(_("Enter an amount above zero."), "cents", "PRJ-T0"))
    if giver.line_id == taker.line_id:
        faults.append(Fault(_("Choose two different lines."), "to_line_id", "PRJ-T0"))
    if taker.category is CostCategory.INDIRECT:
        faults.append(
            Fault(
                _(
                    "Indirect costs are a flat rate on the direct costs: money cannot be moved "
                    "to them."
                ),
                "to_line_id",
                "PRJ-T1",
            )
        )
    return faults


def _money_faults(giver: LineFigures, cents: int, share: SmeShare) -> list[Fault]:
    faults = []
    if cents > giver.available_cents:
        faults.append(
            Fault(
                _(
                    "At most %(left)s can leave this line: the rest is already committed.",
                    left=formats.money(giver.available_cents),
                ),
                "cents",
                "PRJ-T2",
                {"left_cents": giver.available_cents, "asked_cents": cents},
            )
        )
    if share.required_bp and not share.is_met:
        faults.append(
            Fault(
                _(
                    "After this transfer only %(direct)s would reach SMEs directly; the call asks "
                    "for at least %(minimum)s, which is %(share)s of the budget.",
                    direct=formats.money(share.direct_cents),
                    minimum=formats.money(share.minimum_cents),
                    share=formats.percent(share.required_bp, WHOLE_BP),
                ),
                "cents",
                "V-10",
                {"direct_cents": share.direct_cents, "minimum_cents": share.minimum_cents},
            )
        )
    return faults


def _moved(line: LineFigures, giver: LineFigures, taker: LineFigures, cents: int) -> LineFigures:
    change = {giver.line_id: -cents, taker.line_id: cents}.get(line.line_id, 0)
    return LineFigures(
        line.line_id,
        line.category,
        line.sme_direct,
        line.awarded_cents,
        line.budget_cents + change,
        line.available_cents + change,
        line.paid_cents,
    )


def _share_step(share: SmeShare) -> Step:
    return Step(
        "sme_share",
        "V-10",
        {
            "direct_cents": share.direct_cents,
            "minimum_cents": share.minimum_cents,
            "required_bp": share.required_bp,
        },
    )


def _warnings(after: Iterable[LineFigures], category: CostCategory) -> Iterable[Step]:
    """Measured against the award, not line by line: many small transfers are one large one."""
    same = [line for line in after if line.category == category]
    awarded = sum(line.awarded_cents for line in same)
    grown = sum(line.budget_cents for line in same) - awarded
    if WHOLE_BP * grown > TRANSFER_WARNING_BP * awarded:
        values: dict[str, str | int] = {"grown_cents": grown, "awarded_cents": awarded}
        yield Step("large_transfer", "domain 5.7", values | {"category": category})


def explain(step: Step) -> Text:
    """A step of a decision in words."""
    values = step.values
    if step.code == "left_on_line":
        return _(
            "%(left)s stay available on the line that gives.",
            left=formats.money(int(values["left_cents"])),
        )
    if step.code == "sme_share":
        return _(
            "%(direct)s reach SMEs directly; at least %(minimum)s must.",
            direct=formats.money(int(values["direct_cents"])),
            minimum=formats.money(int(values["minimum_cents"])),
        )
    return _(
        "This category has grown by %(grown)s since the award of %(awarded)s, which is more than "
        "%(limit)s. Keep the reason with the project file.",
        grown=formats.money(int(values["grown_cents"])),
        awarded=formats.money(int(values["awarded_cents"])),
        limit=formats.percent(TRANSFER_WARNING_BP, WHOLE_BP),
    )
