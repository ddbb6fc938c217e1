"""What processes do against one another in the races of recoveries."""

from portal.core import clock
from portal.core.actors import Actor, Role
from portal.payments import queries as payments
from portal.payments.recoveries import operations, queries
from portal.payments.recoveries.states import Cause


def act(verb: str, ref: str, person_id: int, cents: int = 0, other: str = "") -> str:
    """Do one verb of a race; `other` is a bank's reference or a payment's."""
    return _VERBS[verb](ref, person_id, cents, other)


def _draft(ref: str, person_id: int, cents: int, _other: str) -> str:
    return operations.draft(
        payments.by_ref(ref),
        cause=Cause.ERROR,
        amount_cents=cents,
        reason="paid twice",
        actor=_actor(person_id, Role.OFFICER),
    ).ref


def _receive(ref: str, person_id: int, cents: int, other: str) -> str:
    operations.receive(
        queries.by_ref(ref),
        amount_cents=cents,
        received_on=clock.today(),
        bank_reference=other,
        actor=_actor(person_id, Role.ACCOUNTANT),
    )
    return ref


def _waive(ref: str, person_id: int, _cents: int, _other: str) -> str:
    return operations.waive(queries.by_ref(ref), actor=_actor(person_id, Role.AUTHORISER)).ref


def _net(ref: str, person_id: int, cents: int, other: str) -> str:
    operations.net(
        queries.by_ref(ref),
        payment=payments.by_ref(other),
        amount_cents=cents,
        actor=_actor(person_id, Role.ACCOUNTANT),
    )
    return ref


_VERBS = {"draft": _draft, "receive": _receive, "waive": _waive, "net": _net}


def _actor(person_id: int, role: Role) -> Actor:
    return Actor(person_id, "somebody", frozenset({role}))
