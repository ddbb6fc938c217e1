"""The shape of what people type about a profile."""

from itertools import chain
from typing import Any

from portal.calls.proposals.rules.themes import INDUSTRIAL_ECOSYSTEMS, THEMATIC_AREAS
from portal.core.i18n import Text, _, current_language, p_
from portal.core.places import country_name, language_name
from portal.exchanges.profiles.rules import (
    ANSWER_DAYS,
    KEPT_MONTHS,
    LANGUAGES,
    LONGEST_MOTIVATION,
    MOST_PERIODS,
    Answers,
    Period,
)
from portal.exchanges.profiles.states import (
    ACTIVITY_LABELS,
    OBJECTIVE_LABELS,
    WishKind,
)
from portal.partners.rules import names
from portal.partners.rules.seats import COUNTRIES
from portal.partners.states import KIND_LABELS
from portal.web.forms import (
    ChoiceField,
    DayField,
    LongTextField,
    ManyChoicesField,
    PortalForm,
    RadioField,
    TickField,
    UploadField,
)

#: The fields that hold wishes.
_WISHES = {
    "objectives": WishKind.OBJECTIVE,
    "activities": WishKind.ACTIVITY,
    "languages": WishKind.LANGUAGE,
    "countries": WishKind.COUNTRY,
    "host_kinds": WishKind.HOST_KIND,
}


def countries() -> list[tuple[str, Text]]:
    """The countries served, by name in the reader's language."""
    named = [(code, country_name(code, current_language())) for code in COUNTRIES]
    return sorted(named, key=lambda pair: names.fold(pair[1]))


def languages() -> list[tuple[str, Text]]:
    """The working languages on offer, by name in the reader's language."""
    named = [(code, language_name(code, current_language())) for code in LANGUAGES]
    return sorted(named, key=lambda pair: names.fold(pair[1]))


class EditForm(PortalForm):
    """Everything a profile says."""

    visits = TickField(
        _("We would like to visit"),
        required=False,
        description=_("One physical visit per organisation in the whole scheme."),
    )
    hosts = TickField(
        _("We would like to host"),
        required=False,
        description=_("As often as you like, several visitors at a time if you wish."),
    )
    sectors = ManyChoicesField(
        _("Sectors"), choices=lambda: list(INDUSTRIAL_ECOSYSTEMS.items()), required=False
    )
    themes = ManyChoicesField(
        _("Thematic areas"),
        choices=lambda: list(THEMATIC_AREAS.items()),
        required=False,
        description=_("Narrower than a sector; they count with the sectors when you are matched."),
    )
    objectives = ManyChoicesField(
        _("Objectives"),
        choices=lambda: [(key.value, label) for key, label in OBJECTIVE_LABELS.items()],
        required=False,
    )
    activities = ManyChoicesField(
        _("Types of activity"),
        choices=lambda: [(key.value, label) for key, label in ACTIVITY_LABELS.items()],
        required=False,
    )
    languages = ManyChoicesField(_("Working languages"), choices=languages, required=False)
    countries = ManyChoicesField(
        _("Preferred countries"),
        choices=countries,
        required=False,
        description=_("For a visit. Choose none if any country suits you."),
    )
    host_kinds = ManyChoicesField(
        _("Preferred kinds of host"),
        choices=lambda: [(key.value, label) for key, label in KIND_LABELS.items()],
        required=False,
        description=_("For a visit. Choose none if any kind suits you."),
    )
    first_on_1 = DayField(_("First period: from"), required=False)
    last_on_1 = DayField(_("First period: to"), required=False)
    first_on_2 = DayField(_("Second period: from"), required=False)
    last_on_2 = DayField(_("Second period: to"), required=False)
    first_on_3 = DayField(_("Third period: from"), required=False)
    last_on_3 = DayField(_("Third period: to"), required=False)
    motivation = LongTextField(
        _("Motivation"),
        required=False,
        most=LONGEST_MOTIVATION,
        description=_("A few sentences: what you look for and what you can offer."),
    )
    cv = UploadField(
        _("CV of the person who would travel"),
        required=False,
        description=_(
            "For a visit. Read by you and by the partnership only, never sent by e-mail. At most "
            "10 MB."
        ),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the shape is right: a period has both days or none."""
        right = bool(super().validate(extra_validators))
        for first, last in self._days():
            given = bool(first.data), bool(last.data)
            for field, there, other in ((first, *given), (last, *reversed(given))):
                if other and not there and not field.errors:
                    field.errors = [str(_("Give both days of the period."))]
                    right = False
        return right

    def answers(self) -> Answers:
        """What was typed, as the operations take it."""
        wishes = {kind: tuple(self[name].data or ()) for name, kind in _WISHES.items()}
        wishes[WishKind.SECTOR] = (*(self.sectors.data or ()), *(self.themes.data or ()))
        periods = [(first.data, last.data) for first, last in self._days()]
        return Answers(
            visits=bool(self.visits.data),
            hosts=bool(self.hosts.data),
            motivation=self.motivation.data or "",
            periods=tuple(Period(first, last) for first, last in periods if first and last),
            wishes=wishes,
        )

    def _days(self) -> list[tuple[Any, Any]]:
        numbers = range(1, MOST_PERIODS + 1)
        return [(self[f"first_on_{n}"], self[f"last_on_{n}"]) for n in numbers]


class StartForm(EditForm):
    """A new profile: whose it is, and what it says."""

    organisation = ChoiceField(_("Organisation"))


class SubmitForm(PortalForm):
    """To whom the profile goes."""

    project = RadioField(
        _("Partnership"),
        description=_("It answers within %(days)s working days.", days=ANSWER_DAYS),
    )
    agreed = TickField(
        _(
            "The partnership may read this profile and the CV. They are kept for %(months)s "
            "months, or with the grant once a match is confirmed.",
            months=KEPT_MONTHS,
        )
    )


class AgreeForm(PortalForm):
    """A step that needs no words."""


class ReasonForm(PortalForm):
    """Why a profile is sent back, rejected or suspended."""

    reason = LongTextField(
        _("Reason"), most=2000, description=_("The organisation reads it, and it stays on record.")
    )


class CheckForm(PortalForm):
    """A minute's questions: may we take part, and as what? Sent as part of an address."""

    class Meta:
        """Read only, so it carries no token."""

        csrf = False

    kind = RadioField(
        _("What are you?"), choices=lambda: [(key.value, label) for key, label in _kinds()]
    )
    country = ChoiceField(
        _("Where is the organisation registered?"),
        choices=lambda: [("", _("Choose a country")), *countries()],
        description=_("The seat decides, nobody’s nationality."),
    )
    in_cluster = RadioField(
        _("Are you a member of a cluster with a profile on the cluster platform (ECCP)?"),
        choices=[("yes", p_("answer", "Yes")), ("no", _("No, or I do not know"))],
    )
    visited = RadioField(
        _("Has your organisation already made its visit?"),
        choices=[("no", p_("answer", "No")), ("yes", p_("answer", "Yes"))],
        default="no",
    )


def field_data(answers: Answers) -> dict[str, object]:
    """What a profile says, as the fields of its form take it."""
    tags = answers.wished(WishKind.SECTOR)
    numbered = enumerate(answers.periods[:MOST_PERIODS], start=1)
    pairs = chain.from_iterable(
        ((f"first_on_{n}", period.first_on), (f"last_on_{n}", period.last_on))
        for n, period in numbered
    )
    return {
        "visits": answers.visits,
        "hosts": answers.hosts,
        "motivation": answers.motivation,
        "sectors": [code for code in tags if code in INDUSTRIAL_ECOSYSTEMS],
        "themes": [code for code in tags if code in THEMATIC_AREAS],
        **{name: list(answers.wished(kind)) for name, kind in _WISHES.items()},
        **dict(pairs),
    }


def _kinds() -> list[tuple[Any, Text]]:
    return [(kind, label) for kind, label in KIND_LABELS.items()]
