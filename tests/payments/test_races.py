"""Two people at the same instant, each in a process of their own: exactly one decision counts."""

import pytest
from sqlalchemy import func, select

from portal.core.db import db, transaction
from portal.ledger import queries as ledger_queries
from portal.payments import queries
from portal.payments.models import Batch, Payment
from portal.payments.states import State
from tests.payments.builders import a_circuit, a_payment, a_person
from tests.racing import race


def given(state):
    """A payment in a state, and two people who are not on it yet."""
    with transaction():
        payment = a_payment(state, circuit=a_circuit())
        return payment.ref, a_person().id, a_person().id


def after(ref):
    db.session.rollback()
    return queries.by_ref(ref)


def winners(outcomes):
    return [outcome for outcome in outcomes if outcome.won]


def test_two_officers_authorise_and_one_wins(committed):
    ref, one, other = given(State.VERIFIED)

    outcomes = race(
        committed.url,
        "tests.payments.racers:authorise",
        [{"ref": ref, "person_id": one}, {"ref": ref, "person_id": other}],
    )

    assert len(winners(outcomes)) == 1
    assert {outcome.kind for outcome in outcomes} == {"", "IllegalStep"}
    payment = after(ref)
    assert payment.state is State.AUTHORISED
    assert payment.authorised_by_id in (one, other)


@pytest.mark.parametrize("turn", [1, 2])
def test_of_opposite_decisions_only_what_the_other_leaves_possible_counts(committed, turn):
    ref, one, other = given(State.VERIFIED)

    outcomes = race(
        committed.url,
        "tests.payments.racers:decide",
        [
            {"ref": ref, "person_id": one, "verb": "authorise"},
            {"ref": ref, "person_id": other, "verb": "refuse"},
        ],
    )

    payment = after(ref)
    refused_last = payment.authorised_by_id is not None and payment.state is State.REFUSED
    assert len(winners(outcomes)) == (2 if refused_last else 1)
    assert payment.state in (State.REFUSED, State.AUTHORISED)


def test_two_batches_released_at_once_send_the_payments_once(committed):
    with transaction():
        people = a_circuit()
        refs = [a_payment(State.AUTHORISED, circuit=people).ref for _ in range(3)]
        one, other = a_person().id, a_person().id

    outcomes = race(
        committed.url,
        "tests.payments.racers:send",
        [{"refs": refs, "person_id": one}, {"refs": refs[::-1], "person_id": other}],
    )

    assert len(winners(outcomes)) == 1
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Batch)) == 1
    assert {after(ref).batch.ref for ref in refs} == {winners(outcomes)[0].value}


def test_a_failed_payment_is_requested_again_once(committed):
    ref, one, other = given(State.REFUSED)

    outcomes = race(
        committed.url,
        "tests.payments.racers:request_again",
        [{"ref": ref, "person_id": one}, {"ref": ref, "person_id": other}],
    )

    assert len(winners(outcomes)) == 1
    failed = after(ref)
    live = select(func.count()).where(Payment.subject == failed.subject, Payment.id != failed.id)
    assert db.session.scalar(live) == 1
    assert ledger_queries.mismatches() == []


@pytest.mark.parametrize(
    ("state", "verb", "change"),
    [
        (State.VERIFIED, "authorise", "propose"),
        (State.VERIFIED, "authorise", "freeze"),
        (State.AUTHORISED, "send", "propose"),
        (State.AUTHORISED, "send", "freeze"),
    ],
)
def test_an_account_changed_while_a_payment_to_it_is_signed(committed, state, verb, change):
    ref, signer, member = given(state)

    signed, changed = race(
        committed.url,
        "tests.payments.racers:sign_or_change",
        [
            {"ref": ref, "person_id": signer, "verb": verb},
            {"ref": ref, "person_id": member, "verb": change},
        ],
    )

    assert changed.won
    if signed.won:
        assert signed.value < changed.value
    else:
        assert signed.kind == "RuleBroken"
        assert after(ref).state is state
