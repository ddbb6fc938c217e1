"""What takes the place of a payment that failed or was wrong: asked for again, or amended."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Role
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.ledger import effects as ledger
from portal.partners.bank_accounts.states import State as BankState
from portal.payments import operations, queries
from portal.payments.states import ENDED, State
from tests.ledger.builders import a_line
from tests.payments.builders import (
    a_circuit,
    a_payee,
    a_payment,
    a_person,
    acting,
    an_account,
    bring,
)


@pytest.mark.parametrize("state", ENDED)
def test_request_again_makes_a_new_payment_linked_to_the_failed_one(session, state):
    people, line = a_circuit(), a_line()
    failed = a_payment(state, circuit=people, line=line, cents=500)

    new = operations.request_again(failed, actor=people.officer)

    assert new.ref != failed.ref
    assert (new.replaces_id, new.state) == (failed.id, State.REQUESTED)
    assert new.verified_by_id is None
    assert (new.amount_cents, new.subject) == (500, failed.subject)
    bring(new, State.EXECUTED, a_circuit())
    assert line.paid_cents == 500


def test_request_again_goes_to_the_account_valid_now(session):
    payee = a_payee()
    failed = a_payment(State.RETURNED, payee=payee)
    old = failed.account
    old.state, old.reason, old.retired_at = BankState.RETIRED, "closed", clock.now()
    session.flush()
    account = an_account(payee)

    new = operations.request_again(failed, actor=a_circuit().officer)

    assert new.bank_account_id == account.id != failed.bank_account_id


def test_request_again_counts_only_the_days_in_which_something_was_asked(session):
    people = a_circuit()
    with clock.at(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        failed = a_payment(circuit=people, started_on=date(2026, 3, 1))
    with clock.at(datetime(2026, 3, 5, 9, tzinfo=UTC)):
        operations.refuse(failed, reason="no proof", actor=people.verifier)
    with clock.at(datetime(2026, 3, 25, 9, tzinfo=UTC)):
        new = operations.request_again(failed, actor=people.officer)

    assert (failed.due_on, new.due_on) == (date(2026, 3, 11), date(2026, 3, 31))


def test_request_again_is_done_once(session):
    people = a_circuit()
    failed = a_payment(State.REFUSED, circuit=people)
    operations.request_again(failed, actor=people.officer)

    with pytest.raises(RuleBroken):
        operations.request_again(failed, actor=people.officer)


def test_who_asked_first_signs_no_payment_that_stands_in_for_theirs(session):
    requester, people = a_person(Role.MANAGER), a_circuit()
    circuit = replace(people, requester=acting(requester, Role.MANAGER))
    failed = a_payment(State.REFUSED, circuit=circuit)
    new = operations.request_again(failed, actor=people.officer)

    with pytest.raises(NotAllowed):
        operations.verify(new, actor=acting(requester, Role.VERIFIER))

    assert new.initiated_by_id == requester.id


@pytest.mark.parametrize("state", [State.REQUESTED, State.VERIFIED, State.AUTHORISED])
def test_amend_voids_every_signature_and_asks_for_less(session, state):
    people, line = a_circuit(), a_line()
    payment = a_payment(state, circuit=people, line=line, cents=500)

    new = operations.amend(payment, amount_cents=400, reason="Too much.", actor=people.officer)

    assert (payment.state, payment.refused_reason) == (State.CANCELLED, "Too much.")
    assert (new.replaces_id, new.amount_cents, new.state) == (payment.id, 400, State.REQUESTED)
    assert new.due_on == payment.due_on
    assert new.signed_by_ids == {people.requester.id, people.officer.id}
    assert line.certified_cents == 500
    bring(new, State.EXECUTED, people)
    assert line.paid_cents == 400


def test_amend_takes_the_account_valid_now(session):
    payee = a_payee()
    payment = a_payment(State.VERIFIED, payee=payee)
    old = payment.account
    old.state, old.reason, old.retired_at = BankState.RETIRED, "closed", clock.now()
    session.flush()
    account = an_account(payee)

    new = operations.amend(
        payment,
        amount_cents=payment.amount_cents,
        reason="The account was closed.",
        actor=a_circuit().officer,
    )

    assert new.bank_account_id == account.id != payment.bank_account_id
    assert trail_of(payment.ref)[1].details["signatures_void"] is True


@pytest.mark.parametrize(("cents", "said"), [(501, "lowered"), (500, "Nothing would change")])
def test_amend_neither_raises_an_amount_nor_changes_nothing(session, cents, said):
    payment = a_payment(State.VERIFIED, cents=500)

    with pytest.raises(RuleBroken) as refused:
        operations.amend(payment, amount_cents=cents, reason="Why not.", actor=a_circuit().officer)

    assert said in str(refused.value.faults[0].message)
    assert payment.state is State.VERIFIED


def test_who_amends_does_not_sign_and_what_is_sent_is_not_amended(session):
    people, officer = a_circuit(), a_person(Role.OFFICER, Role.VERIFIER)
    both = acting(officer, Role.OFFICER, Role.VERIFIER)
    new = operations.amend(
        a_payment(circuit=people, cents=500), amount_cents=1, reason="Less.", actor=both
    )

    with pytest.raises(NotAllowed):
        operations.verify(new, actor=both)
    with pytest.raises(NotAllowed):
        operations.amend(new, amount_cents=1, reason="Less.", actor=people.verifier)
    with pytest.raises(IllegalStep):
        operations.amend(a_payment(State.SENT), amount_cents=1, reason="Less.", actor=both)


def test_a_failed_payment_that_is_cancelled_waits_for_nobody_any_more(session):
    people = a_circuit()
    failed = a_payment(State.RETURNED, circuit=people)
    waiting = [task.ref for task in queries.tasks_for(people.officer)]

    operations.cancel(failed, reason="nothing more is due", actor=people.officer)

    assert waiting == [failed.ref]
    assert queries.tasks_for(people.officer) == []


def test_released_money_cannot_be_requested_again(session):
    people, line = a_circuit(), a_line()
    failed = a_payment(State.CANCELLED, circuit=people, line=line, cents=500)
    about = {"subject": failed.subject, "why": "not due", "actor": people.officer}
    ledger.release(line.id, 500, source="certified", **about)

    with pytest.raises(RuleBroken, match="I1"):
        operations.request_again(failed, actor=people.officer)
