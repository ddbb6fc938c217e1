"""What is lent to whom, from when to when; why a delegation ends."""

from portal.core.i18n import _
from portal.web.forms import CentsField, ChoiceField, DayField, LongTextField, PortalForm


class ProposeForm(PortalForm):
    """A right, a person, two days and a ceiling."""

    role = ChoiceField(_("Role to be lent"))
    delegate = ChoiceField(_("To whom"), description=_("Somebody else of the staff."))
    starts_on = DayField(_("First day"))
    ends_on = DayField(_("Last day"), description=_("Included."))
    ceiling_cents = CentsField(
        _("Ceiling for each payment"), description=_("In euros; a payment of exactly this is in.")
    )
    reason = LongTextField(
        _("Reason"), most=1000, description=_("For example leave or a mission; it is kept.")
    )


class ReasonForm(PortalForm):
    """Why a delegation is declined or revoked."""

    reason = LongTextField(_("Reason"), most=1000, description=_("Both people read it."))
