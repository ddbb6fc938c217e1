"""What happens to a call from rooms above: followed, listed, decided, informed, concluded."""

from sqlalchemy import CursorResult, select, update
from sqlalchemy.sql import ColumnElement

from portal.audit.effects import record
from portal.calls import queries
from portal.calls.models import Call, Follower
from portal.calls.states import LIFE, Action, State
from portal.core import clock, formats
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken
from portal.core.i18n import _


def follow(call: Call, organisation_id: int) -> None:
    """Tell the organisation's people from now on when the call is corrected or cancelled."""
    known = select(Follower.id).filter_by(call_id=call.id, organisation_id=organisation_id)
    if db.session.scalar(known) is None:
        db.session.add(Follower(call_id=call.id, organisation_id=organisation_id))
        db.session.flush()


def enter_on_list(call: Call, cents: int) -> None:
    """Count a requested grant, in cents, against the budget of the call, or raise `RuleBroken`.

    One conditional update: of two officers at the same instant, the one whose grant no longer fits
    is refused and told what is left.
    """
    fits = (Call.listed_cents + cents <= Call.budget_cents, Call.state == State.PUBLISHED)
    if _move(call, cents, *fits):
        return
    left = call.budget_cents - call.listed_cents
    message = _(
        "The requested grant, %(requested)s, does not fit into the budget of the call: "
        "%(left)s of %(budget)s is left. Place the proposal on the reserve list.",
        requested=formats.money(cents),
        left=formats.money(left),
        budget=formats.money(call.budget_cents),
    )
    inputs: dict[str, str | int] = {"requested_cents": cents, "left_cents": left}
    raise RuleBroken(Fault(message, None, "CALL-10", inputs))


def take_off_list(call: Call, cents: int) -> None:
    """Give a grant that was counted, in cents, back to the budget of the call."""
    taken = _move(call, -cents, Call.listed_cents >= cents)
    assert taken, "more would be taken off the main list than it holds"


def decide(call: Call, *, actor: Actor, counts: dict[str, int]) -> Call:
    """Close the lists of the call: from now on no placement changes."""
    call = queries.lock_call(call.id)
    state = LIFE.step(call.state, Action.DECIDE)
    before = call.state
    call.state, call.decided_at = state, clock.now()
    record(
        actor, call, Action.DECIDE, before={"state": before}, after={"state": state}, counts=counts
    )
    return call


def inform(call: Call, *, actor: Actor, counts: dict[str, int]) -> Call:
    """The outcome of the call is no longer confidential."""
    call = queries.lock_call(call.id)
    state = LIFE.step(call.state, Action.INFORM)
    before = call.state
    call.state, call.informed_at = state, clock.now()
    record(
        actor, call, Action.INFORM, before={"state": before}, after={"state": state}, counts=counts
    )
    return call


def conclude(call: Call, *, actor: Actor) -> Call:
    """Every award of the call has become an agreement."""
    call = queries.lock_call(call.id)
    before, state = call.state, LIFE.step(call.state, Action.CONCLUDE)
    call.state = state
    record(actor, call, Action.CONCLUDE, before={"state": before}, after={"state": state})
    return call


def _move(call: Call, cents: int, *conditions: ColumnElement[bool]) -> bool:
    statement = (
        update(Call)
        .where(Call.id == call.id, *conditions)
        .values(listed_cents=Call.listed_cents + cents)
        .execution_options(synchronize_session=False)
    )
    db.session.flush()
    result = db.session.execute(statement)
    db.session.refresh(call, ["listed_cents", "budget_cents"])
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
