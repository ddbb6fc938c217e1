"""What processes do against one another in the races of payments."""

from portal.core.actors import Actor, Role
from portal.payments import operations, queries


def authorise(ref: str, person_id: int) -> str:
    actor = Actor(person_id, "an authorising officer", frozenset({Role.AUTHORISER}))
    return operations.authorise(queries.by_ref(ref), actor=actor)[0].ref


def decide(ref: str, person_id: int, verb: str) -> str:
    actor = Actor(person_id, "an authorising officer", frozenset({Role.AUTHORISER}))
    payment = queries.by_ref(ref)
    if verb == "authorise":
        return operations.authorise(payment, actor=actor)[0].state
    return operations.refuse(payment, reason="not convinced", actor=actor).state


def send(refs: list[str], person_id: int) -> str:
    actor = Actor(person_id, "an accounting officer", frozenset({Role.ACCOUNTANT}))
    return operations.send(*queries.by_refs(refs), actor=actor).ref


def request_again(ref: str, person_id: int) -> str:
    actor = Actor(person_id, "a programme officer", frozenset({Role.OFFICER}))
    return operations.request_again(queries.by_ref(ref), actor=actor).ref


def suspend_or_send(ref: str, person_id: int, verb: str) -> str:
    if verb == "send":
        return send([ref], person_id)
    actor = Actor(person_id, "a programme officer", frozenset({Role.OFFICER}))
    return operations.suspend(queries.by_ref(ref), reason="a reason", actor=actor).state
