"""The commitment to quality: what it must say, who signs it, and the fingerprint of what was
signed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.steps import Step
from portal.exchanges.rules.terms import Terms
from portal.exchanges.states import Party

#: Who has not signed is reminded so many calendar days before the last day (our assumption).
SIGNING_REMINDERS = (7, 0)


@dataclass(frozen=True)
class Programme:
    """What the visitors of one host share in a group visit (domain 2.9); days inclusive."""

    group: str
    title: str
    first_on: date
    last_on: date
    objectives: str
    agenda: str

    def as_json(self) -> dict[str, str]:
        """As an exchange keeps it, and as it enters what is signed."""
        return {name: _plain(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Commitment:
    """What the four parties sign, by public references, so that no later change of name touches
    it.
    """

    ref: str
    edition: str
    visitor: str
    visitor_country: str
    host: str
    host_country: str
    visitor_partnership: str
    host_partnership: str
    virtual: bool
    departure_on: date
    first_on: date
    last_on: date
    return_on: date
    objectives: str
    activities: tuple[str, ...]
    agenda: str
    #: The programme of the group visit it belongs to; what was signed outside one does not name it.
    shared: Programme | None = None


def fingerprint(commitment: Commitment) -> str:
    """SHA-256 of what is signed, as 64 hexadecimal digits; the same in every language (domain
    2.7).
    """
    plain = {name: _plain(value) for name, value in vars(commitment).items()}
    shared = commitment.shared
    return _sha256({**plain, "shared": shared.as_json()} if shared else _without(plain, "shared"))


def programme_from(kept: Mapping[str, str] | None) -> Programme | None:
    """A shared programme as an exchange keeps it."""
    if not kept:
        return None
    return Programme(
        group=kept["group"],
        title=kept["title"],
        first_on=date.fromisoformat(kept["first_on"]),
        last_on=date.fromisoformat(kept["last_on"]),
        objectives=kept["objectives"],
        agenda=kept["agenda"],
    )


def apart(shared: Programme | None, first_on: date, last_on: date) -> Iterator[Fault]:
    """The fault of a stay that has no day in common with the programme it shares (domain 2.9)."""
    if shared is not None and (last_on < shared.first_on or shared.last_on < first_on):
        yield Fault(
            _(
                "The stay of this exchange and the programme of the group visit (%(days)s) have no "
                "day in common.",
                days=formats.day_range(shared.first_on, shared.last_on),
            ),
            "first_on",
            "2.9",
        )


def virtual_in_group(shared: Programme | None, *, virtual: bool) -> Iterator[Fault]:
    """A visit that belongs to a group takes place there."""
    if shared is not None and virtual:
        message = _(
            "This exchange is part of a group visit and cannot become virtual. Let it leave the "
            "group first."
        )
        yield Fault(message, "virtual", "2.9")


def agreement_fingerprint(commitment: str, cents: int, steps: Iterable[Step]) -> str:
    """SHA-256 of a financial agreement: the text signed before, the amount and its calculation."""
    return _sha256(
        {"commitment": commitment, "cents": cents, "steps": [step.as_json() for step in steps]}
    )


def parties(*, one_partnership: bool) -> tuple[Party, ...]:
    """Who has to sign: four parties, or three when both partnerships are one (domain 2.6,
    12-16).
    """
    if one_partnership:
        return Party.VISITOR, Party.HOST, Party.VISITOR_PARTNERSHIP
    return tuple(Party)


def missing(*, signed: Iterable[Party], one_partnership: bool) -> tuple[Party, ...]:
    """Whose signature is still missing, in the order of the text."""
    have = frozenset(signed)
    return tuple(party for party in parties(one_partnership=one_partnership) if party not in have)


def due_on(departure_on: date, terms: Terms) -> date:
    """The day by which every party has signed (domain 2.6, CXC-T04)."""
    return departure_on - timedelta(days=terms.signing_days)


def reminders_due(departure_on: date, terms: Terms, *, today: date) -> int:
    """How many reminders of the signatures should have gone out by a day (CXC-T04)."""
    last = due_on(departure_on, terms)
    return sum(today >= last - timedelta(days=ahead) for ahead in SIGNING_REMINDERS)


def content_faults(objectives: str, activities: Iterable[str], agenda: str) -> Iterator[Fault]:
    """What the text must say before anybody signs it (domain 2.6, guard of the signing)."""
    if not objectives.strip():
        yield Fault(_("The objectives of the visit are missing."), "objectives", "2.6")
    if not tuple(activities):
        yield Fault(_("Choose at least one type of activity."), "activities", "2.6")
    if not agenda.strip():
        yield Fault(_("The agenda of the visit is missing."), "agenda", "2.6")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _without(plain: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in plain.items() if key != name}


def _sha256(plain: Mapping[str, object]) -> str:
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
