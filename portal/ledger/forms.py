"""The day of an "as of" view, and the reason of a reversal."""

from portal.core.i18n import _
from portal.web.forms import DayField, LongTextField, PortalForm


class AsOfForm(PortalForm):
    """A day of the past; sent in the address, so that the view can be kept and shared."""

    class Meta:
        """A view changes nothing: no token in its address."""

        csrf = False

    day = DayField(_("As of the end of"), required=False)


class ReverseForm(PortalForm):
    """Why a posting is undone."""

    reason = LongTextField(
        _("Reason"), description=_("It stays in the books with the reversal."), most=2000
    )
