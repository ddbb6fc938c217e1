"""From the draft to the last cent: who, when, how much, and what the ledger says."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.ledger import queries as ledger
from portal.ledger.models import BudgetLine
from portal.payments import effects as payment_effects
from portal.payments import operations as payments
from portal.payments import queries as payment_queries
from portal.payments.recoveries import operations, queries
from portal.payments.recoveries.states import Cause, State
from portal.payments.states import State as PaymentState
from tests.ledger.builders import a_line
from tests.payments.builders import a_payee, a_payment, acting, bring
from tests.payments.recoveries.builders import (
    REASON,
    a_crew,
    a_paid_payment,
    a_recovery,
    also,
    days_later,
    receive,
)

pytestmark = pytest.mark.usefixtures("session")


def on_line(line_id):
    db.session.expire_all()
    return db.session.get_one(BudgetLine, line_id)


def books_agree():
    return ledger.mismatches() == [] and ledger.unproven() == []


def draft(payment, crew, cents):
    return operations.draft(
        payment, cause=Cause.ERROR, amount_cents=cents, reason=REASON, actor=crew.officer
    )


def words_of(refused):
    return " ".join(str(fault.message) for fault in refused.value.faults)


def test_no_more_is_recovered_than_was_paid():
    crew = a_crew()
    payment = a_paid_payment(crew, 39_000)
    draft(payment, crew, 30_000)

    with pytest.raises(RuleBroken) as refused:
        draft(payment, crew, 9_001)

    assert "€90.00" in words_of(refused)
    draft(payment, crew, 9_000)


def test_a_withdrawn_recovery_frees_its_amount():
    crew = a_crew()
    payment = a_paid_payment(crew)
    recovery = a_recovery(crew=crew, payment=payment, cents=39_000)

    operations.withdraw(recovery, reason="entered twice", actor=crew.officer)

    assert draft(payment, crew, 39_000).state is State.DRAFTED


def test_only_an_executed_payment_is_recovered():
    crew = a_crew()
    payment = a_payment(PaymentState.SENT, circuit=crew.circuit, payee=crew.organisation)

    with pytest.raises(RuleBroken):
        draft(payment, crew, 100)


def test_the_debtor_is_told_and_has_thirty_days(mails):
    crew = a_crew("fr")
    recovery = a_recovery(State.PRE_INFORMATION, crew=crew)

    assert recovery.comment_until == clock.today() + timedelta(days=30)
    (mail,) = [m for m in mails() if "recoveries/mail/informed" in m.deduplication_key]
    assert mail.language == "fr"
    assert REASON in mail.body
    with pytest.raises(RuleBroken):
        operations.issue(recovery, actor=crew.authoriser)


def test_the_last_day_to_comment_is_in_time_and_the_next_is_not():
    crew = a_crew()
    late, early = (a_recovery(State.PRE_INFORMATION, crew=crew) for _ in range(2))
    with clock.at(days_later(30)):
        operations.contest(early, comment="No.", actor=crew.debtor)
    with clock.at(days_later(31)), pytest.raises(RuleBroken):
        operations.contest(late, comment="No.", actor=crew.debtor)
    with clock.at(days_later(31)):
        assert operations.issue(late, actor=crew.authoriser).state is State.ISSUED


def test_comments_lead_to_a_lower_amount():
    crew = a_crew()
    recovery = a_recovery(State.CONTESTED, crew=crew, cents=10_000)

    for wrong in (10_000, 0):
        with pytest.raises(RuleBroken):
            operations.reduce(recovery, amount_cents=wrong, reason="why", actor=crew.officer)
    operations.reduce(recovery, amount_cents=4_000, reason="One day only.", actor=crew.officer)

    assert (recovery.state, recovery.amount_cents) == (State.ANSWERED, 4_000)
    assert queries.recoverable_cents(recovery.payment) == 35_000
    assert operations.issue(recovery, actor=crew.authoriser).amount_cents == 4_000


def test_comments_that_are_right_end_it(mails):
    crew = a_crew()
    recovery = a_recovery(State.CONTESTED, crew=crew)

    operations.drop(recovery, reason="The host confirms Friday.", actor=crew.officer)

    assert recovery.state is State.WITHDRAWN
    assert "Nothing is asked for any more" in mails()[-1].body


def test_who_drafted_does_not_issue():
    crew = a_crew()
    recovery = a_recovery(State.ANSWERED, crew=crew)

    with pytest.raises(NotAllowed):
        operations.issue(recovery, actor=also(crew.officer, Role.AUTHORISER))


def test_the_debit_note_goes_to_each_reader_and_stays_the_same(mails):
    crew = a_crew("fr")
    recovery = a_recovery(State.ISSUED, crew=crew)

    assert recovery.due_on == clock.today() + timedelta(days=30)
    (mail,) = [m for m in mails() if "recoveries/mail/issued" in m.deduplication_key]
    assert mail.attachments == {f"{recovery.ref}-fr.pdf": recovery.note_fr_id}
    kept = recovery.note_fr.content
    recovery.debtor.legal_name = "Another name"
    db.session.flush()
    assert queries.with_notes(recovery.ref).note_fr.content == kept


def test_receipts_bring_the_money_back_to_its_line_until_nothing_is_open():
    crew = a_crew()
    payment = a_paid_payment(crew, 39_000)
    recovery = a_recovery(State.ISSUED, crew=crew, payment=payment, cents=10_000)

    receive(recovery, 4_000, crew, "A1")
    line = on_line(payment.line_id)
    assert (line.paid_cents, line.committed_cents, line.outstanding_cents) == (35_000, 4_000, 4_000)
    assert recovery.state is State.ISSUED
    with pytest.raises(RuleBroken) as refused:
        receive(recovery, 6_001, crew, "A2")
    assert "€60.00" in words_of(refused)
    receive(recovery, 6_000, crew, "A2")

    assert recovery.state is State.PAID
    assert on_line(payment.line_id).paid_cents == 29_000
    assert books_agree()
    with pytest.raises(IllegalStep):
        receive(recovery, 1, crew, "A3")


def test_what_came_back_is_released_once_and_only_when_closed():
    crew = a_crew()
    payment = a_paid_payment(crew, 39_000)
    recovery = a_recovery(State.ISSUED, crew=crew, payment=payment, cents=10_000)
    receive(recovery, 4_000, crew, "A1")
    with pytest.raises(IllegalStep):
        operations.release(recovery, actor=crew.officer)
    operations.propose_waiver(recovery, reason="small", actor=crew.officer)
    operations.waive(recovery, actor=crew.authoriser)
    free = on_line(payment.line_id).available_cents

    operations.release(recovery, actor=crew.officer)

    line = on_line(payment.line_id)
    assert (line.available_cents, line.committed_cents) == (free + 4_000, 0)
    with pytest.raises(RuleBroken):
        operations.release(recovery, actor=crew.officer)
    assert books_agree()


def test_a_receipt_is_entered_once():
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    receive(recovery, 100, crew, "FT 2026 77")

    with pytest.raises(RuleBroken) as refused:
        receive(recovery, 100, crew, "ft202677")

    assert "entered already" in words_of(refused)


@pytest.mark.parametrize("days", [-1, 1])
def test_a_receipt_is_of_a_possible_day(days):
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)

    with pytest.raises(RuleBroken):
        receive(recovery, 100, crew, on=clock.today() + timedelta(days=days))


def test_a_set_off_shows_on_both_sides_and_the_bank_sees_the_net():
    crew = a_crew()
    paid = a_paid_payment(crew, 39_000)
    recovery = a_recovery(State.ISSUED, crew=crew, payment=paid, cents=10_000)
    later = a_payment(circuit=crew.circuit, payee=crew.organisation, cents=25_000)

    offset = operations.net(recovery, payment=later, amount_cents=10_000, actor=crew.accountant)

    assert recovery.state is State.OFFSET
    assert queries.kept_back_from(later.id) == [offset] == queries.offsets_of(recovery.id)
    assert on_line(paid.line_id).paid_cents == 29_000
    line = on_line(later.line_id)
    assert (line.paid_cents, line.certified_cents) == (10_000, 15_000)
    bring(later, PaymentState.EXECUTED, crew.circuit)
    assert payment_queries.by_ref(later.ref).batch.total_cents == 15_000
    content = payment_queries.bank_file_of(later.batch_id).content.decode()
    assert ">150.00<" in content
    assert "250.00" not in content
    line = on_line(later.line_id)
    assert (line.paid_cents, line.certified_cents) == (25_000, 0)
    assert books_agree()


def test_a_set_off_survives_the_return_of_the_payment():
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew, cents=10_000)
    later = a_payment(circuit=crew.circuit, payee=crew.organisation, cents=25_000)
    operations.net(recovery, payment=later, amount_cents=10_000, actor=crew.accountant)
    bring(later, PaymentState.RETURNED, crew.circuit)

    line = on_line(later.line_id)
    assert (line.paid_cents, line.certified_cents) == (10_000, 15_000)
    again = payments.request_again(later, actor=crew.circuit.officer)
    assert (again.amount_cents, again.kept_back_cents) == (15_000, 0)
    assert books_agree()


def test_a_payment_is_never_kept_back_whole():
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew, cents=10_000)
    later = a_payment(circuit=crew.circuit, payee=crew.organisation, cents=5_000)

    with pytest.raises(RuleBroken) as refused:
        operations.net(recovery, payment=later, amount_cents=5_000, actor=crew.accountant)

    assert "€49.99" in words_of(refused)
    operations.net(recovery, payment=later, amount_cents=4_999, actor=crew.accountant)
    assert recovery.open_cents == 5_001


def test_nothing_is_kept_back_from_a_payment_already_checked_or_of_somebody_else():
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    checked = a_payment(PaymentState.VERIFIED, circuit=crew.circuit, payee=crew.organisation)
    others = a_payment(circuit=crew.circuit, payee=a_payee())

    for payment in (checked, others):
        with pytest.raises(RuleBroken):
            operations.net(recovery, payment=payment, amount_cents=100, actor=crew.accountant)


def test_a_waiver_needs_two_people_and_leaves_the_ledger_alone():
    crew = a_crew()
    payment = a_paid_payment(crew, 39_000)
    recovery = a_recovery(State.ISSUED, crew=crew, payment=payment, cents=10_000)
    receive(recovery, 2_500, crew)
    both = also(crew.authoriser, Role.OFFICER, Role.AUTHORISER)
    with pytest.raises(RuleBroken):
        operations.waive(recovery, actor=crew.authoriser)
    operations.propose_waiver(recovery, reason="The firm is insolvent.", actor=both)

    with pytest.raises(NotAllowed):
        operations.waive(recovery, actor=both)
    with pytest.raises(NotAllowed):
        operations.waive(recovery, actor=also(crew.officer, Role.AUTHORISER))
    operations.waive(recovery, actor=crew.circuit.authoriser)

    assert (recovery.state, recovery.waived_cents, recovery.open_cents) == (State.WAIVED, 7_500, 0)
    assert on_line(payment.line_id).paid_cents == 36_500
    assert books_agree()


def test_a_refused_waiver_leaves_everything_due():
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    operations.propose_waiver(recovery, reason="small", actor=crew.officer)

    operations.refuse_waiver(recovery, reason="not that small", actor=crew.authoriser)

    assert not recovery.is_waiver_proposed
    with pytest.raises(RuleBroken):
        operations.waive(recovery, actor=crew.authoriser)
    assert [entry.verb for entry in trail_of(recovery.ref)][:1] == ["recovery.refuse_waiver"]


def test_interest_is_asked_only_under_a_rate_in_force_at_issue():
    crew = a_crew()
    without = a_recovery(State.ISSUED, crew=crew, cents=10_000)
    operations.set_rate(
        valid_from=clock.today(), rate_bp=3_650, source="Decision 7", actor=crew.accountant
    )
    recovery = a_recovery(State.ISSUED, crew=crew, cents=10_000)
    assert (without.interest_rate_bp, recovery.interest_rate_bp) == (None, 3_650)

    with clock.at(days_later(40)):
        assert queries.debt(without).interest_cents(clock.today()) == 0
        assert queries.debt(recovery).interest_cents(clock.today()) == 100
        receive(recovery, 10_000, crew, "A1")
        assert (recovery.state, recovery.open_cents) == (State.ISSUED, 0)
    with clock.at(days_later(60)):
        with pytest.raises(RuleBroken):
            receive(recovery, 101, crew, "A2")
        receive(recovery, 100, crew, "A2")

    assert (recovery.state, recovery.interest_received_cents) == (State.PAID, 100)
    assert on_line(recovery.line_id).paid_cents == 29_000
    assert books_agree()


def test_a_payment_recovered_in_part_cannot_be_taken_back():
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    receive(recovery, 1, crew)

    with pytest.raises(IntegrityError, match="payment_recovered"):
        payment_effects.take_back(recovery.payment, reason="AC04", actor=crew.accountant)


def test_nothing_is_recovered_from_a_payment_that_the_bank_returned():
    crew = a_crew()
    told, issued = (a_recovery(state, crew=crew) for state in (State.ANSWERED, State.ISSUED))
    for recovery in (told, issued):
        payment_effects.take_back(recovery.payment, reason="AC04", actor=crew.accountant)

    with pytest.raises(RuleBroken):
        operations.issue(told, actor=crew.authoriser)
    with pytest.raises(RuleBroken):
        receive(issued, 100, crew)
    operations.withdraw(told, reason="returned", actor=crew.officer)
    operations.propose_waiver(issued, reason="returned", actor=crew.officer)
    assert operations.waive(issued, actor=crew.authoriser).state is State.WAIVED
    assert books_agree()


def test_a_debt_of_one_line_is_set_off_against_a_payment_of_the_same_line():
    crew, line = a_crew(), a_line(1_000_000)
    paid = a_paid_payment(crew, 20_000, line=line)
    recovery = a_recovery(State.ISSUED, crew=crew, payment=paid, cents=20_000)
    later = a_payment(circuit=crew.circuit, payee=crew.organisation, cents=30_000, line=line)

    operations.net(recovery, payment=later, amount_cents=20_000, actor=crew.accountant)
    bring(later, PaymentState.EXECUTED, crew.circuit)

    assert on_line(line.id).paid_cents == 30_000
    assert books_agree()


def test_nobody_handles_the_debt_of_their_own_organisation():
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    insider = acting(
        crew.debtor, Role.ACCOUNTANT, organisations=tuple(crew.debtor.organisation_ids)
    )

    with pytest.raises(NotAllowed):
        operations.receive(
            recovery,
            amount_cents=1,
            received_on=clock.today(),
            bank_reference="X",
            actor=insider,
        )


def test_a_reason_that_the_debit_note_could_not_print_is_refused_at_once():
    crew = a_crew()
    payment = a_paid_payment(crew)

    with pytest.raises(RuleBroken) as refused:
        operations.draft(
            payment, cause=Cause.ERROR, amount_cents=1, reason="No \U0001f600", actor=crew.officer
        )

    assert refused.value.faults[0].field == "reason"
