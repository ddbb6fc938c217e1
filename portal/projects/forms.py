"""What people type about a project: an award, a transfer, a reason."""

from typing import Any

from portal.core.i18n import _
from portal.web.forms import (
    CentsField,
    ChoiceField,
    DayField,
    LongTextField,
    PortalForm,
    WholeNumberField,
)


class AwardForm(PortalForm):
    """When the project starts and what it promises."""

    starts_on = DayField(
        _("First day of the project"), description=_("A day after the deadline of the call.")
    )
    exchange_target = WholeNumberField(
        _("Number of exchanges"),
        required=False,
        least=1,
        most=10_000,
        description=_("How many exchanges the envelope is for."),
    )
    voucher_target = WholeNumberField(
        _("Number of vouchers"),
        required=False,
        least=1,
        most=10_000,
        description=_("How many vouchers the envelope is for."),
    )


class ShiftBudgetForm(PortalForm):
    """How much moves from which line to which, and why; lines are chosen by their code."""

    from_line_id = ChoiceField(_("From the line"))
    to_line_id = ChoiceField(_("To the line"))
    cents = CentsField(_("Amount to move"), description=_("At most what is available."))
    reason = LongTextField(
        _("Reason"), most=2000, description=_("The reason is kept with the file of the project.")
    )

    def values(self) -> dict[str, Any]:
        """The lines as database ids, the rest as typed."""
        typed = super().values()
        lines = {name: typed[name] or "" for name in ("from_line_id", "to_line_id")}
        return typed | {name: int(line) if line.isdecimal() else 0 for name, line in lines.items()}


class ReasonForm(PortalForm):
    """Why, in words that the consortium will read."""

    reason = LongTextField(
        _("Reason"), most=2000, description=_("The consortium reads this reason in a message.")
    )
