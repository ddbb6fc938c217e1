"""The shape of what people type about a group visit."""

from portal.core.i18n import _
from portal.web.forms import ChoiceField, DayField, LongTextField, PortalForm, TextField


class ProgrammeForm(PortalForm):
    """The days and the programme that all visitors share."""

    title = TextField(_("Title of the group visit"), most=200)
    first_on = DayField(
        _("First day of the programme"),
        description=_("The stay of every visitor must include at least one of these days."),
    )
    last_on = DayField(_("Last day of the programme"))
    objectives = LongTextField(_("Objectives"), required=False, most=4000)
    agenda = LongTextField(
        _("Programme of the days"),
        most=6000,
        description=_(
            "Every member signs it with its own commitment to quality. It can be changed until "
            "the first signature."
        ),
    )


class InviteForm(PortalForm):
    """Which exchange is invited."""

    exchange = ChoiceField(_("Exchange"))


class ApplyForm(PortalForm):
    """Which group an exchange would join."""

    group = ChoiceField(_("Group visit"))


class AdmitForm(PortalForm):
    """A yes."""


class LeaveForm(PortalForm):
    """The end of a place."""


class DeclineForm(PortalForm):
    """Why a place is not taken."""

    reason = LongTextField(
        _("Reason"), most=2000, description=_("The other side reads it, and it stays on record.")
    )
