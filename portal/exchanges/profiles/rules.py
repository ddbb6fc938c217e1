"""What a profile must say, which partnership fits it, when it is answered and how long it is kept.

Pure functions of plain values; the day is always an argument.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from portal.core import days, formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.exchanges.profiles.states import Why, WishKind

#: The partnership answers within so many working days (domain 2.6, CXC-T02).
ANSWER_DAYS = 10
#: The partnership is reminded so many working days before its last day (our assumption).
ANSWER_REMINDERS = (3, 0)
#: Whose holidays those days skip: the programme's day is Brussels'.
ANSWER_CALENDAR = "BE"
#: Profiles that came to no match are kept so many months after the last step (domain DP-2).
KEPT_MONTHS = 12
#: Periods of availability on one profile.
MOST_PERIODS = 3
#: Longest motivation, in characters: a short text, not a file.
LONGEST_MOTIVATION = 2000
#: Fewest working days of a visit (domain 2.4, CXC-D01); a shorter period offers no visit.
SHORTEST_DAYS = 3
#: Working languages on offer, ISO codes.
LANGUAGES = (
    *("en", "fr", "de", "es", "it", "pt", "nl", "pl", "ro", "el", "bg", "cs"),
    *("hu", "sv", "fi", "da", "hr", "sk", "sl", "lt", "lv", "et", "tr", "uk"),
)
#: What each reason for a partnership weighs: one's own cluster first, then sector, then place.
WEIGHTS = {Why.CLUSTER: 8, Why.SECTOR: 4, Why.REGION: 2, Why.COUNTRY: 1}


@dataclass(frozen=True)
class Period:
    """Days on which a visit could take place, both included."""

    first_on: date
    last_on: date


@dataclass(frozen=True)
class Answers:
    """Everything a profile says, as plain values; codes are those of `states` and of the themes."""

    visits: bool
    hosts: bool
    motivation: str = ""
    periods: tuple[Period, ...] = ()
    #: Chosen codes by kind of wish.
    wishes: dict[WishKind, tuple[str, ...]] = field(default_factory=dict)

    def wished(self, kind: WishKind) -> tuple[str, ...]:
        """The chosen codes of one kind."""
        return self.wishes.get(kind, ())


@dataclass(frozen=True)
class Partnership:
    """A partnership as the suggestion sees it: what it works on and where its members are."""

    ref: str
    acronym: str
    themes: frozenset[str]
    countries: frozenset[str]
    regions: frozenset[str]
    members: frozenset[int]


@dataclass(frozen=True)
class Suggestion:
    """A partnership with the reasons for it, best reason first; none when nothing speaks for it."""

    ref: str
    reasons: tuple[Why, ...]

    @property
    def points(self) -> int:
        """What its reasons weigh together."""
        return sum(WEIGHTS[reason] for reason in self.reasons)


def answer_due_on(submitted: date) -> date:
    """The last day for the partnership's answer (CXC-T02)."""
    return days.add_working_days(submitted, ANSWER_DAYS, ANSWER_CALENDAR)


def reminders_due(due_on: date, *, today: date) -> int:
    """How many reminders of an answer should have gone out by a day (CXC-T02)."""
    moments = (days.add_working_days(due_on, -ahead, ANSWER_CALENDAR) for ahead in ANSWER_REMINDERS)
    return sum(today >= moment for moment in moments)


def kept_until(day: date) -> date:
    """The last day a profile without a match is kept after a step on `day` (DP-2)."""
    return days.add_months(day, KEPT_MONTHS)


def shape_faults(answers: Answers) -> Iterator[Fault]:
    """What cannot even be kept as a draft: no part at all, days in the wrong order."""
    if not answers.visits and not answers.hosts:
        yield Fault(_("Choose whether you would like to visit, to host, or both."), "visits", "2.6")
    for number, period in enumerate(answers.periods, start=1):
        if period.last_on < period.first_on:
            yield Fault(
                _("The last day lies before the first one."), f"last_on_{number}", "CXC-D07"
            )
    ordered = sorted(answers.periods, key=lambda period: period.first_on)
    for earlier, later in pairwise(ordered):
        if later.first_on <= earlier.last_on:
            yield Fault(
                _(
                    "The periods %(first)s and %(second)s overlap. Make one of them.",
                    first=formats.day_range(earlier.first_on, earlier.last_on),
                    second=formats.day_range(later.first_on, later.last_on),
                ),
                "first_on_1",
                "2.8",
            )


def missing(answers: Answers, *, has_cv: bool, today: date) -> Iterator[Fault]:
    """What a profile lacks before a partnership can answer it (domain 2.6, 2.8)."""
    asked = {
        WishKind.SECTOR: _("Choose at least one sector."),
        WishKind.OBJECTIVE: _("Choose at least one objective."),
        WishKind.ACTIVITY: _("Choose at least one type of activity."),
        WishKind.LANGUAGE: _("Choose at least one working language."),
    }
    for kind, message in asked.items():
        if not answers.wished(kind):
            yield Fault(message, None, "2.8")
    if not answers.motivation:
        yield Fault(_("Say in a few sentences why you take part."), None, "2.7")
    if not any(period.last_on >= today for period in answers.periods):
        yield Fault(_("Name at least one period in which a visit could take place."), None, "2.8")
    if answers.visits and not has_cv:
        yield Fault(_("Add the CV of the person who would travel."), None, "2.7")


def suggest(
    partnerships: Iterable[Partnership],
    *,
    sectors: Sequence[str],
    country: str,
    region: str,
    clusters: frozenset[int],
) -> list[Suggestion]:
    """The partnerships, the one with the best reasons first, then by name (domain 2.6, 2.12).

    `clusters` are the clusters the organisation belongs to, itself included.
    """
    found = []
    for one in sorted(partnerships, key=lambda one: (one.acronym, one.ref)):
        holds = {
            Why.CLUSTER: bool(one.members & clusters),
            Why.SECTOR: bool(one.themes.intersection(sectors)),
            Why.REGION: bool(region) and region in one.regions,
            Why.COUNTRY: country in one.countries,
        }
        found.append(Suggestion(one.ref, tuple(why for why, true in holds.items() if true)))
    return sorted(found, key=lambda suggestion: -suggestion.points)
