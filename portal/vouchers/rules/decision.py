"""An award decided: every check together, the steps that explain it, and their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import Text, _
from portal.core.steps import Step
from portal.vouchers.rules import cap, eligibility, instruments
from portal.vouchers.rules.eligibility import Candidate


@dataclass(frozen=True)
class Offer:
    """What somebody wants to award, in cents and days, and whether it counts towards the cap."""

    amount_cents: int
    cost_cents: int | None
    starts_on: date
    months: int
    counts_towards_cap: bool


@dataclass(frozen=True)
class Limits:
    """What the award is measured against besides its instrument, in cents; days are included."""

    used_cents: int
    cap_cents: int
    cap_source: str
    envelope_left_cents: int
    project_starts_on: date
    project_ends_on: date


def faults(
    candidate: Candidate, terms: instruments.Terms, offer: Offer, limits: Limits
) -> list[Fault]:
    """Everything that stands in the way of an award, at once."""
    found: Sequence[Fault | None] = [
        *eligibility.faults(candidate),
        *instruments.amount_faults(
            terms, amount_cents=offer.amount_cents, cost_cents=offer.cost_cents
        ),
        *instruments.duration_faults(
            terms,
            starts_on=offer.starts_on,
            months=offer.months,
            project_starts_on=limits.project_starts_on,
            project_ends_on=limits.project_ends_on,
        ),
        _cap_fault(offer, limits),
        _envelope_fault(offer, limits),
    ]
    return [fault for fault in found if fault is not None]


def steps(
    candidate: Candidate, terms: instruments.Terms, offer: Offer, limits: Limits, *, name: str
) -> list[Step]:
    """How an award without faults was decided, warnings last; `name` is the instrument's."""
    return [
        *eligibility.steps(candidate),
        instruments.step(
            terms, name=name, amount_cents=offer.amount_cents, cost_cents=offer.cost_cents
        ),
        cap.step(
            used_cents=limits.used_cents,
            new_cents=offer.amount_cents,
            cap_cents=limits.cap_cents,
            source=limits.cap_source,
            counts=offer.counts_towards_cap,
        ),
        Step(
            "envelope",
            "I1",
            {
                "before_cents": limits.envelope_left_cents,
                "left_cents": limits.envelope_left_cents - offer.amount_cents,
            },
        ),
        *eligibility.warnings(candidate),
    ]


def explain(step: Step) -> Text:
    """A step in words."""
    if step.code in ("cap", "cap_not_counted"):
        return cap.explain(step)
    if step.code == "amount":
        return instruments.explain(step)
    if step.code == "envelope":
        return _(
            "The project’s envelope for vouchers had %(before)s available; %(left)s is left.",
            before=formats.money(int(step.values["before_cents"])),
            left=formats.money(int(step.values["left_cents"])),
        )
    return eligibility.explain(step)


def clause(step: Step) -> Text:
    """The rule a step rests on, in words."""
    return _CLAUSES.get(step.clause, "")


_CLAUSES: dict[str, Text] = {
    "V-01": _("Cap on the support to one firm from one project"),
    "V-02": _("Conditions of the voucher"),
    "V-06": _("Vouchers from other projects: warning only"),
    "V-07": _("Instrument outside the cap"),
    "V-21": _("No double funding"),
    "V-22": _("No conflict of interest"),
    "I1": _("Budgetary commitment before signature"),
}


def _cap_fault(offer: Offer, limits: Limits) -> Fault | None:
    if not offer.counts_towards_cap:
        return None
    return cap.fault(
        used_cents=limits.used_cents, new_cents=offer.amount_cents, cap_cents=limits.cap_cents
    )


def _envelope_fault(offer: Offer, limits: Limits) -> Fault | None:
    if offer.amount_cents <= limits.envelope_left_cents:
        return None
    return Fault(
        _(
            "The project’s envelope for vouchers has %(left)s left. Award less, or move budget to "
            "the envelope first.",
            left=formats.money(limits.envelope_left_cents),
        ),
        "amount_cents",
        "I1",
        {"left_cents": limits.envelope_left_cents, "asked_cents": offer.amount_cents},
    )
