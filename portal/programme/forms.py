"""Forms of the reference tables; rates are typed in percent and kept in hundredths of a percent."""

from typing import Any

from portal.core import formats
from portal.core.i18n import Text, _
from portal.programme.rules import WHOLE_BP
from portal.web.forms import CentsField, DayField, LongTextField, PortalForm, TextField

_WRITE_LIKE = _("Enter a percentage between 0 and 100 with at most two decimals, such as 75.")


class RateField(CentsField):
    """A percentage with at most two decimals; data are hundredths of a percent (75 % is 7500).

    It is read as strictly as an amount, whose cents are what hundredths of a percent are here.
    """

    def __init__(self, label: Text, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, with or without the sign."""
        typed = valuelist[0].strip().removesuffix("%").rstrip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = formats.parse_cents(typed)
        except formats.NotAnAmount:
            raise ValueError(str(_WRITE_LIKE)) from None
        if not 0 <= self.data <= WHOLE_BP:
            raise ValueError(str(_WRITE_LIKE))


class OnDayForm(PortalForm):
    """A day on which to look at the dated table; sent in the address."""

    class Meta:
        """A view changes nothing: no token in its address."""

        csrf = False

    day = DayField(_("On the day"), required=False)


class ProgrammeForm(PortalForm):
    """Names and default rates of a programme."""

    name_en = TextField(_("Name in English"))
    name_fr = TextField(_("Name in French"))
    funding_rate_bp = RateField(
        _("Funding rate"), description=_("In per cent; the default of new calls.")
    )
    indirect_rate_bp = RateField(
        _("Rate of indirect costs"), description=_("In per cent; the default of new calls.")
    )


class AddProgrammeForm(ProgrammeForm):
    """A new programme."""

    code = TextField(_("Code"), most=20, description=_("Short, in capitals, such as COSME."))


class EditForm(ProgrammeForm):
    """A correction, with its reason."""

    reason = LongTextField(_("Reason"), most=2000)


class ParticipationForm(PortalForm):
    """A new row of the table of participating countries."""

    country = TextField(_("Country"), most=2, description=_("Two letters, such as FR or GR."))
    valid_from = DayField(_("Takes part from"))
    valid_to = DayField(
        _("Takes part until"),
        required=False,
        description=_("The last day, included. Leave it empty if no end is known."),
    )
    source = TextField(
        _("Source"),
        most=500,
        description=_("Where this was read: an agreement, an official notice, with its date."),
    )
