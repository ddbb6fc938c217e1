"""Suspended and sent at the same instant, each in a process of its own."""

from portal.core.db import db, transaction
from portal.payments import queries
from portal.payments.states import State
from tests.payments.builders import a_circuit, a_payment, a_person
from tests.racing import race


def test_a_payment_suspended_while_it_is_sent_is_one_or_the_other(committed):
    with transaction():
        payment = a_payment(State.AUTHORISED, circuit=a_circuit())
        ref, officer, accountant = payment.ref, a_person().id, a_person().id

    outcomes = race(
        committed.url,
        "tests.payments.racers:suspend_or_send",
        [
            {"ref": ref, "person_id": officer, "verb": "suspend"},
            {"ref": ref, "person_id": accountant, "verb": "send"},
        ],
    )

    assert len([outcome for outcome in outcomes if outcome.won]) == 1
    db.session.rollback()
    payment = queries.by_ref(ref)
    assert (payment.state is State.SENT) != (payment.suspended_on is not None)


def test_two_officers_suspend_and_one_reason_counts(committed):
    with transaction():
        payment = a_payment(circuit=a_circuit())
        ref, one, other = payment.ref, a_person().id, a_person().id

    outcomes = race(
        committed.url,
        "tests.payments.racers:suspend_or_send",
        [{"ref": ref, "person_id": who, "verb": "suspend"} for who in (one, other)],
    )

    assert len([outcome for outcome in outcomes if outcome.won]) == 1
