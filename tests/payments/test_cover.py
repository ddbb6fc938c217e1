"""What is certified covers every payment under way for its file (I1), in the rule and below it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.refusals import refusal
from portal.ledger import effects as ledger
from portal.ledger import operations as ledger_operations
from portal.ledger.models import Posting
from portal.ledger.states import Bucket
from portal.payments import effects
from portal.payments.states import OPEN, Purpose, State
from tests.ledger.builders import a_line, money_certified
from tests.payments.builders import a_circuit, a_payee, a_payment, bring

FILE = "VCH-2026-0042"
AT_WORK = [state for state in State if state in OPEN]


def asked(line, payee, people, number, cents):
    """The instalment of a milestone of one voucher."""
    return effects.request(
        payee_id=payee.id,
        amount_cents=cents,
        line_id=line.id,
        purpose=Purpose.INSTALMENT,
        subject=f"{FILE}/{number}",
        started_on=clock.today(),
        actor=people.requester,
    )


@pytest.fixture
def scene(session):
    people, line, payee = a_circuit(), a_line(1_000_000), a_payee()
    money_certified(line, 1_000, f"{FILE}/1", actor=people.requester)
    return people, line, payee


def test_two_milestones_are_not_requested_on_the_same_certified_money(scene):
    people, line, payee = scene
    asked(line, payee, people, 1, 1_000)

    with pytest.raises(RuleBroken) as refused:
        asked(line, payee, people, 2, 1)

    assert [fault.rule for fault in refused.value.faults] == ["I1"]


def test_a_milestone_is_requested_on_what_the_others_leave(scene):
    people, line, payee = scene
    asked(line, payee, people, 1, 400)

    assert asked(line, payee, people, 2, 600).amount_cents == 600


@pytest.mark.parametrize("state", [State.REFUSED, State.CANCELLED])
def test_a_payment_that_came_to_nothing_needs_its_money_no_longer(scene, state):
    people, line, payee = scene
    bring(asked(line, payee, people, 1, 1_000), state, people)

    assert asked(line, payee, people, 2, 1_000)


def test_the_file_of_another_voucher_is_apart(scene):
    people, line, payee = scene
    asked(line, payee, people, 1, 1_000)
    money_certified(line, 500, f"{FILE}0/1", actor=people.requester)

    effects.request(
        payee_id=payee.id,
        amount_cents=500,
        line_id=line.id,
        purpose=Purpose.INSTALMENT,
        subject=f"{FILE}0/1",
        started_on=clock.today(),
        actor=people.requester,
    )


@pytest.mark.parametrize("state", AT_WORK)
def test_no_certification_is_undone_under_a_payment(session, state):
    people = a_circuit()
    payment = a_payment(state, circuit=people)
    wanted = select(Posting).where(Posting.kind == "certify", Posting.subject == payment.subject)
    certified = session.scalars(wanted).one()

    with pytest.raises(IntegrityError) as refused, session.begin_nested():
        ledger_operations.reverse(certified, reason="a mistake", actor=people.accountant)

    assert "payment that is under way" in str(refusal(refused.value).faults[0].message)


@pytest.mark.parametrize("state", AT_WORK)
def test_what_is_certified_is_not_given_back_under_a_payment(session, state):
    people = a_circuit()
    payment = a_payment(state, circuit=people)

    with pytest.raises(IntegrityError, match="certified_under_payment"), session.begin_nested():
        ledger.release(
            payment.line_id,
            1,
            source=Bucket.CERTIFIED,
            subject=payment.subject,
            why="",
            actor=people.officer,
        )


def test_the_database_takes_no_payment_that_is_not_covered(session):
    people = a_circuit()
    payment = a_payment(State.REQUESTED, circuit=people)
    columns = [
        column.name
        for column in payment.__table__.columns
        if column.name not in ("id", "ref", "subject")
    ]
    listed = ", ".join(columns)
    copied = text(
        f"INSERT INTO payment (ref, subject, {listed}) "
        f"SELECT 'PAY-2026-9999', subject || '/2', {listed} FROM payment WHERE id = :id"
    )

    with pytest.raises(IntegrityError, match="certified_under_payment"), session.begin_nested():
        session.execute(copied, {"id": payment.id})
