"""How much one firm may receive from one project, and what counts towards it (domain 3.2)."""

from dataclasses import dataclass
from datetime import date

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import Text, _
from portal.core.steps import Step
from portal.vouchers.states import State

#: The most one third party may receive from one project, in cents: 60 000 EUR (domain 3.2 V-01;
#: seed 000, clause on financial support to third parties). The first of the dated terms below.
CAP_PER_SME = 6_000_000


@dataclass(frozen=True)
class CapTerms:
    """The cap in force from a day on, in cents, and where it is written."""

    valid_from: date
    cents: int
    source: str


#: Every cap there was, oldest first. A firm keeps, in a project, the cap of its first award there.
CAPS = (
    CapTerms(
        date(2014, 1, 1),
        CAP_PER_SME,
        "INNOSUP-1: 60 000 EUR per SME; model grant agreement, financial support to third parties",
    ),
)


def cap_on(day: date) -> CapTerms:
    """The cap in force on a day; raises ValueError before the first one."""
    in_force = [terms for terms in CAPS if terms.valid_from <= day]
    if not in_force:
        raise ValueError(f"no cap per firm is known on {day.isoformat()}")
    return in_force[-1]


def counted_cents(state: State, *, amount_cents: int, earned_cents: int, counts: bool) -> int:
    """What a voucher counts towards the cap of its holder, in cents.

    The whole award while it may still be earned; once it is over, what was found due (domain 3.2:
    an award closed below its commitment counts what was paid). Nothing when withdrawn, or when its
    instrument does not count (V-07).
    """
    if not counts or state is State.WITHDRAWN:
        return 0
    return earned_cents if state in (State.CLOSED, State.TERMINATED) else amount_cents


def fault(*, used_cents: int, new_cents: int, cap_cents: int) -> Fault | None:
    """Why an award does not fit under the cap, with what is left; None when it fits (V-05)."""
    if used_cents + new_cents <= cap_cents:
        return None
    return Fault(
        _(
            "One project may give a firm at most %(cap)s. This firm already has %(used)s from it, "
            "so at most %(left)s is left.",
            cap=formats.money(cap_cents),
            used=formats.money(used_cents),
            left=formats.money(cap_cents - used_cents),
        ),
        "amount_cents",
        "V-01",
        {"used_cents": used_cents, "new_cents": new_cents, "cap_cents": cap_cents},
    )


def step(*, used_cents: int, new_cents: int, cap_cents: int, source: str, counts: bool) -> Step:
    """How the cap was applied to an award."""
    if not counts:
        return Step("cap_not_counted", "V-07", {"new_cents": new_cents})
    return Step(
        "cap",
        "V-01",
        {
            "used_cents": used_cents,
            "new_cents": new_cents,
            "cap_cents": cap_cents,
            "left_cents": cap_cents - used_cents - new_cents,
            "source": source,
        },
    )


def explain(step: Step) -> Text:
    """A step of this file in words."""
    values = step.values
    if step.code == "cap_not_counted":
        return _("Vouchers of this instrument do not count towards the cap of the firm.")
    return _(
        "The firm had %(used)s from this project and receives %(new)s: %(left)s is left of the cap "
        "of %(cap)s.",
        used=formats.money(int(values["used_cents"])),
        new=formats.money(int(values["new_cents"])),
        left=formats.money(int(values["left_cents"])),
        cap=formats.money(int(values["cap_cents"])),
    )
