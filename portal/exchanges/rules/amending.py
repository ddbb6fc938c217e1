"""An agreement that is amended: other days and agenda, priced at the rates it was agreed under."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import Text, _
from portal.core.steps import Step, as_json, from_json
from portal.exchanges.rules import stay as stay_rules
from portal.exchanges.rules.stay import Journey


@dataclass(frozen=True)
class Agreed:
    """What an agreement says that an amendment may change; the amount is in cents."""

    journey: Journey
    agenda: str
    cents: int
    working_days: int
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """What it says as JSON keeps it."""
        days = {name: day.isoformat() for name, day in vars(self.journey).items()}
        rest = {"agenda": self.agenda, "cents": self.cents, "working_days": self.working_days}
        return {**days, **rest, "steps": as_json(self.steps)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Agreed":
        """What it said when it was kept."""
        days = ("departure_on", "first_on", "last_on", "return_on")
        return cls(
            Journey(*(date.fromisoformat(kept[name]) for name in days)),
            kept["agenda"],
            kept["cents"],
            kept["working_days"],
            from_json(kept["steps"]),
        )


@dataclass(frozen=True)
class Proposal:
    """An amendment about to be proposed: its number in the agreement, before, after and why."""

    number: int
    before: Agreed
    after: Agreed
    reason: str
    #: SHA-256 of all that and of the agreement it belongs to (`fingerprint`).
    fingerprint: str

    @property
    def more_cents(self) -> int:
        """What it adds to the lump sum in cents; negative for what it takes away."""
        return self.after.cents - self.before.cents


@dataclass(frozen=True)
class Line:
    """One thing an amendment is about, before and after, in words."""

    label: Text
    before: str
    after: str

    @property
    def changes(self) -> bool:
        """Whether it is another thing afterwards."""
        return self.before != self.after


def faults(before: Agreed, journey: Journey, agenda: str, *, today: date) -> Iterator[Fault]:
    """Why these days and this agenda cannot be proposed today."""
    yield from begun(before.journey.first_on, today=today)
    yield from stay_rules.journey_faults(journey, today=today)
    if (journey, agenda) == (before.journey, before.agenda):
        yield Fault(_("Neither a day nor the agenda differs from what is agreed."), rule="2.6")
    if not agenda:
        yield Fault(_("The agenda of the visit is missing."), "agenda", "2.6")


def begun(first_on: date, *, today: date) -> Iterator[Fault]:
    """An agreement is amended before the first day at the host, as it is cancelled (domain 2.6)."""
    if today < first_on:
        return
    message = _(
        "The stay has begun, so the agreement is not amended any more. A shorter stay is reported "
        "as it was."
    )
    yield Fault(message, None, "2.6")


def departed(journey: Journey, *, today: date) -> Iterator[Fault]:
    """The fault of accepting new days that have begun while the proposal waited."""
    if today > journey.departure_on:
        message = _(
            "The departure proposed, %(day)s, is past. Decline this amendment; another may be "
            "proposed.",
            day=formats.day(journey.departure_on),
        )
        yield Fault(message, None, "2.6")


def unseen(proposal: Proposal, seen: str | None) -> Iterator[Fault]:
    """The fault of sending another proposal than the one shown; without `seen` none was shown."""
    if seen not in (None, proposal.fingerprint):
        message = _(
            "The agreement or your proposal is no longer what you were shown. Read it again."
        )
        yield Fault(message, None, "2.6")


def money_words(more_cents: int) -> Text:
    """What an amendment does to the money of the partnership once it is in force (domain 2.6)."""
    amount = formats.money(abs(more_cents))
    if more_cents > 0:
        return _("%(amount)s more is set aside from the partnership’s envelope.", amount=amount)
    if more_cents < 0:
        return _("%(amount)s returns to the partnership’s envelope.", amount=amount)
    return _("The lump sum stays as it is: no money moves.")


def lines(before: Agreed, after: Agreed, distance_m: int) -> list[Line]:
    """Before and after, line by line; the distance is that kept with the agreement (domain 2.5)."""
    ways = (before.journey, after.journey)
    both = (before, after)
    return [
        Line(_("Departure"), *(formats.day(one.departure_on) for one in ways)),
        Line(_("First day at the host"), *(formats.day(one.first_on) for one in ways)),
        Line(_("Last day at the host"), *(formats.day(one.last_on) for one in ways)),
        Line(_("Return"), *(formats.day(one.return_on) for one in ways)),
        Line(_("Working days at the host"), *(formats.number(one.working_days) for one in both)),
        Line(_("Distance"), *(formats.km(distance_m) for _each in both)),
        Line(_("Lump sum"), *(formats.money(one.cents) for one in both)),
    ]


def fingerprint(agreement: str, before: Agreed, after: Agreed, *, number: int, reason: str) -> str:
    """SHA-256 of an amendment: the agreement it belongs to, its number, before, after and why."""
    plain = {
        "agreement": agreement,
        "number": number,
        "before": before.as_json(),
        "after": after.as_json(),
        "reason": reason,
    }
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
