"""Two people at the same instant, each in a process of their own: never more than is open."""

import pytest
from sqlalchemy import update

from portal.core.db import db, transaction
from portal.core.errors import NotAllowed
from portal.ledger import queries as ledger
from portal.payments import queries as payments
from portal.payments.recoveries import operations, queries
from portal.payments.recoveries.models import Recovery
from portal.payments.recoveries.states import State
from tests.calling import call
from tests.payments.builders import a_payment
from tests.payments.recoveries import standing
from tests.payments.recoveries.builders import a_crew, a_paid_payment, a_recovery
from tests.racing import race

RACER = "tests.payments.recoveries.racers:act"


def run(committed, *entries):
    outcomes = race(committed.url, RACER, list(entries))
    db.session.rollback()
    return outcomes


def given():
    """An issued recovery of 100 euros with a proposed waiver, and a payment to set off against."""
    with transaction():
        crew = a_crew()
        recovery = a_recovery(State.ISSUED, crew=crew, cents=10_000)
        operations.propose_waiver(recovery, reason="insolvent", actor=crew.officer)
        later = a_payment(circuit=crew.circuit, payee=crew.organisation, cents=20_000)
        return (
            {"ref": recovery.ref, "person_id": crew.accountant.id},
            {"ref": recovery.ref, "person_id": crew.authoriser.id},
            later.ref,
        )


def agreed(ref):
    """The recovery afterwards: nothing settled twice, and the books agree with it."""
    recovery = standing.agreed(ref)
    assert ledger.mismatches() == []
    assert ledger.unproven() == []
    return recovery


def test_two_receipts_at_once_are_never_more_than_the_debt(committed):
    accountant, _authoriser, _later = given()

    outcomes = run(
        committed,
        {"verb": "receive", "cents": 6_000, "other": "A", **accountant},
        {"verb": "receive", "cents": 6_000, "other": "B", **accountant},
    )

    assert [outcome.won for outcome in outcomes].count(True) == 1
    assert agreed(accountant["ref"]).received_cents == 6_000


def test_the_same_receipt_entered_by_two_comes_in_once(committed):
    accountant, _authoriser, _later = given()
    entry = {"verb": "receive", "cents": 1_000, "other": "FT-1", **accountant}

    outcomes = run(committed, entry, entry)

    assert [outcome.won for outcome in outcomes].count(True) == 1
    assert agreed(accountant["ref"]).received_cents == 1_000


def test_a_receipt_and_a_waiver_at_once_share_what_is_open(committed):
    accountant, authoriser, _later = given()

    outcomes = run(
        committed,
        {"verb": "receive", "cents": 7_000, "other": "A", **accountant},
        {"verb": "waive", **authoriser},
    )

    recovery = agreed(accountant["ref"])
    assert recovery.state is State.WAIVED
    received = outcomes[0].won
    assert (recovery.received_cents, recovery.waived_cents) == (
        (7_000, 3_000) if received else (0, 10_000)
    )


def test_a_set_off_and_a_receipt_at_once_are_never_more_than_the_debt(committed):
    accountant, _authoriser, later = given()

    outcomes = run(
        committed,
        {"verb": "net", "cents": 8_000, "other": later, **accountant},
        {"verb": "receive", "cents": 8_000, "other": "A", **accountant},
    )

    assert [outcome.won for outcome in outcomes].count(True) == 1
    agreed(accountant["ref"])


def test_two_debts_set_off_at_once_leave_something_of_the_payment(committed):
    with transaction():
        crew = a_crew()
        debts = [a_recovery(State.ISSUED, crew=crew, cents=12_000).ref for _ in range(2)]
        later = a_payment(circuit=crew.circuit, payee=crew.organisation, cents=20_000).ref
        entry = {"verb": "net", "person_id": crew.accountant.id, "other": later, "cents": 12_000}

    outcomes = run(committed, *({**entry, "ref": debt} for debt in debts))

    assert [outcome.won for outcome in outcomes].count(True) == 1
    assert sum(agreed(debt).offset_cents for debt in debts) == 12_000
    assert payments.by_ref(later).net_cents == 8_000


@pytest.mark.parametrize("turn", [1, 2])
def test_two_recoveries_drafted_at_once_stay_within_the_payment(committed, turn):
    with transaction():
        crew = a_crew()
        payment = a_paid_payment(crew, 39_000)
        entry = {"verb": "draft", "ref": payment.ref, "person_id": crew.officer.id}
        payment_id = payment.id

    outcomes = run(committed, {**entry, "cents": 20_000}, {**entry, "cents": 20_000})

    assert [outcome.won for outcome in outcomes].count(True) == 1
    assert sum(each.amount_cents for each in queries.of_payment(payment_id)) == 20_000


@pytest.mark.parametrize("verb", ["waive", "refuse_waiver"])
def test_nobody_decides_on_a_waiver_they_proposed_in_the_meantime(session, verb):
    """The proposal on the page was refused and made anew by the person deciding on it."""
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    operations.propose_waiver(recovery, reason="insolvent", actor=crew.officer)
    session.flush()
    again = update(Recovery).where(Recovery.id == recovery.id)
    again = again.values(waiver_proposed_by_id=crew.authoriser.id)
    session.execute(again.execution_options(synchronize_session=False))

    with pytest.raises(NotAllowed):
        call(operations, verb, recovery, actor=crew.authoriser)
