"""No signature for a payment whose account is held, nor by who vouched for it lately."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.exc import IntegrityError

from portal.core import clock, formats
from portal.core.actors import Role
from portal.core.columns import Instant
from portal.core.errors import NotAllowed, RuleBroken
from portal.partners.bank_accounts.states import State as BankState
from portal.payments import operations, queries
from portal.payments.states import State
from tests.payments.builders import (
    a_change,
    a_circuit,
    a_payee,
    a_payment,
    a_person,
    acting,
    an_account,
)
from tests.payments.delegations.builders import a_delegation


def signs(payment, people):
    """The next signature, by whom it belongs to."""
    step, actor = {
        State.REQUESTED: (operations.verify, people.verifier),
        State.VERIFIED: (operations.authorise, people.authoriser),
        State.AUTHORISED: (operations.send, people.accountant),
    }[payment.state]
    return step(payment, actor=actor)


SIGNED = (State.REQUESTED, State.VERIFIED, State.AUTHORISED)


@pytest.mark.parametrize("state", SIGNED)
def test_nothing_is_signed_while_a_change_of_account_is_proposed(session, state):
    people, payee = a_circuit(), a_payee()
    payment = a_payment(state, circuit=people, payee=payee)
    change = a_change(payee)

    with pytest.raises(RuleBroken, match="payment-account") as held:
        signs(payment, people)
    change.state, change.retired_at = BankState.RETIRED, clock.now()
    session.flush()
    signs(payment, people)

    assert "another bank account is proposed" in str(held.value.faults[0].message)
    assert payment.state is not state


def test_a_payment_to_a_waiting_account_is_requested_and_signed_when_the_wait_is_over(session):
    people, payee = a_circuit(), a_payee(with_account=False)
    first_day = clock.today() + timedelta(days=30)
    an_account(payee, usable_from=first_day)
    payment = a_payment(circuit=people, payee=payee)

    with pytest.raises(RuleBroken, match="payment-account") as held:
        signs(payment, people)
    with clock.at(clock.now() + timedelta(days=30)):
        for _step in SIGNED:
            signs(payment, people)

    assert formats.day(first_day) in str(held.value.faults[0].message)
    assert payment.state is State.SENT


def test_a_call_back_opens_the_account_to_payments_at_once(session):
    people, payee = a_circuit(), a_payee(with_account=False)
    account = an_account(payee, usable_from=clock.today() + timedelta(days=30))
    payment = a_payment(circuit=people, payee=payee)

    now = clock.now()
    account.lifted_by_id, account.lifted_at, account.called_at = a_person().id, now, now
    account.called_name, account.called_number, account.call_note = "Lucie", "+33 1", "Yes"
    session.flush()
    signs(payment, people)

    assert payment.state is State.VERIFIED


@pytest.mark.parametrize("act", ["validated", "confirmed", "lifted"])
@pytest.mark.parametrize("state", SIGNED)
def test_who_vouched_for_the_account_signs_nothing_for_thirty_days(session, state, act):
    people, payee = a_circuit(), a_payee(with_account=False)
    signer = {
        State.REQUESTED: people.verifier,
        State.VERIFIED: people.authoriser,
        State.AUTHORISED: people.accountant,
    }[state]
    now = clock.now()
    vouched = {f"{act}_by_id": signer.id, f"{act}_at": now}
    if act == "lifted":
        vouched |= {"called_at": now, "called_name": "Lucie"}
        vouched |= {"called_number": "+33 1", "call_note": "Yes"}
    an_account(payee, **vouched)
    payment = a_payment(state, circuit=people, payee=payee)

    with pytest.raises(RuleBroken, match="payment-hands"):
        signs(payment, people)
    tasks = queries.tasks_for(signer)
    with clock.at(clock.now() + timedelta(days=30)):
        signs(payment, people)

    assert payment.ref not in {task.ref for task in tasks}
    assert payment.state is not state


def test_a_payment_held_for_a_time_waits_on_nobodys_desk(session):
    people, payee = a_circuit(), a_payee()
    payment = a_payment(circuit=people, payee=payee)

    before = [task.ref for task in queries.tasks_for(people.verifier)]
    a_change(payee)

    assert before == [payment.ref]
    assert queries.tasks_for(people.verifier) == []


def test_nobody_signs_in_the_place_of_who_vouched_for_the_account_lately(session):
    vouched, payee = a_person(Role.AUTHORISER), a_payee(with_account=False)
    an_account(payee, validated_by_id=vouched.id)
    payment = a_payment(State.VERIFIED, payee=payee)
    lent = a_delegation(owner=vouched, ends_on=clock.today() + timedelta(days=40))
    deputy = acting(lent.delegate, Role.OFFICER)

    with pytest.raises(NotAllowed):
        operations.authorise(payment, actor=deputy)
    waiting = [task.ref for task in queries.tasks_for(deputy)]
    with clock.at(clock.now() + timedelta(days=30)):
        late = [task.ref for task in queries.tasks_for(deputy)]
        operations.authorise(payment, actor=deputy)

    assert payment.ref not in waiting
    assert payment.ref in late
    assert payment.authorised_under == lent


@pytest.mark.parametrize("act", ["proposed", "validated", "confirmed", "lifted"])
@pytest.mark.parametrize("lent", [False, True], ids=["themselves", "through a deputy"])
def test_the_database_refuses_a_signature_of_who_answers_for_the_account(session, act, lent):
    owner, payee, now = a_person(Role.AUTHORISER), a_payee(with_account=False), clock.now()
    about = {f"{act}_by_id": owner.id} | ({} if act == "proposed" else {f"{act}_at": now})
    if act == "lifted":
        about |= {"called_at": now, "called_name": "Lucie"}
        about |= {"called_number": "+33 1", "call_note": "Yes"}
    an_account(payee, **about)
    payment = a_payment(State.VERIFIED, payee=payee)
    loan = a_delegation(owner=owner, ends_on=clock.today() + timedelta(days=40))
    signed = {
        "id": payment.id,
        "by": loan.delegate_id if lent else owner.id,
        "at": clock.now() + timedelta(seconds=1),
        "under": loan.id if lent else None,
    }
    sign = text(
        "UPDATE payment SET state = 'authorised', authorised_by_id = :by, authorised_at = :at, "
        "authorised_under_id = :under WHERE id = :id"
    ).bindparams(bindparam("at", type_=Instant()))
    session.commit()

    with pytest.raises(IntegrityError, match=r"account_hands|account_proposed"):
        session.execute(sign, signed)
    session.rollback()
    if act != "proposed":
        session.execute(sign, signed | {"at": clock.now() + timedelta(days=31)})
