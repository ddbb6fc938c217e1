"""The file, the payment an entry means, and why an entry is set aside."""

from portal.core.i18n import _
from portal.web.forms import LongTextField, PortalForm, TextField, UploadField


class TakeInForm(PortalForm):
    """A file of the bank."""

    file = UploadField(
        _("File of the bank"),
        description=_(
            "A status report (pain.002), an account statement (camt.053) or a notification "
            "(camt.054), as XML, at most 5 MB."
        ),
    )


class AttributeForm(PortalForm):
    """Which payment is meant."""

    payment = TextField(
        _("Reference of the payment"), most=24, description=_("For example PAY-2026-0012.")
    )


class DismissForm(PortalForm):
    """Why an entry concerns no payment of ours."""

    reason = LongTextField(
        _("Reason"), most=2000, description=_("The reason is kept with the entry.")
    )
