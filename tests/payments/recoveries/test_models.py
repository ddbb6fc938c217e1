"""What the database refuses by itself, whoever asks."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.refusals import refusal
from portal.payments.models import Payment
from portal.payments.recoveries.models import Receipt, Recovery
from portal.payments.recoveries.states import State
from portal.payments.states import State as PaymentState
from tests.payments.builders import a_payment
from tests.payments.recoveries.builders import a_crew, a_paid_payment, a_recovery, receive


def change(session, thing, **values):
    """Change a row past the operations."""
    kind = type(thing)
    session.execute(
        update(kind)
        .where(kind.id == thing.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def copied(session, recovery, **values):
    """Insert the row once more, under another reference, past the operations."""
    columns = Recovery.__table__.columns
    row = {column.name: getattr(recovery, column.name) for column in columns}
    session.execute(
        Recovery.__table__.insert().values(**{**row, "id": None, "ref": "REC-2099-0001"} | values)
    )


@pytest.mark.parametrize(
    "values",
    [
        {"amount_cents": 29_001, "drafted_cents": 29_001},
        {"amount_cents": 0},
        {"debtor_id": -1},
    ],
)
def test_no_more_than_was_paid_and_only_from_who_was_paid(session, values):
    recovery = a_recovery(cents=10_000)

    with pytest.raises(IntegrityError):
        copied(session, recovery, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"received_cents": 10_001},
        {"waived_cents": -1},
        {"state": "paid"},
        {"state": "waived"},
        {"amount_cents": 9_000},
        {"amount_cents": 11_000},
        {"due_on": None},
        {"interest_rate_bp": 0},
        {"waived_cents": 1},
        {"withdrawn_reason": "no"},
        {"issued_by_id": None},
        {"released_at": clock.now()},
    ],
)
def test_an_issued_recovery_cannot_be_bent(session, values):
    recovery = a_recovery(State.ISSUED, cents=10_000)

    with pytest.raises(IntegrityError):
        change(session, recovery, **values)


def test_a_withdrawn_recovery_never_comes_back(session):
    recovery = a_recovery()
    change(session, recovery, state="withdrawn", withdrawn_reason="twice")

    with pytest.raises(IntegrityError):
        change(session, recovery, state="drafted", withdrawn_reason="")


def test_who_drafted_cannot_issue_even_by_hand(session):
    recovery = a_recovery(State.ANSWERED)
    issued = a_recovery(State.ISSUED)

    with pytest.raises(IntegrityError) as refused:
        change(
            session,
            recovery,
            state="issued",
            issued_by_id=recovery.drafted_by_id,
            issued_at=issued.issued_at,
            due_on=issued.due_on,
            note_en_id=issued.note_en_id,
            note_fr_id=issued.note_fr_id,
        )

    assert "Another person" in str(refusal(refused.value).faults[0].message)


@pytest.mark.parametrize("table", ["recovery_receipt", "recovery_offset", "interest_rate"])
def test_receipts_set_offs_and_rates_are_written_once(session, table):
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    receive(recovery, 100, crew)
    if table != "recovery_receipt":
        guards = text("SELECT count(*) FROM sqlite_master WHERE name LIKE :name")
        if session.get_bind().dialect.name == "postgresql":
            guards = text("SELECT count(*) FROM pg_trigger WHERE tgname LIKE :name")
        assert session.scalar(guards, {"name": f"{table}_no_%"}) >= 2
        return

    with pytest.raises(IntegrityError):
        session.execute(update(Receipt).values(amount_cents=1))


def test_a_payment_recovered_in_part_stays_executed(session):
    crew = a_crew()
    payment = a_paid_payment(crew)
    receive(a_recovery(State.ISSUED, crew=crew, payment=payment), 1, crew)

    with pytest.raises(IntegrityError) as refused:
        change(session, payment, state="returned", refused_reason="x", refused_at=payment.sent_at)

    assert "was recovered already" in str(refusal(refused.value).faults[0].message)


@pytest.mark.parametrize(
    ("state", "cents"),
    [
        (PaymentState.REQUESTED, 39_000),
        (PaymentState.REQUESTED, -1),
        (PaymentState.VERIFIED, 100),
        (PaymentState.EXECUTED, 100),
    ],
)
def test_a_payment_keeps_back_only_early_and_never_whole(session, state, cents):
    payment = a_payment(state)

    with pytest.raises(IntegrityError):
        change(session, payment, kept_back_cents=cents)


def test_what_is_kept_back_is_not_given_free_again(session):
    payment = a_payment()
    change(session, payment, kept_back_cents=100)

    with pytest.raises(IntegrityError):
        change(session, payment, kept_back_cents=99)
    assert Payment.__table__.c.kept_back_cents.nullable is False
