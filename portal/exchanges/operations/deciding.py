"""What one person proposed, another one grants or declines: an override, or force majeure."""

from typing import TypeVar

from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import Fault, refuse_if
from portal.exchanges.models import ForceMajeure, QuotaOverride

Proposed = TypeVar("Proposed", ForceMajeure, QuotaOverride)


def decide(
    found: Proposed | None,
    *,
    granted: bool,
    decision: str,
    actor: Actor,
    nothing_waits: Fault,
    same_person: Fault,
) -> Proposed:
    """Note the decision of a second person on the locked proposal; declined, it is of no use more.

    Raises `RuleBroken` with one of the two faults given.
    """
    refuse_if([nothing_waits] if found is None or found.granted is not None else [])
    assert found is not None, "refused above"
    refuse_if([same_person] if found.proposed_by_id == actor.id else [])
    found.granted, found.decision = granted, decision
    found.decided_by_id, found.decided_at = actor.id, clock.now()
    if not granted:
        found.lapsed_at = found.decided_at
    return found
