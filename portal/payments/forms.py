"""Filters of the desk, the choice of payments, reasons and the day of execution."""

from wtforms import HiddenField

from portal.core.i18n import _
from portal.payments.states import LIFE, State
from portal.web.forms import ChoiceField, DayField, LongTextField, PortalForm, TextField


class FilterForm(PortalForm):
    """What the list shows; sent in the address, so that it can be kept and shared."""

    class Meta:
        """A filter changes nothing: no token in its address."""

        csrf = False

    state = ChoiceField(
        _("State"),
        required=False,
        choices=[
            ("", _("All states")),
            *((str(state), LIFE.badge(state).label) for state in State),
        ],
    )
    q = TextField(_("Reference of the payment or of the file"), required=False, most=40)
    clock = ChoiceField(
        _("Legal date"),
        required=False,
        choices=[
            ("", _("All")),
            ("overdue", _("Overdue")),
            ("near", _("Due within 3 days")),
            ("suspended", _("Suspended")),
        ],
    )


class ChosenForm(PortalForm):
    """Payments chosen on the desk, and what the person was shown of them."""

    refs = HiddenField()
    seen_count = HiddenField()
    seen_total_cents = HiddenField()

    def chosen(self) -> list[str]:
        """The references chosen, each once."""
        return sorted({ref for ref in (self.refs.data or "").split(",") if ref})

    def seen(self) -> dict[str, int | None]:
        """The count and the sum the person was shown, in cents."""
        return {
            "seen_count": _whole(self.seen_count.data),
            "seen_total_cents": _whole(self.seen_total_cents.data),
        }


class SettleForm(PortalForm):
    """When the bank executed the order."""

    executed_on = DayField(
        _("Execution date"), description=_("The value date on the bank statement.")
    )


class ReasonForm(PortalForm):
    """Why, in words that the people concerned will read."""

    reason = LongTextField(
        _("Reason"), description=_("It is kept on the file and sent to those concerned."), most=2000
    )


def _whole(text: str | None) -> int | None:
    """A number that a page of ours wrote; None when there is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None
