"""When a survey is asked and closed, what an answer must say, and which figures may be shown."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from portal.core import formats
from portal.core.days import add_months
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.exchanges.surveys.states import Contact

#: From which last day at the host on a visit is followed up after how many months (assumption:
#: half a year for first effects, a year for contracts and projects; domain 2.10 asks for no date).
ROUNDS: tuple[tuple[date, tuple[int, ...]], ...] = ((date(2020, 1, 1), (6, 12)),)
#: An answer is taken for so many calendar days, the last one included (assumption).
ANSWER_DAYS = 30
#: Who has not answered is reminded once, so many calendar days after the question (assumption).
REMINDER_DAYS = 14
#: A survey that could not be asked within so many calendar days of its day is left out: an answer
#: of the ninth month is none of the sixth (assumption).
ASK_WITHIN_DAYS = 60
#: Figures that rest on fewer answers than this are not shown (assumption; usual in statistics).
LEAST_ANSWERS = 5
#: Most that one answer may count of anything, so that a slip of the finger is noticed.
MOST_COUNTED = 999
#: Satisfaction runs from 1 (not at all) to 5 (fully), as in the closing reports (domain 2.7).
SATISFACTION = range(1, 6)

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Answers:
    """What one side says came of the visit so far; the amount is in cents."""

    contact: Contact
    #: Projects and proposals the two organisations have begun together.
    projects: int
    #: Contracts and orders this side has won thanks to the visit, and their amount if it is told.
    contracts: int
    contracts_cents: int | None
    partners: int
    jobs: int
    skills: bool
    satisfaction: int
    comment: str = ""


@dataclass(frozen=True)
class Figures:
    """What the answers about some visits come to, so many months after them; amounts in cents."""

    asked: int = 0
    answered: int = 0
    #: Asked, and not yet answered or closed.
    waiting: int = 0
    #: Visits about which at least one side has answered, and those whose two sides are in touch.
    visits: int = 0
    continued: int = 0
    #: Joint projects count once for a visit, by the larger answer: both sides tell of the same.
    projects: int = 0
    contracts: int = 0
    contracts_cents: int = 0
    partners: int = 0
    jobs: int = 0
    skills: int = 0
    satisfaction: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(a + b for a, b in zip(_values(self), _values(other), strict=True)))

    @property
    def mean_satisfaction(self) -> int | None:
        """The mean in hundredths, rounded half up; None without an answer."""
        if not self.answered:
            return None
        return (200 * self.satisfaction + self.answered) // (2 * self.answered)


def months_for(last_on: date) -> tuple[int, ...]:
    """After how many months a visit that ended on this day is followed up; () before the first
    round.
    """
    in_force = [months for since, months in ROUNDS if since <= last_on]
    return in_force[-1] if in_force else ()


def asked_on(last_on: date, months: int) -> date:
    """The day on which a survey is asked: months after the last day at the host."""
    return add_months(last_on, months)


def is_due(last_on: date, months: int, *, today: date) -> bool:
    """Whether a survey is to be asked on this day: its day has come and is not long past."""
    day = asked_on(last_on, months)
    return months in months_for(last_on) and day <= today <= day + timedelta(days=ASK_WITHIN_DAYS)


def answer_by(today: date) -> date:
    """The last day for the answer to a survey that is asked today."""
    return today + timedelta(days=ANSWER_DAYS)


def reminded_up_to(today: date) -> date:
    """The last day for an answer up to which, included, a reminder is due today."""
    return today + timedelta(days=ANSWER_DAYS - REMINDER_DAYS)


def late(answer_by: date, *, today: date) -> Iterator[Fault]:
    """The fault of an answer after the last day."""
    if today > answer_by:
        message = _(
            "The last day for an answer was %(day)s; the survey is closed.",
            day=formats.day(answer_by),
        )
        yield Fault(message, None, "2.10")


def faults(answers: Answers) -> Iterator[Fault]:
    """What is wrong with an answer."""
    for name in ("projects", "contracts", "partners", "jobs"):
        if not 0 <= getattr(answers, name) <= MOST_COUNTED:
            message = _("Enter a number from 0 to %(most)s.", most=MOST_COUNTED)
            yield Fault(message, name, "2.10")
    if answers.contracts_cents is not None and answers.contracts_cents <= 0:
        yield Fault(_("Enter an amount above zero, or none."), "contracts_cents", "2.10")
    elif answers.contracts_cents is not None and not answers.contracts:
        message = _("You give an amount, but no contract. Enter how many there are.")
        yield Fault(message, "contracts", "2.10")
    if answers.satisfaction not in SATISFACTION:
        yield Fault(_("Satisfaction runs from 1 to 5."), "satisfaction", "2.7")


def protected(answers: Mapping[K, int]) -> frozenset[K]:
    """Of the parts of a whole, those whose figures stay hidden; `answers` counts each one's.

    A part with fewer answers than `LEAST_ANSWERS` is hidden. Whoever knows the whole could work
    out what is hidden from the parts shown: while fewer answers than that are hidden together, the
    smallest part that is still shown is hidden too. Parts without any answer hide nothing.
    """
    counted = {key: count for key, count in answers.items() if count}
    hidden = {key for key, count in counted.items() if count < LEAST_ANSWERS}
    others = sorted(
        (count, n) for n, (key, count) in enumerate(counted.items()) if key not in hidden
    )
    keys = list(counted)
    for _count, n in others:
        if not hidden or sum(counted[key] for key in hidden) >= LEAST_ANSWERS:
            break
        hidden.add(keys[n])
    return frozenset(hidden)


def may_show(figures: Figures) -> bool:
    """Whether enough have answered for figures of the whole to be shown."""
    return figures.answered >= LEAST_ANSWERS


def _values(figures: Figures) -> tuple[int, ...]:
    return tuple(vars(figures).values())
