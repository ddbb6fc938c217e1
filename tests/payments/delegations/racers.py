"""What processes do against one another in the races of delegations."""

from portal.core.actors import Actor, Role
from portal.payments import operations as payments
from portal.payments import queries as payment_queries
from portal.payments.delegations import operations, queries


def decide(payment: str, delegation: str, person_id: int, verb: str) -> str:
    if verb == "sign":
        delegate = Actor(person_id, "a delegate", frozenset({Role.OFFICER}))
        return payments.authorise(payment_queries.by_ref(payment), actor=delegate)[0].ref
    admin = Actor(person_id, "an administrator", frozenset({Role.ADMIN}))
    lent = queries.by_ref(delegation)
    return operations.revoke(lent, reason="Back early.", actor=admin).ref


def authorise(payment: str, person_id: int, role: str) -> str:
    actor = Actor(person_id, "somebody", frozenset({Role(role)}))
    return payments.authorise(payment_queries.by_ref(payment), actor=actor)[0].ref
