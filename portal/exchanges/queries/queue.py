"""The files of a partnership that wait for an approval, and where they would lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from portal.core import days
from portal.core.errors import Fault
from portal.exchanges.models import Exchange
from portal.exchanges.queries.assessment import Assessment, assess_all
from portal.exchanges.queries.files import awaiting_approval
from portal.exchanges.queries.quotas import Standing
from portal.exchanges.rules import stay as stay_rules
from portal.exchanges.rules.steering import File, Position
from portal.ledger import queries as ledger
from portal.projects.models import Envelope

#: How many waiting files are looked at together, those begun first in front.
MOST_WAITING = 50


@dataclass(frozen=True)
class Waiting:
    """A signed exchange, since when it waits, and what an approval would rest on today."""

    exchange: Exchange
    since: date
    found: Assessment
    faults: tuple[Fault, ...]
    file: File


@dataclass(frozen=True)
class Queue:
    """The waiting files, and whether there are more than are shown."""

    waiting: tuple[Waiting, ...]
    more: bool

    def among(self, refs: Iterable[str]) -> list[File]:
        """The files with these references, as the rules take them."""
        wanted = set(refs)
        return [one.file for one in self.waiting if one.file.ref in wanted]


def queue(project_id: int, day: date) -> Queue:
    """What waits for an approval of a partnership on a day."""
    found = awaiting_approval(project_id, MOST_WAITING + 1)
    shown = found[:MOST_WAITING]
    assessed = zip(shown, assess_all(shown, day), strict=True)
    waiting = tuple(_waiting(exchange, one, day) for exchange, one in assessed)
    return Queue(waiting, more=len(found) > len(shown))


def position(standing: Standing, envelope: Envelope | None) -> Position:
    """Where a partnership stands with what it has committed and what its envelope holds."""
    available = ledger.line(envelope.line_id).available_cents if envelope else 0
    return Position(standing.tally, standing.goal, available)


def _waiting(exchange: Exchange, found: Assessment, day: date) -> Waiting:
    since = _since(exchange)
    departed = stay_rules.departed(exchange.departure_on, today=day)
    faults = tuple(chain(departed, found.faults))
    file = File(
        ref=exchange.ref,
        klass=None if exchange.virtual else found.klass,
        cents=found.priced.sum.cents if found.priced.sum else 0,
        waited_days=(day - since).days,
        hindered=bool(faults),
    )
    return Waiting(exchange, since, found, faults, file)


def _since(exchange: Exchange) -> date:
    """The day of the last signature."""
    signed = [signature.signed_at for signature in exchange.signatures]
    return days.brussels_day(max(signed, default=exchange.started_at))
