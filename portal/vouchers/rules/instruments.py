"""Kinds of voucher: amounts, co-financing, and the instalments an award is paid in (domain 3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from portal.core import formats, money
from portal.core.days import add_months
from portal.core.errors import Fault
from portal.core.i18n import Text, _
from portal.core.steps import Step
from portal.vouchers.states import AmountMode, Trigger

#: The share that is the whole, in basis points.
WHOLE_BP = 10_000
#: A work plan is due this many days after the first day of the voucher [assumption].
START_DAYS = 30
#: Most instalments one voucher is paid in [assumption].
MOST_INSTALMENTS = 6
#: The longest a voucher may last, in months: as long as the longest projects [assumption].
MOST_MONTHS = 36

#: Two halves, as at DIVA (domain 3.5).
HALVES = ((50, Trigger.INTERIM), (50, Trigger.FINAL))
#: The alternative by milestone (domain 3.5) [assumption].
THIRDS = ((30, Trigger.START), (40, Trigger.INTERIM), (30, Trigger.FINAL))
#: Everything at the end, as for the smallest lump sums (domain 3.4, C-VoUCHER).
ONCE = ((100, Trigger.FINAL),)
#: The schedules offered when an instrument is defined, by name.
SCHEDULES = {"halves": HALVES, "thirds": THIRDS, "once": ONCE}


class Terms(Protocol):
    """What an instrument says of its vouchers."""

    @property
    def amount_mode(self) -> AmountMode:
        """How the amount is set."""

    @property
    def min_cents(self) -> int:
        """The least, inclusive."""

    @property
    def max_cents(self) -> int:
        """The most, inclusive."""

    @property
    def funding_rate_bp(self) -> int:
        """The share of the cost of the work that may be covered, in basis points."""

    @property
    def max_months(self) -> int:
        """The longest duration."""


@dataclass(frozen=True)
class Preset:
    """An instrument as a programme published it, ready to be taken over by a project."""

    code: str
    name_en: str
    name_fr: str
    amount_mode: AmountMode
    min_cents: int
    max_cents: int
    instalments: tuple[tuple[int, Trigger], ...]
    max_months: int
    funding_rate_bp: int = WHOLE_BP
    counts_towards_cap: bool = True


#: One family for all kinds of help, 5 000 to 60 000 EUR, 100 % (domain 3.4, NEPTUNE).
NEPTUNE = (
    Preset(
        "NEPTUNE",
        "NEPTUNE innovation voucher",
        "Chèque innovation NEPTUNE",
        AmountMode.RANGE,
        500_000,
        6_000_000,
        HALVES,
        12,
    ),
)
#: Prototype-athon, circularity voucher, adopter lump sum (domain 3.4, C-VoUCHER).
C_VOUCHER = (
    Preset(
        "PROTOTYPE",
        "Prototype-athon lump sum",
        "Forfait prototypage",
        AmountMode.FIXED,
        200_000,
        200_000,
        ONCE,
        3,
    ),
    Preset(
        "CIRCULARITY",
        "Circularity voucher",
        "Chèque circularité",
        AmountMode.UP_TO,
        0,
        5_800_000,
        THIRDS,
        9,
    ),
    Preset(
        "ADOPTER",
        "Adopter lump sum",
        "Forfait adoption",
        AmountMode.FIXED,
        1_500_000,
        1_500_000,
        HALVES,
        3,
    ),
)
#: Four lump sums paid in two halves (domain 3.4, DIVA).
DIVA = tuple(
    Preset(code, name_en, name_fr, AmountMode.FIXED, cents, cents, HALVES, 12)
    for code, name_en, name_fr, cents in (
        ("MATURATION", "Maturation voucher", "Chèque maturation", 1_000_000),
        ("SMALL-DEMO", "Small demonstration voucher", "Chèque petite démonstration", 2_500_000),
        ("LARGE-DEMO", "Large demonstration voucher", "Chèque grande démonstration", 6_000_000),
        ("INTERNATIONAL", "Internationalisation voucher", "Chèque international", 3_000_000),
    )
)


#: What may be taken over when an instrument is defined.
PRESETS = (*NEPTUNE, *C_VOUCHER, *DIVA)


@dataclass(frozen=True)
class PlannedInstalment:
    """One part of an award before it is written down."""

    number: int
    trigger: Trigger
    share_bp: int
    amount_cents: int
    due_on: date


def least_cents(amount_mode: AmountMode, min_cents: int, max_cents: int) -> int:
    """The least a voucher may be, in cents: only a range has a minimum of its own."""
    return {AmountMode.FIXED: max_cents, AmountMode.UP_TO: 0}.get(amount_mode, min_cents)


def definition_faults(
    min_cents: int, max_cents: int, instalments: Sequence[tuple[int, Trigger]]
) -> list[Fault]:
    """Everything wrong with the definition of an instrument (domain 3.2 V-02, 3.5)."""
    faults = []
    if max_cents <= 0:
        faults.append(Fault(_("Enter an amount above zero."), "max_cents", "V-02"))
    if not 0 <= min_cents <= max_cents:
        faults.append(Fault(_("The minimum cannot be above the maximum."), "min_cents", "V-02"))
    percents = [percent for percent, _trigger in instalments]
    if sum(percents) != 100 or any(percent < 1 for percent in percents):
        faults.append(
            Fault(
                _(
                    "The instalments must add up to %(whole)s; they add up to %(sum)s.",
                    whole=formats.percent(1, 1),
                    sum=formats.percent(sum(percents), 100),
                ),
                "instalments",
                "V-02",
                {"sum": sum(percents)},
            )
        )
    if len(percents) > MOST_INSTALMENTS:
        faults.append(
            Fault(_("At most %(most)s instalments.", most=MOST_INSTALMENTS), "instalments", "V-02")
        )
    return faults


def amount_faults(terms: Terms, *, amount_cents: int, cost_cents: int | None) -> list[Fault]:
    """Why an amount does not suit the instrument: outside its limits, or too large a share.

    `cost_cents` is the cost of the work, needed when the instrument asks for co-financing.
    """
    faults = [_limit_fault(terms, amount_cents)]
    if terms.funding_rate_bp < WHOLE_BP:
        faults.append(_co_financing_fault(terms, amount_cents, cost_cents))
    return [fault for fault in faults if fault is not None]


def duration_faults(
    terms: Terms, *, starts_on: date, months: int, project_starts_on: date, project_ends_on: date
) -> list[Fault]:
    """Why a duration does not suit the instrument or the project; all days are included."""
    faults = []
    if not 1 <= months <= terms.max_months:
        faults.append(
            Fault(
                _(
                    "A voucher of this instrument lasts between 1 and %(most)s months.",
                    most=terms.max_months,
                ),
                "months",
                "V-02",
                {"months": months, "most": terms.max_months},
            )
        )
    elif starts_on < project_starts_on or last_day(starts_on, months) > project_ends_on:
        faults.append(
            Fault(
                _(
                    "The work must lie within the project, which runs from %(first)s to %(last)s.",
                    first=formats.day(project_starts_on),
                    last=formats.day(project_ends_on),
                ),
                "starts_on",
                "V-02",
            )
        )
    return faults


def last_day(starts_on: date, months: int) -> date:
    """The last day, included, of a voucher of `months` from `starts_on`."""
    return add_months(starts_on, months) - timedelta(days=1)


def plan(
    amount_cents: int,
    instalments: Sequence[tuple[int, Trigger]],
    *,
    starts_on: date,
    months: int,
) -> list[PlannedInstalment]:
    """The instalments of an award, whose amounts sum to it to the cent (largest remainder first).

    Due days are spread evenly and rounded up to whole months, the last on the voucher's last day;
    a work plan is due 30 days after the first day.
    """
    parts = money.allocate(amount_cents, [percent for percent, _trigger in instalments])
    count = len(instalments)
    return [
        PlannedInstalment(
            number,
            trigger,
            percent * 100,
            cents,
            _due_on(trigger, starts_on, months, number, count),
        )
        for number, ((percent, trigger), cents) in enumerate(
            zip(instalments, parts, strict=True), start=1
        )
    ]


def step(terms: Terms, *, name: str, amount_cents: int, cost_cents: int | None) -> Step:
    """How the amount was measured against the instrument."""
    values: dict[str, str | int] = {
        "instrument": name,
        "amount_cents": amount_cents,
        "min_cents": terms.min_cents,
        "max_cents": terms.max_cents,
    }
    if cost_cents is not None:
        values |= {"cost_cents": cost_cents, "rate_bp": terms.funding_rate_bp}
    return Step("amount", "V-02", values)


def explain(step: Step) -> Text:
    """A step of this file in words."""
    values = step.values
    shown = {
        "instrument": str(values["instrument"]),
        "amount": formats.money(int(values["amount_cents"])),
        "most": formats.money(int(values["max_cents"])),
    }
    if "cost_cents" in values:
        return _(
            "%(instrument)s: %(amount)s, within the limit of %(most)s and %(rate)s of the cost of "
            "the work, %(cost)s.",
            **shown,
            rate=formats.percent(int(values["rate_bp"]), WHOLE_BP),
            cost=formats.money(int(values["cost_cents"])),
        )
    return _("%(instrument)s: %(amount)s, within the limit of %(most)s.", **shown)


def _due_on(trigger: Trigger, starts_on: date, months: int, number: int, count: int) -> date:
    ends_on = last_day(starts_on, months)
    if trigger is Trigger.START:
        return min(starts_on + timedelta(days=START_DAYS), ends_on)
    return last_day(starts_on, -(-months * number // count))


def _limit_fault(terms: Terms, amount_cents: int) -> Fault | None:
    if terms.min_cents <= amount_cents <= terms.max_cents and amount_cents > 0:
        return None
    return Fault(
        _limit_text(terms),
        "amount_cents",
        "V-02",
        {"amount_cents": amount_cents, "min_cents": terms.min_cents, "max_cents": terms.max_cents},
    )


def _limit_text(terms: Terms) -> Text:
    most = formats.money(terms.max_cents)
    if terms.amount_mode is AmountMode.FIXED:
        return _("A voucher of this instrument is exactly %(most)s.", most=most)
    if terms.amount_mode is AmountMode.UP_TO:
        return _("A voucher of this instrument is above zero and at most %(most)s.", most=most)
    return _(
        "A voucher of this instrument is between %(least)s and %(most)s.",
        least=formats.money(terms.min_cents),
        most=most,
    )


def _co_financing_fault(terms: Terms, amount_cents: int, cost_cents: int | None) -> Fault | None:
    if cost_cents is None or cost_cents <= 0:
        return Fault(
            _("This instrument asks for co-financing: enter the cost of the work."),
            "cost_cents",
            "V-25",
        )
    most = money.share_down(cost_cents, terms.funding_rate_bp, WHOLE_BP)
    if amount_cents <= most:
        return None
    return Fault(
        _(
            "The voucher covers at most %(rate)s of the cost of the work, which is %(most)s.",
            rate=formats.percent(terms.funding_rate_bp, WHOLE_BP),
            most=formats.money(most),
        ),
        "amount_cents",
        "V-25",
        {"amount_cents": amount_cents, "cost_cents": cost_cents, "most_cents": most},
    )
