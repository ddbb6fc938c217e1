"""Bank files taken in, against real databases."""

import pytest
from sqlalchemy import func, select

from portal.audit import queries as trail
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.ledger import queries as ledger
from portal.ledger.models import Posting
from portal.payments import operations as payments
from portal.payments.answers import operations, queries
from portal.payments.answers.models import BankAnswer
from portal.payments.answers.states import State
from portal.payments.models import Payment
from portal.payments.states import State as PaymentState
from tests.counting import selects
from tests.payments.answers.builders import (
    a_booking,
    a_notification,
    a_report,
    a_statement,
    a_status,
)
from tests.payments.builders import a_circuit, a_payee, a_payment, a_person, acting

CENTS = 39_000


def today():
    return clock.today().isoformat()


def a_sent(people, **overrides):
    return a_payment(PaymentState.SENT, circuit=people, cents=CENTS, **overrides)


def take_in(content, people):
    return operations.take_in((content, "answer.xml"), actor=people.accountant)


def entries(answer):
    return list(db.session.scalars(queries.entries_of(answer.id)))


def postings():
    return db.session.scalar(select(func.count()).select_from(Posting))


def test_a_debit_settles_the_payment_it_names(session):
    people = a_circuit()
    payment = a_sent(people)

    answer = take_in(a_statement(a_booking(payment.ref, CENTS, day=today())), people)

    assert payment.state is PaymentState.EXECUTED
    assert payment.executed_on == clock.today()
    assert [entry.state for entry in entries(answer)] == [State.APPLIED]
    assert ledger.mismatches() == []


def test_a_long_statement_is_entered_with_as_many_questions_as_a_short_one(session):
    people = a_circuit()
    few, many = ([a_sent(people) for _ in range(number)] for number in (2, 9))

    counted = []
    for message, sent in (("STM-1", few), ("STM-2", many)):
        bookings = [a_booking(each.ref, CENTS, day=today(), reference=each.ref) for each in sent]
        with selects() as seen:
            take_in(a_statement(*bookings, message=message), people)
        counted.append(len(seen))

    assert {payment.state for payment in (*few, *many)} == {PaymentState.EXECUTED}
    assert counted[0] == counted[1]
    assert ledger.mismatches() == [] == list(trail.verify_chains())


def test_a_debit_and_its_return_in_one_file_are_entered_in_their_order(session):
    people = a_circuit()
    returned, paid = a_sent(people), a_sent(people)

    take_in(
        a_statement(
            a_booking(returned.ref, CENTS, day=today(), reference="B1"),
            a_booking(paid.ref, CENTS, day=today(), reference="B2"),
            a_booking(returned.ref, CENTS, day=today(), reference="B3", code="AC04"),
        ),
        people,
    )

    assert (returned.state, paid.state) == (PaymentState.RETURNED, PaymentState.EXECUTED)
    assert ledger.mismatches() == []


def test_an_accepted_order_accepts_each_of_its_payments(session):
    people = a_circuit()
    payment = a_sent(people)
    before = postings()

    answer = take_in(a_report(group="ACSP", batch=payment.batch.ref), people)

    assert payment.state is PaymentState.ACCEPTED_BY_BANK
    assert payment.accepted_at is not None
    assert [entry.payment_id for entry in entries(answer)] == [payment.id]
    assert postings() == before


def test_an_accepted_payment_is_settled_by_its_debit(session):
    people = a_circuit()
    payment = a_payment(PaymentState.ACCEPTED_BY_BANK, circuit=people, cents=CENTS)

    take_in(a_statement(a_booking(payment.ref, CENTS, day=today())), people)

    assert payment.state is PaymentState.EXECUTED
    assert ledger.mismatches() == []


def test_a_status_that_comes_after_the_debit_changes_nothing(session):
    people = a_circuit()
    payment = a_sent(people)
    take_in(a_statement(a_booking(payment.ref, CENTS, day=today())), people)
    before = postings()

    answer = take_in(a_report(a_status(payment.ref, "ACSP")), people)

    assert (payment.state, payment.accepted_at) == (PaymentState.EXECUTED, None)
    assert [entry.state for entry in entries(answer)] == [State.APPLIED]
    assert postings() == before


@pytest.mark.parametrize("state", [PaymentState.SENT, PaymentState.ACCEPTED_BY_BANK])
@pytest.mark.parametrize(
    ("status", "code", "kept"), [("RJCT", "AC04", "AC04"), ("CANC", "", "CANC")]
)
def test_a_rejection_moves_no_money_and_lets_the_debt_be_asked_for_again(
    session, state, status, code, kept
):
    people = a_circuit()
    payment = a_payment(state, circuit=people, cents=CENTS)
    before = postings()

    take_in(a_report(a_status(payment.ref, status, code=code)), people)
    new = payments.request_again(payment, actor=people.officer)

    assert (payment.state, payment.refused_reason) == (PaymentState.REJECTED_BY_BANK, kept)
    assert (payment.executed_on, new.replaces_id) == (None, payment.id)
    assert postings() == before


def test_a_debit_of_a_rejected_payment_waits_for_a_person(session):
    people = a_circuit()
    payment = a_payment(PaymentState.REJECTED_BY_BANK, circuit=people, cents=CENTS)

    answer = take_in(a_statement(a_booking(payment.ref, CENTS, day=today())), people)

    assert payment.state is PaymentState.REJECTED_BY_BANK
    assert [entry.state for entry in entries(answer)] == [State.WAITING]


def test_a_partly_accepted_order_is_read_line_by_line(session):
    people = a_circuit()
    good, bad = a_sent(people), a_sent(people)

    take_in(
        a_report(a_status(good.ref, "ACSC"), a_status(bad.ref, "RJCT", code="AC01"), group="PART"),
        people,
    )

    assert good.state is PaymentState.EXECUTED
    assert bad.state is PaymentState.REJECTED_BY_BANK
    assert "AC01" in bad.refused_reason


def test_a_return_reopens_the_debt_and_keeps_the_charges_apart(session):
    people = a_circuit()
    payment = a_payment(PaymentState.EXECUTED, circuit=people, cents=CENTS)
    line = ledger.line(payment.line_id)
    certified = line.certified_cents

    answer = take_in(a_notification(a_booking(payment.ref, CENTS - 500, code="AC04")), people)

    db.session.refresh(line)
    assert payment.state is PaymentState.RETURNED
    assert line.certified_cents == certified + CENTS
    assert entries(answer)[0].charges_cents == 500
    assert ledger.mismatches() == []


def test_a_return_that_arrives_before_its_debit_moves_no_money_twice(session):
    people = a_circuit()
    payment = a_sent(people)
    line = ledger.line(payment.line_id)
    certified, back = (
        line.certified_cents,
        a_booking(payment.ref, CENTS, code="AC06", reference="R1", day=today()),
    )

    take_in(a_notification(back), people)
    moved = postings()
    take_in(a_statement(a_booking(payment.ref, CENTS, day=today(), reference="D1")), people)

    db.session.refresh(line)
    assert (payment.state, payment.executed_on) == (PaymentState.RETURNED, clock.today())
    assert (line.certified_cents, line.paid_cents) == (certified, 0)
    assert postings() == moved
    assert ledger.mismatches() == []


def test_the_same_file_twice_changes_nothing(session):
    people = a_circuit()
    payment = a_sent(people)
    content = a_statement(a_booking(payment.ref, CENTS, day=today()))
    first = take_in(content, people)
    before = postings()

    again = take_in(content, people)

    assert again.id == first.id
    assert postings() == before


def test_the_same_booking_in_another_file_is_known(session):
    people = a_circuit()
    payment = a_sent(people)
    booking = a_booking(payment.ref, CENTS, day=today())
    take_in(a_statement(booking), people)

    answer = take_in(a_notification(booking), people)

    assert (answer.known_before, entries(answer)) == (1, [])


def test_another_file_under_the_same_identifier_is_refused(session):
    people = a_circuit()
    one, other = a_sent(people), a_sent(people)
    take_in(a_statement(a_booking(one.ref, CENTS, day=today())), people)

    with pytest.raises(RuleBroken) as refused:
        take_in(a_statement(a_booking(other.ref, CENTS, day=today())), people)
    assert "different file" in str(refused.value.faults[0].message)
    assert other.state is PaymentState.SENT


@pytest.mark.parametrize("cents", [CENTS - 1, CENTS + 1])
def test_a_debit_of_another_amount_waits_for_a_person(session, cents):
    people = a_circuit()
    payment = a_sent(people)

    answer = take_in(a_statement(a_booking(payment.ref, cents, day=today())), people)

    assert payment.state is PaymentState.SENT
    assert [entry.state for entry in entries(answer)] == [State.WAITING]


def test_an_entry_that_names_nobody_is_proposed_and_attributed_by_hand(session):
    people = a_circuit()
    payment = a_sent(people)
    booking = a_booking("NOTPROVIDED", CENTS, day=today(), iban=payment.account.iban)
    (entry,) = entries(take_in(a_statement(booking), people))
    assert [found.ref for found in queries.proposals(entry)] == [payment.ref]

    operations.attribute(entry, payment=payment, actor=people.accountant)

    assert payment.state is PaymentState.EXECUTED
    assert (entry.state, entry.decided_by_id) == (State.APPLIED, people.accountant.id)
    with pytest.raises(IllegalStep):
        operations.attribute(entry, payment=payment, actor=people.accountant)


def test_an_entry_is_not_attributed_to_a_payment_of_another_amount(session):
    people = a_circuit()
    payment = a_sent(people)
    (entry,) = entries(take_in(a_statement(a_booking("X", CENTS + 1, day=today())), people))

    with pytest.raises(RuleBroken):
        operations.attribute(entry, payment=payment, actor=people.accountant)
    assert payment.state is PaymentState.SENT


def test_an_entry_of_somebody_else_is_set_aside_with_a_reason(session):
    people = a_circuit()
    (entry,) = entries(take_in(a_statement(a_booking("RENT", 1000, day=today())), people))

    operations.dismiss(entry, reason="The rent.", actor=people.accountant)

    assert (entry.state, entry.reason) == (State.DISMISSED, "The rent.")


def test_nobody_enters_what_the_bank_did_for_their_own_organisation(session):
    people, payee = a_circuit(), a_payee()
    payment = a_sent(people, payee=payee)
    own = acting(a_person(Role.ACCOUNTANT), Role.ACCOUNTANT, organisations=(payee.id,))
    content = a_statement(a_booking(payment.ref, CENTS, day=today()))

    (entry,) = entries(operations.take_in((content, "a.xml"), actor=own))

    assert (entry.state, payment.state) == (State.WAITING, PaymentState.SENT)
    with pytest.raises(NotAllowed):
        operations.attribute(entry, payment=payment, actor=own)


def test_a_file_in_another_currency_changes_nothing(session):
    people = a_circuit()
    payment = a_sent(people)
    good = a_booking(payment.ref, CENTS, day=today())
    foreign = a_booking("X", CENTS, currency="USD", reference="B2")

    with pytest.raises(RuleBroken):
        take_in(a_statement(good, foreign), people)

    assert payment.state is PaymentState.SENT
    assert db.session.scalar(select(func.count()).select_from(BankAnswer)) == 0


def test_only_accounting_officers_take_files_in(session):
    people = a_circuit()

    for actor in (people.verifier, people.authoriser, people.officer, people.requester):
        with pytest.raises(NotAllowed):
            operations.take_in((a_statement(), "a.xml"), actor=actor)
    assert db.session.scalar(select(func.count()).select_from(Payment)) == 0


def test_the_payee_reads_why_in_their_own_language(session, mails):
    people, reader = a_circuit(), a_person(language="fr")
    payment = a_sent(people, payee=a_payee(members=(reader,)))

    take_in(a_report(a_status(payment.ref, "RJCT", code="AC04")), people)

    (told,) = [mail for mail in mails() if mail.recipient == reader.email]
    assert "AC04 – le compte est clos" in told.body
