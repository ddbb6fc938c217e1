"""Search of the trail."""

from portal.core.i18n import _
from portal.web.forms import CentsField, ChoiceField, DayField, PortalForm, TextField


class SearchForm(PortalForm):
    """Conditions, all optional; sent in the address, so that a search can be kept and shared."""

    class Meta:
        """A search changes nothing: no token in its address."""

        csrf = False

    subject = TextField(_("Reference"), required=False, most=40)
    actor = TextField(_("Person"), required=False, most=100)
    verb = ChoiceField(_("Action"), required=False)
    least_cents = CentsField(_("Amount from"), required=False)
    most_cents = CentsField(_("Amount to"), required=False)
    from_on = DayField(_("From"), required=False)
    to_on = DayField(_("To"), required=False)
