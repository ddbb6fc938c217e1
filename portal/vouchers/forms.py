"""What people type about vouchers: an instrument, an award, a reason."""

from typing import Any

from portal.core.i18n import _
from portal.vouchers.rules.instruments import MOST_MONTHS, SCHEDULES
from portal.vouchers.states import AMOUNT_MODE_LABELS, AmountMode
from portal.web.forms import (
    CentsField,
    ChoiceField,
    DayField,
    LongTextField,
    PortalForm,
    RadioField,
    TextField,
    TickField,
    WholeNumberField,
)

_SCHEDULE_LABELS = {
    "halves": _("Two halves: after the interim report and after the final report"),
    "thirds": _("Three parts: at the start, after the interim report, after the final report"),
    "once": _("Everything after the final report"),
}


class InstrumentForm(PortalForm):
    """One kind of voucher."""

    code = TextField(
        _("Code"), most=20, description=_("Short and unique in the project, for example INNO.")
    )
    name_en = TextField(_("Name in English"), most=120)
    name_fr = TextField(_("Name in French"), most=120)
    amount_mode = RadioField(
        _("How the amount is set"),
        choices=[(str(mode), label) for mode, label in AMOUNT_MODE_LABELS.items()],
    )
    min_cents = CentsField(
        _("Minimum amount"), required=False, description=_("Only between two amounts.")
    )
    max_cents = CentsField(_("Maximum amount"), description=_("For a lump sum, the amount."))
    funding_rate = WholeNumberField(
        _("Share of the cost of the work, in per cent"),
        least=1,
        most=100,
        description=_("100 asks for no co-financing."),
    )
    counts_towards_cap = TickField(
        _("Counts towards what one firm may receive from the project"), required=False
    )
    schedule = RadioField(_("How it is paid"), choices=list(_SCHEDULE_LABELS.items()))
    max_months = WholeNumberField(_("Maximum duration in months"), least=1, most=MOST_MONTHS)

    def values(self) -> dict[str, Any]:
        """As the operation takes it: the rate in basis points, the schedule as instalments."""
        typed = super().values()
        mode, rate, schedule = (
            typed.pop(name) for name in ("amount_mode", "funding_rate", "schedule")
        )
        return typed | {
            "amount_mode": AmountMode(mode) if mode in set(AmountMode) else None,
            "min_cents": typed["min_cents"] or 0,
            "funding_rate_bp": (rate or 0) * 100,
            "instalments": SCHEDULES.get(schedule or "", ()),
        }


class AwardForm(PortalForm):
    """A voucher for one firm."""

    instrument = ChoiceField(_("Kind of voucher"))
    title = TextField(_("Title of the work"))
    amount_cents = CentsField(_("Amount of the voucher"))
    cost_cents = CentsField(
        _("Cost of the work"),
        required=False,
        description=_("Only when the kind of voucher asks for co-financing."),
    )
    starts_on = DayField(_("First day of the work"))
    months = WholeNumberField(_("Duration in months"), least=1, most=MOST_MONTHS)
    mentor = ChoiceField(
        _("Mentor"),
        required=False,
        description=_("Who coaches the firm. The mentor never reviews its milestones."),
    )
    other_funding = LongTextField(
        _("Other public funding"),
        required=False,
        most=2000,
        description=_("As declared by the firm: scheme, amount, date, object."),
    )
    exclusion_declared = TickField(
        _("The firm has declared on its honour that it is in no exclusion situation."),
        required=False,
    )
    double_funding_declared = TickField(
        _("The firm has declared that no other public money pays for the same costs."),
        required=False,
    )


class ReasonForm(PortalForm):
    """Why an offer is withdrawn, or a voucher ended early."""

    reason = LongTextField(
        _("Reason"), most=2000, description=_("Both sides read this reason in a message.")
    )
