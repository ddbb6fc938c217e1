"""record(): the only writer of the trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from sqlalchemy import insert

from portal.audit import queries, rules
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db


class Traceable(Protocol):
    """Anything that leaves a trail: what it is called, and its public reference."""

    noun: ClassVar[str]

    @property
    def ref(self) -> str:
        """The public reference."""


@dataclass(frozen=True)
class Event:
    """One action on one thing: `before` and `after` hold the values that changed, `details` what
    the decision rested on.
    """

    thing: Traceable
    verb: str
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


def record(
    actor: Actor,
    thing: Traceable,
    verb: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
    **details: object,
) -> None:
    """Write one line of the trail: `actor` did `verb` to `thing`, in the current transaction.

    `before` and `after` hold the values that changed, `details` what the decision rested on. The
    entry is chained to the thing's last one; two actions on one thing at the same instant collide
    on the unique number, and the second is refused as stale.
    """
    record_all(actor, [Event(thing, verb, before or {}, after or {}, reason, details)])


def record_all(actor: Actor, events: Sequence[Event]) -> None:
    """The same for many actions of one actor at one moment, in their order."""
    # What the entries tell of is in the database before them; it also gives things their numbers.
    db.session.flush()
    heads = queries.heads_of({event.thing.ref for event in events})
    now, roles = clock.now(), ",".join(sorted(actor.roles))
    rows = []
    for event in events:
        subject = event.thing.ref
        number, previous_hash = heads[subject]
        entry = {
            "subject": subject,
            "number": number + 1,
            "verb": f"{event.thing.noun}.{event.verb}",
            "at": now,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "actor_roles": roles,
            "address": actor.address,
            "request_id": actor.request_id,
            "before": rules.plain(event.before),
            "after": rules.plain(event.after),
            "details": rules.plain(event.details),
            "reason": event.reason,
        }
        heads[subject] = number + 1, rules.entry_hash(previous_hash, rules.content(entry))
        rows.append(entry | {"previous_hash": previous_hash, "hash": heads[subject][1]})
    # Past the session: nobody goes on with an entry, and it is never changed.
    db.session.execute(insert(AuditEntry.__table__), rows)  # type: ignore[arg-type]
