"""Every value of an edition: its name in front of people, its rule, and how it is written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core import formats
from portal.core.i18n import Text, _, n_
from portal.exchanges.rules.terms import Terms
from portal.exchanges.states import EVIDENCE_LABELS
from portal.partners.states import KIND_LABELS

_WHOLE_BP = 10_000


@dataclass(frozen=True)
class Value:
    """One value of the terms: where it stands, its rule in the domain reference, and its words.

    `write` gives the value with its unit, in the reader's language.
    """

    name: str
    label: Text
    rule: str
    write: Callable[[Any], Text]


@dataclass(frozen=True)
class Changed:
    """A value that differs between two editions, both sides written."""

    label: Text
    rule: str
    before: Text
    after: Text


def _working_days(days: int) -> Text:
    return n_("%(num)s working day", "%(num)s working days", days)


def _calendar_days(days: int) -> Text:
    return n_("%(num)s calendar day", "%(num)s calendar days", days)


def _months(months: int) -> Text:
    return n_("%(num)s month", "%(num)s months", months)


def _years(years: int) -> Text:
    return n_("%(num)s year", "%(num)s years", years)


def _exchanges(number: int) -> Text:
    return n_("%(num)s exchange", "%(num)s exchanges", number)


def _share(share_bp: int) -> Text:
    return formats.percent(share_bp, _WHOLE_BP, digits=2)


def _kinds(kinds: Iterable[Any]) -> Text:
    return formats.side_by_side(KIND_LABELS[kind] for kind in kinds)


def _proofs(kinds: Iterable[Any]) -> Text:
    return formats.side_by_side(EVIDENCE_LABELS[kind] for kind in kinds)


def _days_after(days: Sequence[int]) -> Text:
    if not days:
        return _("no reminder")
    return _("%(days)s calendar days", days=formats.listing(days))


def _limit(day: date | None) -> Text:
    return formats.day(day) if day else _("no limit")


#: In the order in which people read them.
VALUES: tuple[Value, ...] = (
    Value("cap_cents", _("Cap of the scheme"), "CXC-L01", formats.money),
    Value("whole_from_days", _("Halved under"), "CXC-L04", _working_days),
    Value("near_m", _("Halved when nearer than"), "CXC-L04", formats.km),
    Value("shortest_days", _("Shortest stay at the host"), "CXC-D01", _working_days),
    Value("excused_from_days", _("Halved after force majeure, from"), "2.6", _working_days),
    Value("longest_months", _("Longest stay"), "CXC-D02", _months),
    Value("visitor_kinds", _("Who may visit"), "2.2", _kinds),
    Value("host_kinds", _("Who may host"), "2.2", _kinds),
    Value("target", _("Target number of exchanges"), "CXC-K01", _exchanges),
    Value("sme_share_bp", _("With SMEs, at least"), "CXC-K04", _share),
    Value("other_share_bp", _("By other participants, at least"), "CXC-K04", _share),
    Value("evidence_kinds", _("Evidence required"), "12-12", _proofs),
    Value("report_days", _("Closing reports due, after the last day"), "CXC-T03", _calendar_days),
    Value("reminder_days", _("Reminders sent, after the last day"), "CXC-T03", _days_after),
    Value("signing_days", _("Commitment complete, before departure"), "CXC-T04", _calendar_days),
    Value("virtual_from", _("Virtual exchanges from"), "CXC-T05", _limit),
    Value("virtual_until", _("Virtual exchanges until"), "CXC-T05", _limit),
    Value("retention_years", _("Evidence kept after the grant"), "12-35", _years),
)
LABELS: dict[str, Text] = {value.name: value.label for value in VALUES}
RULES: dict[str, str] = {value.name: value.rule for value in VALUES}


def written(terms: Terms) -> list[tuple[Text, str, Text]]:
    """Every value of the terms: label, rule, and the value with its unit."""
    return [(one.label, one.rule, one.write(getattr(terms, one.name))) for one in VALUES]


def changes(before: Terms, after: Terms) -> list[Changed]:
    """The values in which two editions differ, both sides written."""
    found = []
    for one in VALUES:
        old, new = getattr(before, one.name), getattr(after, one.name)
        if old != new:
            found.append(Changed(one.label, one.rule, one.write(old), one.write(new)))
    return found
