"""Forms about bank accounts."""

from portal.core.i18n import _
from portal.web.forms import (
    LongTextField,
    MomentField,
    PortalForm,
    TextField,
    TickField,
    UploadField,
)


class ProposeForm(PortalForm):
    """An account with a document of the bank."""

    holder = TextField(
        _("Holder of the account"), most=140, description=_("As the bank writes it.")
    )
    iban = TextField(
        _("IBAN"),
        most=60,
        description=_(
            "For example FR14 2004 1010 0505 0001 3M02 606; spaces do not count. The portal pays "
            "by SEPA transfer only: give an account in the SEPA area."
        ),
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
    shared_reason = LongTextField(
        _("Why another organisation uses the same account"),
        most=1000,
        required=False,
        description=_("It is kept with the account and in its trail."),
    )


class LiftForm(PortalForm):
    """The call-back that confirmed the change of account."""

    called_name = TextField(
        _("Whom you spoke to"),
        most=200,
        description=_("A person of the organisation who may speak for its money."),
    )
    called_number = TextField(
        _("Number you called"),
        most=40,
        description=_(
            "One that you knew before the change: from an agreement or a public register, never "
            "from the proposal of the account or from a mail about it."
        ),
        render_kw={"type": "tel", "autocomplete": "off"},
    )
    called_at = MomentField(_("When you called"), description=_("Brussels time."))
    note = LongTextField(
        _("What was said"),
        most=1000,
        description=_("The members of the organisation can read it."),
    )


class ReasonForm(PortalForm):
    """Why an account is frozen or retired."""

    reason = LongTextField(
        _("Reason"), most=1000, description=_("The members of the organisation read it.")
    )
