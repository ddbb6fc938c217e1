"""Forms about organisations."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from portal.core import places
from portal.core.i18n import Text, _, current_language
from portal.partners.rules import names, seats
from portal.partners.states import (
    ECCP_LABELS,
    KIND_LABELS,
    EccpProfile,
    OrganisationKind,
)
from portal.web.forms import (
    ChoiceField,
    DayField,
    EmailField,
    LongTextField,
    PortalForm,
    TextField,
    TickField,
    WholeNumberField,
)

Word = TypeVar("Word", bound=StrEnum)


def countries() -> list[tuple[str, str]]:
    """The countries served, by name in the reader's language."""
    language = current_language()
    named = [(code, places.country_name(code, language)) for code in seats.COUNTRIES]
    return sorted(named, key=lambda pair: names.fold(pair[1]))


def word_of(kind: type[Word]) -> Callable[[object], object]:
    """How a list reads its values: as words of the enum; anything else stays and is refused."""

    def read(value: object) -> object:
        return kind(str(value)) if value in set(kind) else value

    return read


class DegreesField(WholeNumberField):
    """Decimal degrees such as 48.8566; data are millionths of a degree."""

    def __init__(self, label: Text, *, most_degrees: int, **kwargs: Any) -> None:
        limit = most_degrees * 1_000_000
        super().__init__(label, least=-limit, most=limit, **kwargs)
        self.most_degrees = most_degrees

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else seats.degrees_text(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, with a dot or a comma."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = seats.degrees(valuelist[0], most=self.most_degrees)
        except ValueError:
            message = _(
                "Enter decimal degrees between -%(most)s and %(most)s, for example 48.8566.",
                most=self.most_degrees,
            )
            raise ValueError(str(message)) from None


class OrganisationForm(PortalForm):
    """Everything people say of an organisation."""

    legal_name = TextField(_("Legal name"), description=_("As in the register of companies."))
    short_name = TextField(_("Short name"), most=60, required=False)
    kind = ChoiceField(
        _("Type of organisation"),
        choices=[("", _("Choose a type")), *KIND_LABELS.items()],
        coerce=word_of(OrganisationKind),
    )
    country = ChoiceField(
        _("Country of the seat"), choices=lambda: [("", _("Choose a country")), *countries()]
    )
    town = TextField(
        _("Town"),
        most=100,
        description=_("The coordinates of some 400 towns are known; for others type them below."),
        render_kw={"list": "towns", "autocomplete": "off"},
    )
    street = TextField(_("Street and number"), most=140, required=False)
    postcode = TextField(_("Postcode"), most=16, required=False)
    region = TextField(
        _("NUTS 2 region"), most=4, required=False, description=_("For example FRE1 or BE32.")
    )
    latitude_e6 = DegreesField(
        _("Latitude"),
        most_degrees=90,
        required=False,
        description=_("Leave empty for the centre of a known town. North is positive."),
    )
    longitude_e6 = DegreesField(
        _("Longitude"),
        most_degrees=180,
        required=False,
        description=_("East is positive, west negative."),
    )
    registration_number = TextField(
        _("Registration number"),
        most=40,
        required=False,
        description=_("In France the SIREN (9 digits) or the SIRET (14 digits)."),
    )
    vat_number = TextField(
        _("VAT number"), most=24, required=False, description=_("For example FR 03 552 081 317.")
    )
    pic = TextField(
        _("PIC"),
        most=16,
        required=False,
        description=_("Participant Identification Code of the European funding portal, 9 digits."),
    )
    eccp_profile = ChoiceField(
        _("Profile on the European Cluster Collaboration Platform"),
        choices=list(ECCP_LABELS.items()),
        coerce=word_of(EccpProfile),
        default=EccpProfile.NO,
    )
    legal_group = TextField(
        _("Legal group"),
        most=100,
        required=False,
        description=_(
            "The name of the group of companies, if there is one: visits inside a group are "
            "not funded."
        ),
    )
    not_a_duplicate = TickField(_("I have checked: this is another organisation"), required=False)


class EditForm(OrganisationForm):
    """As above, and which version of the organisation the person is looking at."""

    seen_version = IntegerField(widget=HiddenInput())


class VerifyForm(PortalForm):
    """What the officer has compared."""

    exclusion_checked = TickField(
        _("I have consulted the early detection and exclusion system (EDES)")
    )
    note = LongTextField(
        _("Note"),
        most=1000,
        required=False,
        description=_("What was compared: register, VAT database, web site. Members can read it."),
    )


class ReasonForm(PortalForm):
    """Why an organisation is suspended or reinstated; its members read it."""

    reason = LongTextField(
        _("Reason"), most=1000, description=_("The members of the organisation read it.")
    )


class MemberForm(PortalForm):
    """A person who may act for the organisation from today on."""

    email = EmailField(
        _("E-mail address of the person"),
        description=_("The person needs an account on this portal."),
    )


class LinkClusterForm(PortalForm):
    """Of which cluster or network the organisation is a member, and since when."""

    cluster = ChoiceField(_("Cluster or network"))
    valid_from = DayField(_("Member since"))

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """The clusters to choose from, by reference."""
        self.cluster.choices = [("", _("Choose a cluster")), *choices]


class UnlinkClusterForm(PortalForm):
    """When the membership of a cluster ended."""

    valid_to = DayField(_("Last day of the membership"))
