"""What processes do against one another in the races of grant payments."""

from datetime import date

from portal.core.actors import Actor, Role
from portal.projects import queries as projects
from portal.projects.periods import operations, queries
from tests.projects.periods.builders import at


def _officer(person_id: int) -> Actor:
    return Actor(person_id, "an officer", frozenset({Role.OFFICER}))


def plan(ref: str, person_id: int, count: int) -> int:
    return operations.plan(projects.by_ref(ref), count=count, actor=_officer(person_id)).periods


def pre_finance(ref: str, person_id: int) -> str:
    return operations.pre_finance(projects.by_ref(ref), actor=_officer(person_id)).ref


def close(ref: str, person_id: int) -> str:
    return operations.close(projects.by_ref(ref), reason="Over", actor=_officer(person_id)).state


def submit(ref: str, person_id: int, day: str, cents: int) -> str:
    project = projects.by_ref(ref)
    member = Actor(person_id, "a member", frozenset(), frozenset({project.coordinator_id}))
    line = projects.budget_of(project.id)[0].line_id
    with at(_day(day)):
        period = queries.by_number(project, 1)
        return operations.submit(period, report="Done.", claims={line: cents}, actor=member).state


def decide(ref: str, person_id: int, day: str, verb: str) -> str:
    given = {"accepted": {}, "reasons": {}} if verb == "accept" else {"reason": "A doubt."}
    with at(_day(day)):
        period = queries.by_number(projects.by_ref(ref), 1)
        getattr(operations, verb)(period, **given, actor=_officer(person_id))
    return verb


def _day(text: str) -> date:
    return date.fromisoformat(text)
