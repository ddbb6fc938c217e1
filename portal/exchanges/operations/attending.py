"""The host confirms that the visitor has come and gone, by the codes the visitor shows."""

from datetime import date

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.exchanges import notifications, policy, queries
from portal.exchanges.models import Attendance, Exchange, WrongCode
from portal.exchanges.rules import attendance as rules
from portal.exchanges.states import LIFE, Action, Passage, State


def confirm_attendance(exchange: Exchange, *, code: str, day: date, actor: Actor) -> Passage | None:
    """Confirm what comes next, the arrival or the departure, for a day of the stay.

    Returns what was confirmed, or None when the code was wrong: that is kept, and after
    `rules.TRIES` of them no code is taken any more. Everything else is checked before the code, so
    that a refusal tells nothing about it. Where only the proofs were missing, the exchange can be
    checked now (domain 2.7).
    """
    ensure(policy.may_confirm_attendance(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    complete = LIFE.step(exchange.state, Action.CONFIRM_ATTENDANCE)
    passage, typed = _expected(exchange, day), queries.wrong_codes(exchange.id)
    if typed >= rules.TRIES:
        raise RuleBroken(rules.no_tries_left())
    assert actor.id is not None, "only people confirm"
    if not rules.is_code(code, queries.attendance_code(exchange, passage)):
        _refuse_spent(exchange, code, passage)
        _keep_wrong_code(exchange, typed + 1, actor)
        return None
    exchange.attendance.append(
        Attendance(passage=passage, day=day, confirmed_by_id=actor.id, confirmed_at=clock.now())
    )
    if not queries.still_missing(exchange):
        exchange.state = complete
    record(
        actor,
        exchange,
        Action.CONFIRM_ATTENDANCE,
        after={"state": exchange.state, "passage": passage, "day": day},
    )
    if exchange.state is State.REPORTED:
        notifications.reported(exchange)
    return passage


def _expected(exchange: Exchange, day: date) -> Passage:
    """What a code confirms now; raises `RuleBroken` when none is taken, or not for that day."""
    if exchange.virtual:
        message = _("Nobody travels to a virtual exchange, so there is no arrival to confirm.")
        raise RuleBroken(Fault(message, rule="2.7"))
    confirmed = {one.passage: one.day for one in exchange.attendance}
    passage = rules.next_passage(confirmed)
    if passage is None:
        raise RuleBroken(Fault(_("Arrival and departure are confirmed already."), rule="2.7"))
    today = clock.today()
    refuse_if(rules.time_faults(exchange.first_on, exchange.last_on, today=today))
    refuse_if(
        rules.day_faults(
            day,
            first_on=exchange.first_on,
            last_on=exchange.last_on,
            arrived_on=confirmed.get(Passage.ARRIVAL),
            today=today,
        )
    )
    return passage


def _refuse_spent(exchange: Exchange, code: str, passage: Passage) -> None:
    """Say so when the arrival’s code is typed again: it is spent, and no try is used up."""
    if passage is Passage.ARRIVAL:
        return
    if rules.is_code(code, queries.attendance_code(exchange, Passage.ARRIVAL)):
        message = _(
            "This is the code of the arrival, which is confirmed already. The visitor’s page shows "
            "another one for the departure."
        )
        raise RuleBroken(Fault(message, "code", "2.7"))


def _keep_wrong_code(exchange: Exchange, number: int, actor: Actor) -> None:
    assert actor.id is not None, "only people type"
    db.session.add(
        WrongCode(
            exchange_id=exchange.id, number=number, typed_by_id=actor.id, typed_at=clock.now()
        )
    )
    record(actor, exchange, "mistype", after={"wrong_codes": number})
