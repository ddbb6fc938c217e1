"""Migration 0008 with payments in every state the bank can leave them in: down, and up again."""

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from portal.core.actors import Role
from portal.core.db import db, transaction
from portal.payments import operations
from portal.payments.states import State
from tests.database import alembic_config
from tests.payments.builders import a_circuit, a_payment, a_person, acting
from tests.payments.delegations.builders import a_delegation

REVISION = "0008"


def states(connection):
    return dict(connection.execute(text("SELECT subject, state FROM payment")).all())


def test_payments_keep_what_the_bank_said_of_them(committed):
    with transaction():
        people, lent = a_circuit(), a_delegation()
        kept = {
            state: a_payment(state, circuit=people).subject
            for state in (
                State.VERIFIED,
                State.ACCEPTED_BY_BANK,
                State.EXECUTED,
                State.REJECTED_BY_BANK,
                State.RETURNED,
            )
        }
        failed = a_payment(State.REFUSED, circuit=people)
        again = operations.request_again(failed, actor=acting(a_person(), Role.OFFICER)).ref
        signed = a_payment(State.VERIFIED, circuit=people)
        operations.authorise(signed, actor=acting(lent.delegate, Role.OFFICER))
        first = people.requester.id
    db.session.remove()
    before = ScriptDirectory.from_config(alembic_config()).get_revision(REVISION).down_revision

    command.downgrade(alembic_config(), before)
    with committed.engine.connect() as connection:
        old = states(connection)
    command.upgrade(alembic_config(), "head")
    with committed.engine.connect() as connection:
        new = states(connection)
        asked = connection.scalar(
            text("SELECT initiated_by_id FROM payment WHERE ref = :ref"), {"ref": again}
        )

    came_back = {kept[State.REJECTED_BY_BANK], kept[State.RETURNED]}
    assert {subject for subject, state in old.items() if state == "returned"} == came_back
    assert old[kept[State.ACCEPTED_BY_BANK]] == "sent"
    assert new == {**old, kept[State.REJECTED_BY_BANK]: "rejected_by_bank"}
    assert asked == first
