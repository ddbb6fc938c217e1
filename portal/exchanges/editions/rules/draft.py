"""What a draft of an edition may say: bounds, shares, days in order, its day and its code."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.exchanges.editions.rules.values import RULES
from portal.exchanges.rules.terms import Terms

#: The least and the most of each whole number, both included: amounts in cents, distances in
#: metres, shares in basis points. Wide enough for any edition, narrow enough to stop a slip.
BOUNDS: dict[str, tuple[int, int]] = {
    "cap_cents": (1, 1_000_000),
    "whole_from_days": (1, 31),
    "near_m": (0, 2_000_000),
    "shortest_days": (1, 31),
    "excused_from_days": (1, 31),
    "longest_months": (1, 12),
    "target": (1, 100_000),
    "sme_share_bp": (0, 10_000),
    "other_share_bp": (0, 10_000),
    "report_days": (1, 365),
    "signing_days": (0, 365),
    "retention_years": (1, 30),
}
#: The least and the most a host country's ceiling may be, in cents, both included.
CEILING = (0, 1_000_000)
#: Reminders of the closing reports: how many at most, and how many days after the last day.
MOST_REMINDERS = 5
LATEST_REMINDER = 365
_WHOLE_BP = 10_000
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,23}")


@dataclass(frozen=True)
class Proposed:
    """The next edition as somebody means it; `ceilings` in cents, for the countries it changes."""

    terms: Terms
    title_en: str
    title_fr: str
    valid_from: date
    ceilings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """What has been published so far: the days from which terms are in force, and all codes.

    `code_before` is the edition in force just before the day proposed.
    """

    days: Collection[date]
    codes: Collection[str]
    code_before: str


def faults(proposed: Proposed, published: Published, *, today: date) -> Iterator[Fault]:
    """Everything that is wrong with a draft, each beside its field (domain 2.2 to 2.10, 12)."""
    terms = proposed.terms
    yield from chain(
        _numbers(terms),
        _shares(terms),
        _stay(terms),
        _lists(terms),
        _reminders(terms),
        _virtual(terms),
        _titles(proposed),
        _ceilings(proposed),
        day_faults(proposed.valid_from, published, today=today),
        _code_faults(terms.edition, published),
    )


def day_faults(valid_from: date, published: Published, *, today: date) -> Iterator[Fault]:
    """What is wrong with the day a draft begins: past, or taken; visits agreed keep their terms."""
    if valid_from < today:
        message = _(
            "An edition never begins in the past: choose today, %(today)s, or a later day.",
            today=formats.day(today),
        )
        yield Fault(message, "valid_from", "2.10")
    if valid_from in published.days:
        message = _("Other terms are in force from this very day. Choose another day.")
        yield Fault(message, "valid_from", "2.10")


def _numbers(terms: Terms) -> Iterator[Fault]:
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(terms, name) <= most:
            yield Fault(_between(name, least, most), name, RULES[name])


def _between(name: str, least: int, most: int) -> str:
    write = {
        "cap_cents": formats.money,
        "near_m": formats.km,
        "sme_share_bp": _percent,
        "other_share_bp": _percent,
    }.get(name, formats.number)
    return str(_("Enter a value from %(least)s to %(most)s.", least=write(least), most=write(most)))


def _percent(share_bp: int) -> str:
    return formats.percent(share_bp, _WHOLE_BP)


def _shares(terms: Terms) -> Iterator[Fault]:
    together = terms.sme_share_bp + terms.other_share_bp
    if together > _WHOLE_BP:
        message = _(
            "Both least shares together are %(share)s of all exchanges. They cannot be more than "
            "the whole.",
            share=_percent(together),
        )
        yield Fault(message, "other_share_bp", "CXC-K04")


def _stay(terms: Terms) -> Iterator[Fault]:
    if terms.whole_from_days < terms.shortest_days:
        message = _(
            "The amount is whole from %(whole)s working days on, which is less than the shortest "
            "stay of %(shortest)s: nothing would ever be halved for its length. Enter at least as "
            "many days as the shortest stay.",
            whole=terms.whole_from_days,
            shortest=terms.shortest_days,
        )
        yield Fault(message, "whole_from_days", "CXC-L04")
    if terms.shortest_days > 20 * terms.longest_months:
        message = _("No stay is as long as this within the longest stay. Enter fewer days.")
        yield Fault(message, "shortest_days", "CXC-D01")


def _lists(terms: Terms) -> Iterator[Fault]:
    asked = {
        "visitor_kinds": (terms.visitor_kinds, _("Choose who may visit."), "2.2"),
        "host_kinds": (terms.host_kinds, _("Choose who may host."), "2.2"),
        "evidence_kinds": (
            terms.evidence_kinds,
            _("At least one proof is required, or nobody could check that a visit took place."),
            "12-12",
        ),
    }
    for name, (chosen, message, rule) in asked.items():
        if not chosen:
            yield Fault(message, name, rule)


def _reminders(terms: Terms) -> Iterator[Fault]:
    days = terms.reminder_days
    if len(days) > MOST_REMINDERS or list(days) != sorted(set(days)):
        message = _(
            "Enter at most %(most)s different numbers of days, the smallest first.",
            most=MOST_REMINDERS,
        )
        yield Fault(message, "reminder_days", "CXC-T03")
    if any(not 1 <= day <= LATEST_REMINDER for day in days):
        message = _("A reminder goes out from 1 to %(most)s days after.", most=LATEST_REMINDER)
        yield Fault(message, "reminder_days", "CXC-T03")


def _virtual(terms: Terms) -> Iterator[Fault]:
    first, last = terms.virtual_from, terms.virtual_until
    if first is not None and last is not None and last < first:
        message = _("The last day of virtual exchanges comes before the first.")
        yield Fault(message, "virtual_until", "CXC-T05")


def _titles(proposed: Proposed) -> Iterator[Fault]:
    for name in ("title_en", "title_fr"):
        if not getattr(proposed, name).strip():
            yield Fault(_("Give the edition a title in both languages."), name, "2.1")


def _ceilings(proposed: Proposed) -> Iterator[Fault]:
    least, most = CEILING
    for country, cents in proposed.ceilings.items():
        if not least <= cents <= most:
            message = _(
                "Enter a value from %(least)s to %(most)s.",
                least=formats.money(least),
                most=formats.money(most),
            )
            yield Fault(message, f"ceiling_{country}", "CXC-L03")


def _code_faults(code: str, published: Published) -> Iterator[Fault]:
    """The code of the edition in force before goes on; any other must be new (CXC-E07)."""
    if not _CODE.fullmatch(code):
        message = _(
            "A code has 2 to 24 capital letters, digits and hyphens, for example %(example)s.",
            example="CXC-2027",
        )
        yield Fault(message, "code", "2.1")
    elif code in published.codes and code != published.code_before:
        message = _(
            "The edition %(code)s is over by then. Keep the code %(now)s to change the terms of "
            "the edition in force, or choose a new code for a new edition.",
            code=code,
            now=published.code_before,
        )
        yield Fault(message, "code", "CXC-E07")
