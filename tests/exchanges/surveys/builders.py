"""Visits that are over and validated, the days on which they are followed up, and answers."""

from dataclasses import replace
from datetime import date
from typing import Any

from portal.core.actors import SYSTEM
from portal.exchanges.models import Exchange
from portal.exchanges.states import Reporter, State
from portal.exchanges.surveys import operations, queries
from portal.exchanges.surveys.models import Survey
from portal.exchanges.surveys.rules import Answers
from portal.exchanges.surveys.states import Contact
from tests.exchanges.builders import World, an_exchange, at

#: The visit of the story ends on 16 October 2026.
SIX, TWELVE = date(2027, 4, 16), date(2027, 10, 16)
ANSWERS = Answers(Contact.REGULAR, 1, 2, 150_000, 3, 1, True, 4, "A good start.")


def answers(**changes: Any) -> Answers:
    """What a side says, or something that differs from it."""
    return replace(ANSWERS, **changes)


def a_visit(world: World, **changes: Any) -> Exchange:
    """A validated visit from 12 to 16 October 2026."""
    return an_exchange(world, State.VALIDATED, **changes)


def ask(day: date = SIX) -> list[Survey]:
    """The daily job asks."""
    with at(day):
        return operations.ask(actor=SYSTEM)


def the_survey(world: World, side: Reporter = Reporter.VISITOR) -> Survey:
    """The survey of one side of a visit, asked after six months."""
    visit = a_visit(world)
    ask()
    return next(one for one in queries.of_exchange(visit.id) if one.side is side)


def answer(
    world: World, survey: Survey, who: str = "visitor", day: date = SIX, **changes: Any
) -> Survey:
    """One side answers."""
    with at(day):
        return operations.answer(survey, answers(**changes), actor=world.actor(who))
