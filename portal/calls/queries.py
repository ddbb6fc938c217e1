"""Reads of calls: one, those that are open, the public list, who follows, what waits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.calls.models import Call, Corrigendum, Follower
from portal.calls.rules import inform_by, phase
from portal.calls.states import PUBLIC_STATES, CallKind, Phase, State
from portal.core import clock, days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.tasks import Task
from portal.partners.rules import names

#: How many tasks the desk shows.
MOST_TASKS = 50
_SORTS = ("deadline", "ref", "budget", "grant")


def by_ref(ref: str) -> Call:
    """The call with this identifier, its programme and its corrigenda; raises `NotFound`."""
    query = select(Call).where(Call.ref == ref)
    loaded = query.options(joinedload(Call.programme), selectinload(Call.corrigenda))
    found = db.session.scalar(loaded)
    if found is None:
        raise NotFound
    return found


def by_id(call_id: int) -> Call:
    """The call with this database id; raises `NotFound`."""
    found = db.session.get(Call, call_id)
    if found is None:
        raise NotFound
    return found


def lock_call(call_id: int) -> Call:
    """The call, fresh and locked until the end of the transaction."""
    query = select(Call).where(Call.id == call_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def catalogue(
    now: datetime,
    *,
    text: str = "",
    phase: Phase | None = None,
    state: State | None = None,
    kind: CallKind | None = None,
    drafts: bool = False,
    sort: str = "",
    descending: bool = False,
) -> Select[Call]:
    """The calls that meet every given condition; drafts only when asked for.

    Without a `sort` ("deadline", "ref", "budget", "grant") open calls come first, the nearest
    deadline first, then those to come, then the closed ones, the latest first.
    """
    query = select(Call).options(joinedload(Call.programme))
    if not drafts:
        query = query.where(Call.state.in_(PUBLIC_STATES))
    for word in names.fold(text).split():
        query = query.where(Call.search_name.contains(word, autoescape=True))
    if phase:
        query = query.where(_in_phase(phase, now))
    if state:
        query = query.where(Call.state == state)
    if kind:
        query = query.where(Call.kind == kind)
    return query.order_by(*_order(sort, descending, now), Call.id)


def corrigenda_of(call_id: int) -> list[Corrigendum]:
    """The corrigenda of a call, the newest first."""
    query = select(Corrigendum).where(Corrigendum.call_id == call_id)
    return list(db.session.scalars(query.order_by(Corrigendum.number.desc())))


def followers_of(call_id: int) -> list[int]:
    """The organisations (database ids) whose people are told about corrections."""
    query = select(Follower.organisation_id).where(Follower.call_id == call_id)
    return list(db.session.scalars(query.order_by(Follower.organisation_id)))


def tasks_for(actor: Actor) -> list[Task]:
    """The calls an officer has to publish, to decide or to inform about."""
    if not actor.has(Role.OFFICER):
        return []
    now = clock.now()
    waiting = or_(
        and_(Call.state == State.DRAFTED, Call.drafted_by_id == actor.id),
        _in_phase(Phase.CLOSED, now) & (Call.state == State.PUBLISHED),
        Call.state == State.DECIDED,
    )
    query = select(Call).where(waiting).order_by(Call.closes_at).limit(MOST_TASKS)
    return [_task(call) for call in db.session.scalars(query)]


def _task(call: Call) -> Task:
    labels = {
        State.DRAFTED: _("Complete and publish the call"),
        State.PUBLISHED: _("Assess the proposals and decide"),
        State.DECIDED: _("Inform the applicants"),
    }
    is_draft = call.state is State.DRAFTED
    return Task(
        label=labels[call.state],
        ref=call.ref,
        title=call.title,
        endpoint="calls.show" if is_draft else "calls.desk",
        values={"ref": call.ref},
        due_on=days.brussels_day(call.opens_at) if is_draft else inform_by(call),
        since=days.brussels_day(call.drafted_at if is_draft else call.closes_at),
    )


def _in_phase(wanted: Phase, now: datetime) -> ColumnElement[bool]:
    """The phase of a call in SQL: as `rules.phase`; a call that was decided is closed."""
    instant = now.replace(microsecond=0)
    published = Call.state == State.PUBLISHED
    if wanted is Phase.FORECAST:
        return and_(published, Call.opens_at > instant)
    if wanted is Phase.OPEN:
        return and_(published, Call.opens_at <= instant, Call.closes_at >= instant)
    over = Call.state.in_((State.DECIDED, State.INFORMED, State.CONCLUDED))
    return or_(over, and_(published, Call.closes_at < instant))


def _order(sort: str, descending: bool, now: datetime) -> Sequence[ColumnElement[Any]]:
    columns = {
        "deadline": Call.closes_at,
        "ref": Call.ref,
        "budget": Call.budget_cents,
        "grant": Call.max_grant_cents,
    }
    if sort in _SORTS:
        column = columns[sort]
        return (column.desc() if descending else column.asc(),)
    is_open, is_forecast = _in_phase(Phase.OPEN, now), _in_phase(Phase.FORECAST, now)
    urgency = case((Call.state == State.DRAFTED, 0), (is_open, 1), (is_forecast, 2), else_=3)
    soon = case((is_open | is_forecast, Call.closes_at))
    return urgency, soon, Call.closes_at.desc()


def phase_of(call: Call, now: datetime) -> Phase:
    """The phase of a call; one that was decided is closed, whatever the clock says."""
    return phase(call, now) if call.state is State.PUBLISHED else Phase.CLOSED
