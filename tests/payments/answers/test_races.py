"""Two accounting officers at the same instant: the bank's word is entered once."""

from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db, transaction
from portal.ledger import queries as ledger
from portal.ledger.models import Posting
from portal.ledger.states import Action
from portal.payments import queries as payments
from portal.payments.answers import operations, queries
from portal.payments.answers.models import BankAnswer
from portal.payments.answers.states import State
from portal.payments.states import State as PaymentState
from tests.payments.answers.builders import a_booking, a_statement
from tests.payments.builders import a_circuit, a_payment, a_person
from tests.racing import race


def a_scene():
    """A payment at the bank with its amount, and two officers."""
    people = a_circuit()
    payment = a_payment(PaymentState.SENT, circuit=people)
    return people, payment, a_person().id, a_person().id


def paid_postings():
    return db.session.scalar(
        select(func.count()).select_from(Posting).where(Posting.kind == Action.PAY)
    )


def test_the_same_statement_imported_twice_at_once_pays_once(committed):
    with transaction():
        _people, payment, one, other = a_scene()
        ref, day = payment.ref, clock.today().isoformat()
        content = a_statement(a_booking(ref, payment.amount_cents, day=day)).decode()

    race(
        committed.url,
        "tests.payments.answers.racers:take_in",
        [{"content": content, "person_id": one}, {"content": content, "person_id": other}],
    )

    db.session.rollback()
    assert payments.by_ref(ref).state is PaymentState.EXECUTED
    assert db.session.scalar(select(func.count()).select_from(BankAnswer)) == 1
    assert paid_postings() == 1
    assert ledger.mismatches() == []


def test_of_attributing_and_setting_aside_one_counts(committed):
    with transaction():
        people, payment, one, other = a_scene()
        ref, cents, day = payment.ref, payment.amount_cents, clock.today().isoformat()
        content = a_statement(a_booking("NOTPROVIDED", cents, day=day))
        answer = operations.take_in((content, "a.xml"), actor=people.accountant)
        entry = f"{answer.ref}/1"

    outcomes = race(
        committed.url,
        "tests.payments.answers.racers:decide",
        [
            {"entry": entry, "person_id": one, "payment": ref},
            {"entry": entry, "person_id": other},
        ],
    )

    db.session.rollback()
    assert sum(outcome.won for outcome in outcomes) == 1
    attributed = queries.entry(entry).state is State.APPLIED
    assert (payments.by_ref(ref).state is PaymentState.EXECUTED) == attributed
    assert paid_postings() == int(attributed)
