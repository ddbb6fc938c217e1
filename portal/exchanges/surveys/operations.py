"""The verbs of surveys: the daily job asks, reminds and closes; the organisation answers."""

from datetime import date
from itertools import chain

from sqlalchemy.exc import IntegrityError

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import refuse_if
from portal.core.ids import next_reference
from portal.exchanges.models import Exchange
from portal.exchanges.states import Reporter
from portal.exchanges.surveys import notifications, policy, queries, rules
from portal.exchanges.surveys.models import Survey
from portal.exchanges.surveys.rules import Answers
from portal.exchanges.surveys.states import LIFE, Action, State


def ask(*, actor: Actor) -> list[Survey]:
    """Ask visitor and host of every visit whose day has come; returns what was asked.

    Each visit, side and number of months is asked once, whoever asks at the same instant.
    """
    ensure(policy.may_ask(actor))
    today = clock.today()
    asked = []
    for exchange, months in queries.to_ask(today):
        for side in Reporter:
            survey = _new(exchange, side, months, today)
            if survey is None:
                continue
            shown = {"state": survey.state, "side": side, "answer_by": survey.answer_by}
            record(
                actor, survey, Action.ASK, after=shown, exchange=exchange.ref, months_after=months
            )
            notifications.asked(survey)
            asked.append(survey)
    return asked


def remind(*, actor: Actor) -> list[Survey]:
    """Remind once of every survey that nobody has answered for a while; returns those reminded."""
    ensure(policy.may_remind(actor))
    waiting = queries.to_remind(clock.today())
    for survey in waiting:
        survey.state = LIFE.step(survey.state, Action.REMIND)
        survey.reminded_at = clock.now()
        record(actor, survey, Action.REMIND, answer_by=survey.answer_by)
        notifications.reminded(survey)
    return waiting


def lapse(*, actor: Actor) -> list[Survey]:
    """Close every survey that nobody answered in time; returns those closed."""
    ensure(policy.may_lapse(actor))
    late = queries.past_answering(clock.today())
    for survey in late:
        before, survey.state = survey.state, LIFE.step(survey.state, Action.LAPSE)
        record(actor, survey, Action.LAPSE, before={"state": before}, after={"state": survey.state})
    return late


def answer(survey: Survey, answers: Answers, *, actor: Actor) -> Survey:
    """Say for the organisation that is asked what came of the visit; once, in time.

    What was written freely is not copied into the trail: fewer people may read it.
    """
    ensure(policy.may_answer(actor, survey))
    survey = queries.lock_survey(survey.id)
    before, state = survey.state, LIFE.step(survey.state, Action.ANSWER)
    refuse_if(chain(rules.late(survey.answer_by, today=clock.today()), rules.faults(answers)))
    told = {name: value for name, value in vars(answers).items() if name != "comment"}
    for name, value in told.items():
        setattr(survey, name, value)
    survey.comment = answers.comment.strip()
    survey.state = state
    survey.answered_by_id, survey.answered_at = actor.id, clock.now()
    record(
        actor,
        survey,
        Action.ANSWER,
        before={"state": before},
        after={"state": survey.state, **told},
    )
    return survey


def _new(exchange: Exchange, side: Reporter, months: int, today: date) -> Survey | None:
    """A survey of one side; None when somebody else has just asked it."""
    now = clock.now()
    organisation = exchange.visitor if side is Reporter.VISITOR else exchange.host
    try:
        with db.session.begin_nested():
            survey = Survey(
                ref=next_reference("SUR", now.year),
                state=State.ASKED,
                exchange=exchange,
                side=side,
                months=months,
                organisation=organisation,
                project_id=exchange.project_id,
                asked_at=now,
                answer_by=rules.answer_by(today),
            )
            db.session.add(survey)
    except IntegrityError:
        return None
    return survey
