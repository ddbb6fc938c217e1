"""What processes do against one another in the races of surveys."""

from portal.accounts import queries as accounts
from portal.core.actors import SYSTEM
from portal.exchanges.surveys import operations, queries
from tests.exchanges.builders import actor_of, at
from tests.exchanges.surveys.builders import SIX, answers


def ask() -> list[str]:
    with at(SIX):
        return [survey.ref for survey in operations.ask(actor=SYSTEM)]


def answer(ref: str, person_id: int, satisfaction: int) -> str:
    actor = actor_of(accounts.by_id(person_id))
    with at(SIX):
        said = answers(satisfaction=satisfaction)
        return operations.answer(queries.by_ref(ref), said, actor=actor).state
