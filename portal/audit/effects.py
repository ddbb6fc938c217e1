"""record(): the only writer of the trail."""

from collections.abc import Mapping
from typing import ClassVar, Protocol

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


def record(
    actor: Actor,
    thing: Traceable,
    verb: str,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
    **details: object,
) -> AuditEntry:
    """Write one line of the trail: `actor` did `verb` to `thing`, in the current transaction.

    `before` and `after` hold the values that changed, `details` what the decision rested on. The
    entry is chained to the thing's last one; two actions on one thing at the same instant collide
    on the unique number, and the second is refused as stale.
    """
    db.session.flush()
    number, previous_hash = queries.head_of(thing.ref)
    entry = AuditEntry(
        subject=thing.ref,
        number=number + 1,
        verb=f"{thing.noun}.{verb}",
        at=clock.now(),
        actor_id=actor.id,
        actor_name=actor.name,
        actor_roles=",".join(sorted(actor.roles)),
        address=actor.address,
        request_id=actor.request_id,
        before=rules.plain(before or {}),
        after=rules.plain(after or {}),
        details=rules.plain(details),
        reason=reason,
        previous_hash=previous_hash,
    )
    entry.hash = rules.entry_hash(entry.previous_hash, entry.content())
    db.session.add(entry)
    db.session.flush()
    return entry
