"""After the stay: reports, evidence, deadlines, and how long evidence is kept."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from portal.core.days import add_months
from portal.core.errors import Fault
from portal.core.i18n import Text, _
from portal.exchanges.rules.stay import Stay
from portal.exchanges.rules.terms import EVIDENCE_KINDS, Terms
from portal.exchanges.states import EVIDENCE_LABELS, REPORTER_LABELS, EvidenceKind, Reporter

#: Satisfaction runs from 1 (not at all) to 5 (fully) (domain 2.7).
SATISFACTION = range(1, 6)


def missing(
    *,
    reporters: Iterable[Reporter],
    evidence: Iterable[EvidenceKind],
    virtual: bool,
    required: Iterable[EvidenceKind] = EVIDENCE_KINDS,
    attended: bool = False,
) -> tuple[Text, ...]:
    """What the file still lacks before it can be checked: two reports, one proof of each kind that
    the edition requires (domain 2.7, 12-12).

    A visitor whose arrival and departure the host has confirmed (`attended`) was there and has
    travelled: no proof is needed.
    """
    have = frozenset(reporters)
    reports = tuple(REPORTER_LABELS[side] for side in Reporter if side not in have)
    needed = () if attended else proofs(required, virtual=virtual)
    on_file = frozenset(evidence)
    return reports + tuple(EVIDENCE_LABELS[kind] for kind in needed if kind not in on_file)


def proofs(required: Iterable[EvidenceKind], *, virtual: bool) -> tuple[EvidenceKind, ...]:
    """The proofs a visit needs, of those its edition requires: nobody travels to a virtual
    exchange, so it needs no proof of travel.
    """
    return tuple(kind for kind in required if not (virtual and kind is EvidenceKind.TRAVEL))


def report_due_on(last_on: date, terms: Terms) -> date:
    """The day by which both closing reports are due (domain 2.6, CXC-T03)."""
    return last_on + timedelta(days=terms.report_days)


def too_early(last_on: date, *, today: date) -> Iterator[Fault]:
    """The fault of reporting or validating a stay that is not over."""
    if today <= last_on:
        message = _("The last day at the host is not over yet. Reports are filed after it.")
        yield Fault(message, "last_on", "2.6")


def days_faults(first_on: date, last_on: date) -> Iterator[Fault]:
    """What is wrong with the days a stay is said to have lasted."""
    if last_on < first_on:
        yield Fault(_("The last day at the host comes before the first."), "last_on", "CXC-D07")


def satisfaction_faults(satisfaction: int) -> Iterator[Fault]:
    """Whether an answer lies on the scale of satisfaction."""
    if satisfaction not in SATISFACTION:
        yield Fault(_("Satisfaction runs from 1 to 5."), "satisfaction", "2.7")


def reminders_due(last_on: date, terms: Terms, *, today: date) -> int:
    """How many reminders of the closing reports should have gone out by a day (CXC-T03)."""
    return sum(today >= last_on + timedelta(days=days) for days in terms.reminder_days)


def cancel_faults(first_on: date, *, agreed: bool, today: date) -> Iterator[Fault]:
    """An agreed exchange is cancelled before the first day at the host, not after (domain 2.6)."""
    if agreed and today >= first_on:
        yield Fault(
            _(
                "The stay has begun. An agreed exchange is cancelled before its first day; record "
                "instead that the visitor did not come, or report a shorter stay."
            ),
            None,
            "2.6",
        )


def no_show_faults(first_on: date, *, today: date) -> Iterator[Fault]:
    """Nobody is missing before the first day at the host."""
    if today < first_on:
        yield Fault(
            _(
                "The stay has not begun: the visitor can still come. Until then the exchange can "
                "be cancelled."
            ),
            None,
            "2.6",
        )


def excuse_faults(stay: Stay, *, today: date) -> Iterator[Fault]:
    """Force majeure cuts short a stay that has begun; nobody travels to a virtual exchange."""
    if stay.virtual:
        message = _("A virtual exchange carries no lump sum, so there is nothing to save.")
        yield Fault(message, None, "2.6")
    elif today < stay.first_on:
        message = _("The stay has not begun. Until then the exchange is cancelled or amended.")
        yield Fault(message, None, "2.6")


def kept_until(*, ends_on: date, last_on: date, terms: Terms) -> date:
    """The day until which evidence is kept: years after the grant, or the stay if later (12-35)."""
    return add_months(max(ends_on, last_on), 12 * terms.retention_years)
