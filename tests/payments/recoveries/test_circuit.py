"""A payment that keeps a part back, on the ways that do not lead to its execution."""

import pytest

from portal.core import clock
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.ledger import queries as ledger
from portal.payments import operations as payments
from portal.payments.answers import operations as answers
from portal.payments.answers import queries as answer_queries
from portal.payments.answers.states import State as AnswerState
from portal.payments.recoveries import operations
from portal.payments.recoveries.states import State
from portal.payments.states import State as PaymentState
from tests.payments.answers.builders import a_booking, a_statement
from tests.payments.builders import a_payment, bring
from tests.payments.recoveries.builders import a_crew, a_recovery, receive

pytestmark = pytest.mark.usefixtures("session")


def kept_back(crew, cents=25_000, kept=10_000):
    """A payment just requested, part of which was set off."""
    recovery = a_recovery(State.ISSUED, crew=crew, cents=kept)
    payment = a_payment(circuit=crew.circuit, payee=crew.organisation, cents=cents)
    operations.net(recovery, payment=payment, amount_cents=kept, actor=crew.accountant)
    return payment


def on_line(payment):
    line = ledger.line(payment.line_id)
    return line.paid_cents, line.certified_cents


def test_an_amended_payment_asks_for_no_more_than_the_bank_would_have_transferred():
    crew = a_crew()
    payment = kept_back(crew)
    bring(payment, PaymentState.AUTHORISED, crew.circuit)

    with pytest.raises(RuleBroken, match="I1"):
        payments.amend(payment, amount_cents=15_001, reason="A slip.", actor=crew.circuit.officer)
    with pytest.raises(RuleBroken):
        payments.amend(payment, amount_cents=15_000, reason="A slip.", actor=crew.circuit.officer)
    again = payments.amend(
        payment, amount_cents=14_000, reason="A slip.", actor=crew.circuit.officer
    )

    assert payment.state is PaymentState.CANCELLED
    assert (again.net_cents, again.kept_back_cents, again.verified_by_id) == (14_000, 0, None)
    assert on_line(payment) == (10_000, 15_000)


def test_a_rejected_payment_is_asked_for_again_without_what_was_kept_back():
    crew = a_crew()
    payment = kept_back(crew)
    bring(payment, PaymentState.REJECTED_BY_BANK, crew.circuit)

    again = payments.request_again(payment, actor=crew.circuit.officer)

    assert again.amount_cents == 15_000
    assert on_line(payment) == (10_000, 15_000)


def test_a_suspended_payment_keeps_a_part_back_and_goes_on_at_the_net():
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    payment = a_payment(circuit=crew.circuit, payee=crew.organisation, cents=25_000)
    payments.suspend(payment, reason="A paper is missing.", actor=crew.circuit.officer)
    operations.net(recovery, payment=payment, amount_cents=10_000, actor=crew.accountant)

    with pytest.raises(RuleBroken, match="payment-suspended"):
        payments.verify(payment, actor=crew.circuit.verifier)
    payments.resume(payment, actor=crew.circuit.officer)
    bring(payment, PaymentState.SENT, crew.circuit)

    assert payment.batch.total_cents == 15_000


def test_a_return_of_a_payment_recovered_in_part_waits_and_keeps_no_file_out():
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    receive(recovery, 1, crew)
    payment, other = recovery.payment, a_payment(PaymentState.SENT, circuit=crew.circuit)
    day = clock.today().isoformat()
    statement = a_statement(
        a_booking(payment.ref, 39_000, day=day, code="AC04"),
        a_booking(other.ref, 39_000, day=day, reference="B2"),
    )

    answer = answers.take_in((statement, "statement.xml"), actor=crew.circuit.accountant)

    assert (payment.state, other.state) == (PaymentState.EXECUTED, PaymentState.EXECUTED)
    entries = db.session.scalars(answer_queries.entries_of(answer.id))
    assert [entry.state for entry in entries] == [AnswerState.WAITING, AnswerState.APPLIED]
