"""Filters of the list, the draft, comments and answers, receipts, set-off, rates of interest."""

from portal.core import formats
from portal.core.i18n import _
from portal.payments.recoveries.rules import COMMENT_DAYS
from portal.payments.recoveries.states import CAUSE_LABELS, LIFE, State
from portal.web.forms import (
    CentsField,
    ChoiceField,
    DayField,
    LongTextField,
    PortalForm,
    TextField,
    TickField,
)

_WRITE_LIKE = _("Enter a percentage between 0 and 100 with at most two decimals, such as 7.50.")


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
    q = TextField(_("Reference of the recovery or of the file"), required=False, most=40)
    overdue = TickField(_("Overdue only"), required=False)


class DraftForm(PortalForm):
    """What must come back, and why."""

    cause = ChoiceField(
        _("Cause"),
        choices=[("", _("Choose")), *((str(cause), text) for cause, text in CAUSE_LABELS.items())],
    )
    amount_cents = CentsField(_("Amount to recover"))
    reason = LongTextField(
        _("Reason"),
        description=_(
            "The debtor reads it in the letter and on the debit note. It cannot be changed later."
        ),
        most=2000,
    )


class ContestForm(PortalForm):
    """What the debtor has to say."""

    comment = LongTextField(
        _("Your comments"),
        description=_(
            "Say which amount you think is right, and why. Comments can be sent once, within "
            "%(days)s days of the letter.",
            days=COMMENT_DAYS,
        ),
        most=5000,
    )


class ReasonForm(PortalForm):
    """Why, in words that the people concerned will read."""

    reason = LongTextField(
        _("Reason"), description=_("It is kept on the file and sent to those concerned."), most=2000
    )


class ReduceForm(ReasonForm):
    """The lower amount, and why."""

    amount_cents = CentsField(_("Reduced amount"))


class ReceiveForm(PortalForm):
    """One credit on the bank statement."""

    amount_cents = CentsField(_("Amount received"))
    received_on = DayField(_("Value date"), description=_("The value date on the bank statement."))
    bank_reference = TextField(
        _("Reference of the bank"),
        most=70,
        description=_(
            "As on the statement; each can be entered once. When one credit pays several debit "
            "notes, add /1, /2 and so on."
        ),
    )


class NetForm(PortalForm):
    """From which payment, and how much."""

    payment = ChoiceField(_("Payment"))
    amount_cents = CentsField(_("Amount to keep back"))


class RateField(CentsField):
    """A percentage with at most two decimals; data are hundredths of a percent (7.5 % is 750)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, strictly."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = formats.parse_cents(valuelist[0])
        except formats.NotAnAmount:
            raise ValueError(str(_WRITE_LIKE)) from None
        if not 0 <= self.data <= 10_000:
            raise ValueError(str(_WRITE_LIKE))


class RateForm(PortalForm):
    """From when debit notes bear interest, at which rate, decided where."""

    valid_from = DayField(
        _("Debit notes issued from"), description=_("Today or later; earlier ones keep their rate.")
    )
    rate_bp = RateField(
        _("Interest a year, in percent"),
        required=False,
        description=_("Leave it empty to ask for no interest from that day on."),
    )
    source = TextField(_("Decision or publication"), most=500)
