"""The shape of what people type about an edition; distances in whole kilometres, shares in per
cent.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from portal.core import formats
from portal.core.i18n import Text, _, current_language
from portal.core.places import country_name
from portal.exchanges.editions.rules.draft import BOUNDS, Proposed
from portal.exchanges.editions.rules.values import LABELS
from portal.exchanges.rules.terms import Terms
from portal.exchanges.states import EVIDENCE_LABELS, EvidenceKind
from portal.partners.states import KIND_LABELS, OrganisationKind
from portal.web.forms import (
    CentsField,
    DayField,
    LongTextField,
    ManyChoicesField,
    PortalForm,
    TextField,
    TickField,
    WholeNumberField,
)

_WHOLE_BP = 10_000
_M_PER_KM = 1_000
_CEILING = "ceiling_"
_LISTS = ("visitor_kinds", "host_kinds", "evidence_kinds", "reminder_days")


class _HiddenDay(DayField):
    """A day the page carries along."""

    widget = HiddenInput()


class _HiddenText(TextField):
    """A text the page carries along."""

    widget = HiddenInput()


class ShareField(CentsField):
    """A percentage with at most two decimals; data are basis points (50 % is 5000)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, with or without the sign."""
        typed = valuelist[0].strip().removesuffix("%").rstrip() if valuelist else ""
        self.data = None
        if not typed:
            return
        message = _("Enter a percentage between 0 and 100 with at most two decimals, such as 75.")
        try:
            self.data = formats.parse_cents(typed)
        except formats.NotAnAmount:
            raise ValueError(str(message)) from None
        if not 0 <= self.data <= _WHOLE_BP:
            raise ValueError(str(message))


class DaysField(TextField):
    """Several whole numbers of days, "7, 15, 22"; `days` reads them."""

    def __init__(self, label: Text, **kwargs: Any) -> None:
        super().__init__(label, (_whole_numbers,), most=100, **kwargs)

    def process_data(self, value: Any) -> None:
        """Write what is stored."""
        self.data = ", ".join(str(day) for day in value or ())

    @property
    def days(self) -> tuple[int, ...]:
        """The numbers typed, with commas, semicolons or spaces between."""
        return tuple(int(one) for one in _apart(self.data))


def _apart(text: str | None) -> list[str]:
    return (text or "").replace(",", " ").replace(";", " ").split()


def _whole_numbers(_form: Any, field: Field) -> None:
    if any(not one.isascii() or not one.isdecimal() or len(one) > 4 for one in _apart(field.data)):
        raise ValidationError(str(_("Enter whole numbers of days, for example 7, 15, 22.")))


def _number(name: str, description: Text = "") -> WholeNumberField:
    least, most = BOUNDS[name]
    return WholeNumberField(LABELS[name], least=least, most=most, description=description)


def _kinds() -> list[tuple[str, Text]]:
    return [(kind.value, KIND_LABELS[kind]) for kind in OrganisationKind]


def _proofs() -> list[tuple[str, Text]]:
    return [(kind.value, EVIDENCE_LABELS[kind]) for kind in EvidenceKind]


class DraftForm(PortalForm):
    """Every value of an edition; the ceilings follow, one field for each country."""

    #: The fields of the ceilings, set by `draft_form`.
    countries: Sequence[str] = ()

    code = TextField(
        _("Code of the edition"),
        most=24,
        description=_(
            "Keep it to change the terms of the edition in force: exchanges not yet agreed follow. "
            "A new code begins a new edition: exchanges already begun stay in theirs, and every "
            "organisation may visit once more."
        ),
    )
    title_en = TextField(_("Title in English"))
    title_fr = TextField(_("Title in French"))
    valid_from = DayField(
        _("In force from"), description=_("Exchanges agreed earlier keep the terms they have.")
    )
    cap_cents = CentsField(LABELS["cap_cents"])
    whole_from_days = _number("whole_from_days", _("In working days at the host."))
    near_km = WholeNumberField(
        LABELS["near_m"],
        least=BOUNDS["near_m"][0],
        most=BOUNDS["near_m"][1] // _M_PER_KM,
        description=_(
            "In kilometres between the two organisations; 0 if distance is to play no part."
        ),
    )
    shortest_days = _number("shortest_days", _("In working days, without the days of travel."))
    excused_from_days = _number(
        "excused_from_days",
        _("In working days: what a stay cut short lasts at least to earn half all the same."),
    )
    longest_months = _number("longest_months", _("In months."))
    visitor_kinds = ManyChoicesField(LABELS["visitor_kinds"], choices=_kinds)
    host_kinds = ManyChoicesField(LABELS["host_kinds"], choices=_kinds)
    target = _number("target", _("For the scheme as a whole."))
    sme_share_bp = ShareField(LABELS["sme_share_bp"], description=_("In per cent."))
    other_share_bp = ShareField(LABELS["other_share_bp"], description=_("In per cent."))
    evidence_kinds = ManyChoicesField(
        LABELS["evidence_kinds"],
        choices=_proofs,
        description=_("Nobody travels to a virtual exchange: it needs no proof of travel."),
    )
    report_days = _number("report_days", _("In calendar days."))
    reminder_days = DaysField(
        LABELS["reminder_days"],
        required=False,
        description=_("In calendar days, for example 7, 15, 22."),
    )
    signing_days = _number("signing_days", _("In calendar days."))
    virtual_from = DayField(
        LABELS["virtual_from"], required=False, description=_("Leave empty when there is no limit.")
    )
    virtual_until = DayField(
        LABELS["virtual_until"],
        required=False,
        description=_("Leave empty when there is no limit."),
    )
    retention_years = _number("retention_years", _("In years."))
    note = LongTextField(
        _("Why the terms change"),
        required=False,
        most=2000,
        description=_("Whoever publishes reads it, and it stays in the history."),
    )

    @property
    def ceilings(self) -> list[CentsField]:
        """The fields of the ceilings, in the order of the countries' names."""
        return [self[_CEILING + country] for country in self.countries]

    def proposed(self) -> Proposed:
        """What was typed, as the rules take it; a ceiling left empty is left as it is."""
        typed = self.values()
        same = {name: typed[name] for name in LABELS if name not in ("near_m", *_LISTS)}
        terms = Terms(
            edition=typed["code"].upper(),
            near_m=typed["near_km"] * _M_PER_KM,
            visitor_kinds=tuple(OrganisationKind(kind) for kind in typed["visitor_kinds"]),
            host_kinds=tuple(OrganisationKind(kind) for kind in typed["host_kinds"]),
            reminder_days=self.reminder_days.days,
            evidence_kinds=tuple(EvidenceKind(kind) for kind in typed["evidence_kinds"]),
            **same,
        )
        ceilings = {country: typed[_CEILING + country] for country in self.countries}
        return Proposed(
            terms,
            typed["title_en"],
            typed["title_fr"],
            typed["valid_from"],
            {country: cents for country, cents in ceilings.items() if cents is not None},
        )


def draft_form(countries: Sequence[str]) -> type[DraftForm]:
    """The form of a draft with a ceiling for each of the countries (ISO codes)."""
    language = current_language()
    ordered = sorted(countries, key=lambda code: country_name(code, language))
    fields: dict[str, Any] = {"countries": tuple(ordered)}
    for country in ordered:
        fields[_CEILING + country] = CentsField(country_name(country, language), required=False)
    return type("DraftFormOfCountries", (DraftForm,), fields)


def suggested(proposed: Proposed, ceilings: Mapping[str, int], *, note: str = "") -> dict[str, Any]:
    """A proposed edition as the form shows it; `ceilings` in cents are those it would have."""
    terms = proposed.terms
    names = [name for name in LABELS if name != "near_m"]
    return {
        **{name: getattr(terms, name) for name in names},
        "near_km": terms.near_m // _M_PER_KM,
        "code": terms.edition,
        "title_en": proposed.title_en,
        "title_fr": proposed.title_fr,
        "valid_from": proposed.valid_from,
        "note": note,
        **{_CEILING + country: cents for country, cents in ceilings.items()},
    }


class PeriodForm(PortalForm):
    """Which visits a replay looks at; changes nothing."""

    class Meta:
        """Sent as part of an address, so it carries no token."""

        csrf = False

    first_on = DayField(_("Visits that began from"))
    last_on = DayField(_("until"))


class PublishForm(PortalForm):
    """The publication of a draft whose replay was shown."""

    # The form of the period stands on the same page.
    first_on = _HiddenDay("", id="replayed-first-on")
    last_on = _HiddenDay("", id="replayed-last-on")
    seen = _HiddenText("")
    checked = TickField(
        _("I have read the changes and the replay. The edition cannot be changed afterwards.")
    )


class DiscardForm(PortalForm):
    """Why a draft is given up."""

    reason = LongTextField(_("Reason"), most=2000, description=_("It stays in the history."))
