"""What processes do against one another in the races of bank files."""

from portal.core.actors import Actor, Role
from portal.payments import queries as payments
from portal.payments.answers import operations, queries


def take_in(content: str, person_id: int) -> str:
    return operations.take_in((content.encode(), "answer.xml"), actor=_accountant(person_id)).ref


def decide(entry: str, person_id: int, payment: str = "") -> str:
    found, actor = queries.entry(entry), _accountant(person_id)
    if payment:
        return operations.attribute(found, payment=payments.by_ref(payment), actor=actor).state
    return operations.dismiss(found, reason="not ours", actor=actor).state


def _accountant(person_id: int) -> Actor:
    return Actor(person_id, "an accounting officer", frozenset({Role.ACCOUNTANT}))
