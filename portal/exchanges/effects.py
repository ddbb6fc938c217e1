"""What is done to exchanges besides the verbs of people: one begins, and the counters move."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import literal, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, Stale, refuse_if
from portal.core.ids import next_reference
from portal.exchanges import queries
from portal.exchanges.models import (
    Exchange,
    ForceMajeure,
    QuotaCounter,
    QuotaOverride,
    Scheme,
)
from portal.exchanges.queries import Plan
from portal.exchanges.rules.commitment import Programme
from portal.exchanges.rules.eligibility import has_visited
from portal.exchanges.rules.quota import Goal
from portal.exchanges.rules.stay import Journey
from portal.exchanges.states import Action, Outcome, State

#: What one person proposed, another one grants or declines.
Proposed = TypeVar("Proposed", ForceMajeure, QuotaOverride)


def begin(
    plan: Plan,
    journey: Journey,
    *,
    scheme: Scheme,
    objectives: str,
    activities: list[str],
    agenda: str,
    at: datetime,
    actor: Actor,
) -> Exchange:
    """Make a plan an exchange, to be completed and signed; takes the visitor's right to one visit.

    Raises `RuleBroken` naming the earlier visit when the right is used, also when it was used at
    this very instant by somebody else.
    """
    exchange = Exchange(
        ref=next_reference("CXC", at.year),
        state=State.BUILDING,
        scheme_id=scheme.id,
        edition=scheme.code,
        visitor_id=plan.visitor.id,
        host_id=plan.host.id,
        project_id=plan.project.id,
        host_project_id=plan.host_project.id,
        visitor_country=plan.visitor.country,
        host_country=plan.host.country,
        virtual=plan.virtual,
        departure_on=journey.departure_on,
        first_on=journey.first_on,
        last_on=journey.last_on,
        return_on=journey.return_on,
        objectives=objectives,
        activities=list(activities),
        agenda=agenda,
        traveller_entitled=False,
        started_by_id=actor.id,
        started_at=at,
    )
    with one_visit(plan, scheme.code):
        db.session.add(exchange)
    record(actor, exchange, Action.START, after=shown(exchange))
    return exchange


@contextmanager
def one_visit(plan: Plan, edition: str) -> Iterator[None]:
    """Write what the block changes; when that makes a second visit, name the first
    (`RuleBroken`).
    """
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError:
        earlier = queries.earlier_visit(plan.visitor.id, edition, except_id=plan.exchange_id)
        if earlier is None:
            raise
        raise RuleBroken(has_visited(plan.visitor.legal_name, earlier)) from None


def share_programme(exchange: Exchange, programme: Programme | None, *, actor: Actor) -> None:
    """Let a locked exchange share the programme of a group visit, or with None no longer.

    It is signed with everything else, so the room of groups asks for it before any signature.
    """
    before = exchange.programme
    exchange.shared = programme.as_json() if programme else None
    record(actor, exchange, "share_programme", before=_told(before), after=_told(programme))


def shown(exchange: Exchange) -> dict[str, object]:
    """What the trail keeps of an exchange that is being drawn up."""
    return {
        "state": exchange.state,
        "visitor": exchange.visitor.ref,
        "host": exchange.host.ref,
        "project": exchange.project.ref,
        "host_project": exchange.host_project.ref,
        "virtual": exchange.virtual,
        "departure_on": exchange.departure_on,
        "first_on": exchange.first_on,
        "last_on": exchange.last_on,
        "return_on": exchange.return_on,
        "activities": list(exchange.activities),
    }


def _told(programme: Programme | None) -> dict[str, object]:
    if programme is None:
        return {"group": ""}
    return {name: value for name, value in vars(programme).items() if name != "objectives"}


def hold_counter(project_id: int, goal: Goal) -> None:
    """Lock the partnership's counters until the end of the transaction, under the terms in force.

    What is read of the quota afterwards is what the approval will be held against.
    """
    insert = (
        postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    )
    terms = {
        "target": goal.target,
        "sme_share_bp": goal.sme_share_bp,
        "other_share_bp": goal.other_share_bp,
    }
    begun = insert(QuotaCounter).values(project_id=project_id, **terms)
    db.session.execute(begun.on_conflict_do_nothing())
    db.session.execute(
        update(QuotaCounter)
        .where(QuotaCounter.project_id == project_id)
        .values(**terms)
        .execution_options(synchronize_session=False)
    )


def count_committed(
    exchange: Exchange, *, at: datetime, override: QuotaOverride | None = None
) -> None:
    """Count an approved exchange for the visitor's partnership (CXC-K05).

    `override` lets it be counted though the minima are out of reach then, and is used up by it.
    """
    _move(exchange, committed=1, override=override)
    if override is not None:
        override.used_at = at
        db.session.flush()
    lapse_override(exchange, at=at)


def count_reached(exchange: Exchange) -> None:
    """Count a validated exchange as reached, no longer as committed (CXC-K06)."""
    _move(exchange, committed=-1, reached=1)


def count_no_longer(exchange: Exchange) -> None:
    """Take an exchange that came to nothing out of the count."""
    _move(exchange, committed=-1)


def lapse_override(exchange: Exchange, *, at: datetime) -> None:
    """An override not used by the end of the step it was meant for is of no use any more."""
    found = queries.lock_open_override(exchange.id)
    if found is not None:
        found.lapsed_at = at


def lapse_amendment(exchange: Exchange, *, at: datetime) -> None:
    """An amendment still open when the visit ends or is reported is of no use any more."""
    found = queries.open_amendment(exchange)
    if found is not None:
        found.outcome, found.closed_at = Outcome.LAPSED, at


def lapse_force_majeure(exchange: Exchange, *, at: datetime) -> None:
    """Force majeure of a visit that came to nothing, or was validated undecided, has no object."""
    found = queries.force_majeure(exchange)
    if found is not None and found.granted is None:
        found.lapsed_at = at


def _move(
    exchange: Exchange,
    *,
    committed: int,
    reached: int = 0,
    override: QuotaOverride | None = None,
) -> None:
    """One conditional update: no counter falls below zero, whoever moves it at the same instant."""
    columns = QuotaCounter.__table__.c
    steps = [("committed", committed), ("reached", reached)]
    moves = [
        (columns[f"{stage}_{name}"], step)
        for name in queries.counters_of(exchange)
        for stage, step in steps
        if step
    ]
    changed = {column.name: column + step for column, step in moves}
    if override is not None:
        changed["override_id"] = literal(override.id)
    moved = db.session.scalar(
        update(QuotaCounter)
        .where(
            QuotaCounter.project_id == exchange.project_id,
            *(column + step >= 0 for column, step in moves),
        )
        .values(changed)
        .returning(QuotaCounter.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Stale()


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
