"""What the database refuses by itself, whoever asks: four eyes, changed amounts, paying twice."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.refusals import refusal
from portal.partners.bank_accounts.states import State as BankState
from portal.payments.models import Payment
from portal.payments.states import State
from tests.payments.builders import (
    a_change,
    a_circuit,
    a_payee,
    a_payment,
    a_person,
    an_account,
)


def change(session, payment, **values):
    session.execute(
        update(Payment)
        .where(Payment.id == payment.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


@pytest.mark.parametrize(
    ("state", "step"),
    [(State.REQUESTED, "verified"), (State.VERIFIED, "authorised"), (State.AUTHORISED, "sent")],
)
def test_the_requester_cannot_sign_even_by_hand(session, state, step):
    payment = a_payment(state)

    with pytest.raises(IntegrityError) as refused:
        change(
            session,
            payment,
            **{f"{step}_by_id": payment.requested_by_id, f"{step}_at": clock.now()},
        )

    assert refusal(refused.value) is not None


def test_the_verifier_cannot_authorise_even_by_hand(session):
    payment = a_payment(State.VERIFIED)

    with pytest.raises(IntegrityError) as refused:
        change(
            session,
            payment,
            state=State.AUTHORISED,
            authorised_by_id=payment.verified_by_id,
            authorised_at=clock.now(),
        )

    assert "Different people" in str(refusal(refused.value).faults[0].message)


@pytest.mark.parametrize(
    "state",
    [
        State.VERIFIED,
        State.AUTHORISED,
        State.SENT,
        State.ACCEPTED_BY_BANK,
        State.EXECUTED,
        State.REJECTED_BY_BANK,
    ],
)
def test_no_state_without_its_signatures(session, state):
    payment = a_payment()

    with pytest.raises(IntegrityError):
        change(session, payment, state=state)


@pytest.mark.parametrize(
    "column",
    [
        "amount_cents",
        "bank_account_id",
        "payee_id",
        "initiated_by_id",
        "requested_by_id",
        "verified_by_id",
    ],
)
def test_what_was_requested_and_signed_never_changes(session, column):
    payment = a_payment(State.VERIFIED)
    other = {
        "amount_cents": 1,
        "bank_account_id": payment.bank_account_id + 1,
        "payee_id": a_payee().id,
        "initiated_by_id": a_person().id,
        "requested_by_id": a_person().id,
        "verified_by_id": a_person().id,
    }

    with pytest.raises(IntegrityError) as refused:
        change(session, payment, **{column: other[column]})

    assert "cannot be changed afterwards" in str(refusal(refused.value).faults[0].message)


def test_a_signature_cannot_be_taken_away(session):
    payment = a_payment(State.VERIFIED)

    with pytest.raises(IntegrityError):
        change(session, payment, state=State.REQUESTED, verified_by_id=None, verified_at=None)


def test_a_payment_stays_in_its_batch(session):
    people = a_circuit()
    payment, other = a_payment(State.SENT, circuit=people), a_payment(State.SENT, circuit=people)

    with pytest.raises(IntegrityError):
        change(session, payment, batch_id=other.batch_id)


def test_a_batch_never_changes(session):
    a_payment(State.SENT)

    with pytest.raises(IntegrityError):
        session.execute(text("update batch set total_cents = 1"))


def test_a_subject_has_one_live_payment(session):
    people = a_circuit()
    first, second = a_payment(circuit=people), a_payment(State.REFUSED, circuit=people)
    columns = {column.name: getattr(second, column.name) for column in Payment.__table__.c}
    copy = {"id": None, "ref": "PAY-2026-9999", "subject": first.subject, "state": State.REQUESTED}
    copy |= {"refused_reason": "", "refused_at": None, "refused_by_id": None}

    session.add(Payment(**columns | copy))

    with pytest.raises(IntegrityError) as refused:
        session.flush()
    assert "already under way" in str(refusal(refused.value).faults[0].message)


def test_what_is_returned_was_executed(session):
    payment = a_payment(State.SENT)
    ended = {"refused_reason": "AC04", "refused_at": clock.now()}

    with pytest.raises(IntegrityError):
        change(session, payment, state=State.RETURNED, **ended)


def test_an_end_has_its_reason(session):
    payment = a_payment()

    with pytest.raises(IntegrityError):
        change(session, payment, state=State.CANCELLED, refused_at=clock.now())


def by_hand(session, payment):
    """The verifier's signature, past every operation."""
    change(
        session,
        payment,
        state=State.VERIFIED,
        verified_by_id=a_person().id,
        verified_at=clock.now(),
    )


def refused_by_hand(session, payment):
    with pytest.raises(IntegrityError) as refused:
        by_hand(session, payment)
    return refusal(refused.value).faults[0]


def test_no_signature_by_hand_for_a_frozen_account(session):
    payment = a_payment()
    payment.account.state, payment.account.reason = BankState.FROZEN, "a doubt"
    session.flush()

    assert refused_by_hand(session, payment).rule == "payment-account"


def test_no_signature_by_hand_while_a_change_is_proposed(session):
    payee = a_payee()
    payment = a_payment(payee=payee)
    a_change(payee)

    assert refused_by_hand(session, payment).rule == "payment-account"


def test_no_signature_by_hand_before_the_account_may_be_used(session):
    payee = a_payee(with_account=False)
    an_account(payee, usable_from=clock.today() + timedelta(days=2))
    payment = a_payment(payee=payee)

    assert refused_by_hand(session, payment).rule == "payment-account"


def test_the_day_of_the_signature_counts_not_that_of_the_database(session):
    payee = a_payee(with_account=False)
    an_account(payee, usable_from=clock.today() + timedelta(days=2))
    payment = a_payment(payee=payee)

    with clock.at(clock.now() + timedelta(days=2)):
        by_hand(session, payment)

    session.refresh(payment)
    assert payment.state is State.VERIFIED


@pytest.mark.parametrize(
    ("state", "step"),
    [(State.REQUESTED, "verified"), (State.VERIFIED, "authorised"), (State.AUTHORISED, "sent")],
)
def test_who_proposed_the_account_cannot_sign_even_by_hand(session, state, step):
    proposer, payee = a_person(), a_payee(with_account=False)
    an_account(payee, proposed_by=proposer)
    payment = a_payment(state, payee=payee)
    signed = {"state": step, f"{step}_by_id": proposer.id, f"{step}_at": clock.now()}
    if step == "sent":
        signed["batch_id"] = a_payment(State.SENT).batch_id

    with pytest.raises(IntegrityError) as refused:
        change(session, payment, **signed)

    assert "proposed a bank account" in str(refusal(refused.value).faults[0].message)


def test_a_payment_cannot_be_written_as_sent_to_a_held_account(session):
    sent = a_payment(State.SENT)
    columns = {column.name: getattr(sent, column.name) for column in Payment.__table__.c}
    held = an_account(a_payee(with_account=False), usable_from=clock.today() + timedelta(days=2))
    copy = {"id": None, "ref": "PAY-2026-9999", "subject": "CXC-2026-9999"}

    session.add(Payment(**columns | copy | {"bank_account_id": held.id}))

    with pytest.raises(IntegrityError) as refused:
        session.flush()
    assert refusal(refused.value).faults[0].rule == "payment-account"
