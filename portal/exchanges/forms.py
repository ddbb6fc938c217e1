"""The shape of what people type about an exchange."""

from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from portal.core.i18n import Text, _
from portal.exchanges.rules.attendance import DIGITS
from portal.exchanges.rules.closing import SATISFACTION
from portal.exchanges.rules.eligibility import RESIDENCE_DAYS
from portal.exchanges.rules.stay import Journey
from portal.exchanges.states import ACTIVITY_LABELS, ActivityType
from portal.web.forms import (
    CentsField,
    ChoiceField,
    DayField,
    LongTextField,
    ManyChoicesField,
    PortalForm,
    RadioField,
    TextField,
    TickField,
    UploadField,
    WholeNumberField,
)


class _HiddenNumber(WholeNumberField):
    """A whole number the page carries along, like the amount that was shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("", most=1_000_000_000, required=False, **kwargs)
        self.widget = HiddenInput()


class _HiddenDay(DayField):
    """A day the page carries along."""

    widget = HiddenInput()


class _HiddenText(TextField):
    """A text the page carries along."""

    widget = HiddenInput()


def _activities() -> list[tuple[str, Text]]:
    return [(kind.value, ACTIVITY_LABELS[kind]) for kind in ActivityType]


def _digits(typed: str) -> str:
    return "".join(typed.split())


def _six_digits(_form: Any, field: Field) -> None:
    typed = _digits(field.data)
    if not (typed.isascii() and typed.isdigit() and len(typed) == DIGITS):
        raise ValidationError(str(_("Type the six digits of the code.")))


class VisitForm(PortalForm):
    """Days, objectives and agenda of a visit."""

    virtual = TickField(
        _("This is a virtual exchange"),
        required=False,
        description=_(
            "Nobody travels and nothing is paid. It does not use up the right to one visit."
        ),
    )
    departure_on = DayField(
        _("Departure"),
        description=_("The day on which the traveller leaves. Everything is signed before it."),
    )
    first_on = DayField(
        _("First day at the host"),
        description=_("Travel days do not count; working days are those of the host country."),
    )
    last_on = DayField(_("Last day at the host"))
    return_on = DayField(_("Return"))
    objectives = LongTextField(
        _("Objectives"),
        required=False,
        description=_("What both sides want to have achieved at the end."),
    )
    activities = ManyChoicesField(_("Types of activity"), required=False, choices=_activities)
    agenda = LongTextField(
        _("Agenda"), required=False, description=_("What happens on which day, and where.")
    )


class StartForm(VisitForm):
    """A new exchange: who visits whom, under which partnerships."""

    visitor = TextField(
        _("Visiting organisation"),
        description=_("Its reference (ORG-…) or its name. It travels and receives the lump sum."),
    )
    host = TextField(
        _("Host organisation"),
        description=_("Its reference (ORG-…) or its name. It is established in another country."),
    )
    project = ChoiceField(
        _("Visitor’s partnership"),
        description=_("It pays the lump sum, and the exchange counts for it alone."),
    )
    host_project = ChoiceField(
        _("Host’s partnership"),
        description=_("It signs too; the exchange does not count for it. May be the same."),
    )


class SignForm(PortalForm):
    """One party's signature."""

    fingerprint = _HiddenText("")
    party = RadioField(_("I sign for"))
    traveller_entitled = TickField(
        _(
            "The person who travels is a national of a participating country, or has lived in one "
            "for %(days)s days with a residence permit and runs or intends to start a business "
            "there.",
            days=RESIDENCE_DAYS,
        ),
        required=False,
        description=_("Declared by the visiting organisation only."),
    )
    agreed = TickField(_("I have read the commitment to quality and sign it."))


class WaiveForm(PortalForm):
    """A waiver for a host without a cluster."""

    requested_by = TextField(_("Requested by"), description=_("Who asked for the waiver."))
    reason = LongTextField(_("Reason"), most=2000)


class ApproveForm(PortalForm):
    """The approval of an amount that was shown."""

    seen_cents = _HiddenNumber()
    note = LongTextField(
        _("Note"), required=False, most=2000, description=_("Kept in the history of the exchange.")
    )


class ProposeOverrideForm(PortalForm):
    """Why an exchange should be approved though the minima are out of reach then."""

    reason = LongTextField(
        _("Reason"),
        most=2000,
        description=_("Another person decides on it. It stays in the history."),
    )


class GrantOverrideForm(PortalForm):
    """The decision to let the quota be overridden once."""

    note = LongTextField(
        _("Note"), required=False, most=2000, description=_("Kept in the history of the exchange.")
    )


class AmendForm(PortalForm):
    """Other days and agenda for an agreed visit, and why."""

    departure_on = DayField(_("Departure"))
    first_on = DayField(_("First day at the host"))
    last_on = DayField(_("Last day at the host"))
    return_on = DayField(_("Return"))
    agenda = LongTextField(_("Agenda"), description=_("What happens on which day, and where."))
    reason = LongTextField(
        _("Reason"),
        most=2000,
        description=_("Host and partnership read it, and it stays in the history."),
    )
    #: The fingerprint of the preview, which only the page that shows one fills in.
    seen = _HiddenText("", required=False)

    @property
    def journey(self) -> Journey:
        """The days typed, once the form is valid."""
        days = (self.departure_on, self.first_on, self.last_on, self.return_on)
        return Journey(*(one.data for one in days if one.data is not None))


class AcceptAmendmentForm(PortalForm):
    """One party’s signature under an amendment."""

    fingerprint = _HiddenText("")
    party = RadioField(_("I accept for"))
    agreed = TickField(_("I have read the amendment and accept it."))


class AcceptForm(PortalForm):
    """The visitor's signature under the financial agreement."""

    seen_cents = _HiddenNumber()
    agreed = TickField(_("I have read the financial agreement and accept it."))


class ConcludeForm(PortalForm):
    """The partnership's signature under the financial agreement."""

    agreed = TickField(_("I conclude the financial agreement for the partnership."))


class CodeForm(PortalForm):
    """The code the visitor shows, as the host types it."""

    code = TextField(
        _("Code"),
        (_six_digits,),
        most=12,
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
        description=_("The six digits on the visitor’s page of this exchange."),
    )
    day = DayField(_("Day"), description=_("The day on which the visitor came, or left."))

    def values(self) -> dict[str, Any]:
        """The code without the spaces in between, and the day."""
        return {"code": _digits(self.code.data), "day": self.day.data}


class ReportForm(PortalForm):
    """One side's closing report."""

    side = RadioField(_("I report for"))
    first_on = DayField(_("First day actually spent at the host"))
    last_on = DayField(_("Last day actually spent at the host"))
    activities = LongTextField(_("What was done"))
    results = LongTextField(_("What came of it"))
    follow_up = LongTextField(
        _("What happens next"), description=_("Joint projects, contracts, further contacts.")
    )
    satisfaction = RadioField(
        _("How satisfied are you?"),
        choices=[(str(answer), str(answer)) for answer in SATISFACTION],
        description=_("From 1 (not at all) to 5 (fully)."),
    )
    travel = UploadField(
        _("Proof of travel"),
        required=False,
        description=_("Boarding pass, ticket or invoice; amounts do not matter. At most 10 MB."),
    )
    presence = UploadField(
        _("Proof of presence"),
        required=False,
        description=_(
            "Attendance sheet signed by the host, hotel invoice or dated photo. At most 10 MB."
        ),
    )


class ValidateForm(PortalForm):
    """The validation of days and amount that were shown."""

    first_on = _HiddenDay("")
    last_on = _HiddenDay("")
    seen_cents = _HiddenNumber()
    checked = TickField(_("I have checked the days, the place and the evidence."))
    note = LongTextField(
        _("Note"), required=False, most=2000, description=_("Kept in the history of the exchange.")
    )


class DaysForm(PortalForm):
    """Other days, to see what they would earn; changes nothing."""

    class Meta:
        """Sent as part of an address, so it carries no token."""

        csrf = False

    first_on = DayField(_("First day actually spent at the host"))
    last_on = DayField(_("Last day actually spent at the host"))


class ReasonForm(PortalForm):
    """Why something is sent back, refused or called off."""

    reason = LongTextField(
        _("Reason"),
        most=2000,
        description=_("Everybody concerned reads it, and it stays in the history."),
    )


class TermsForm(PortalForm):
    """A partnership's own terms from a day on."""

    amount_cents = CentsField(
        _("Amount of the partnership"),
        required=False,
        description=_(
            "Before halving; leave it empty when only the cap and the host country decide."
        ),
    )
    shortest_days = WholeNumberField(
        _("Shortest stay in working days"),
        required=False,
        least=1,
        most=31,
        description=_("Only if it is longer than the scheme asks for."),
    )
    target = WholeNumberField(_("Target number of exchanges"), least=1, most=100_000)
    valid_from = DayField(
        _("In force from"), description=_("Exchanges agreed earlier keep the terms they have.")
    )
