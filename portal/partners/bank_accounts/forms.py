"""Forms about bank accounts."""

from portal.core.i18n import _
from portal.web.forms import LongTextField, PortalForm, TextField, TickField, UploadField


class ProposeForm(PortalForm):
    """An account with a document of the bank."""

    holder = TextField(
        _("Holder of the account"), most=140, description=_("As the bank writes it.")
    )
    iban = TextField(
        _("IBAN"),
        most=60,
        description=_("For example FR14 2004 1010 0505 0001 3M02 606; spaces do not count."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    bic = TextField(
        _("BIC"),
        most=20,
        required=False,
        description=_("8 or 11 letters and digits; banks in the SEPA area do not need it."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    evidence = UploadField(
        _("Document of the bank"),
        description=_(
            "A statement of account details, a cancelled cheque or a letter of the bank that "
            "shows holder and IBAN: PDF, PNG, JPEG or DOCX, at most 10 MB."
        ),
    )


class ValidateForm(PortalForm):
    """What the person who vouches for the account has compared."""

    compared = TickField(_("I have compared holder and IBAN with the document of the bank"))
    shared_account_checked = TickField(
        _("I have found out why another organisation uses the same account"), required=False
    )


class ReasonForm(PortalForm):
    """Why an account is frozen or retired."""

    reason = LongTextField(
        _("Reason"), most=1000, description=_("The members of the organisation read it.")
    )
