"""The shape of what people type about a match."""

from portal.core.i18n import _
from portal.exchanges.profiles.states import Part
from portal.exchanges.rules.stay import Journey
from portal.web.forms import DayField, LongTextField, PortalForm, RadioField, WholeNumberField


class ProposeForm(PortalForm):
    """The days of a visit, and a word to the other side."""

    departure_on = DayField(_("Departure"))
    first_on = DayField(
        _("First day at the host"),
        description=_("Travel days do not count; working days are those of the host country."),
    )
    last_on = DayField(_("Last day at the host"))
    return_on = DayField(_("Return"))
    note = LongTextField(
        _("Message"), required=False, most=2000, description=_("The other side reads it.")
    )

    @property
    def journey(self) -> Journey:
        """The four days."""
        given = (
            self.departure_on.data, self.first_on.data, self.last_on.data, self.return_on.data
        )  # fmt: skip
        departure_on, first_on, last_on, return_on = (day for day in given if day is not None)
        return Journey(departure_on, first_on, last_on, return_on)


class CounterForm(ProposeForm):
    """Other days, for one side."""

    part = RadioField(_("I answer for"))


class AcceptForm(PortalForm):
    """One side's agreement to the days as they stand."""

    part = RadioField(_("I answer for"))


class DeclineForm(PortalForm):
    """Why one side says no."""

    part = RadioField(_("I answer for"))
    reason = LongTextField(
        _("Reason"), most=2000, description=_("The other side reads it, and it stays on record.")
    )


class RoundForm(PortalForm):
    """How a round is to be solved."""

    places = WholeNumberField(
        _("Visitors per host"),
        least=1,
        most=20,
        default=1,
        description=_("The most visitors that the round may suggest to one host."),
    )


def side(form: CounterForm | AcceptForm | DeclineForm) -> Part:
    """The side a form answers for."""
    return Part(form.part.data)
