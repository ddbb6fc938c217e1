"""The circuit on both engines: who, in which order, and what happens to the money."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Role
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.ledger import effects as ledger
from portal.ledger import queries as ledger_queries
from portal.partners.bank_accounts.states import State as BankState
from portal.payments import effects, operations, queries
from portal.payments.states import Purpose, State
from tests.ledger.builders import a_line, money_certified
from tests.payments.builders import (
    a_circuit,
    a_payee,
    a_payment,
    a_person,
    acting,
    an_account,
    bring,
)


def test_a_payment_goes_from_request_to_execution_through_four_people(session):
    people, line = a_circuit(), a_line(100_000)

    payment = a_payment(State.EXECUTED, circuit=people, line=line, cents=39_000)

    assert payment.state is State.EXECUTED
    assert payment.signed_by_ids == {
        people.requester.id, people.verifier.id, people.authoriser.id, people.accountant.id
    }  # fmt: skip
    assert (line.certified_cents, line.paid_cents) == (0, 39_000)
    assert queries.paid_on(payment.subject) == clock.today()
    assert ledger_queries.mismatches() == []


def test_every_step_is_one_line_in_the_trail(session):
    payment = a_payment(State.EXECUTED)

    verbs = [entry.verb for entry in reversed(trail_of(payment.ref))]

    assert verbs == [
        "payment.request", "payment.verify", "payment.authorise", "payment.send", "payment.settle"
    ]  # fmt: skip


def test_request_asks_for_a_validated_account(session):
    line, payee = a_line(), a_payee(with_account=False)
    money_certified(line, 500, "CXC-2026-0001")

    with pytest.raises(RuleBroken) as refused:
        a_payment_of(500, line, payee)

    assert "no validated bank account" in str(refused.value.faults[0].message)


def a_payment_of(cents, line, payee, *, subject="CXC-2026-0001", actor=None):
    return effects.request(
        payee_id=payee.id,
        amount_cents=cents,
        line_id=line.id,
        purpose=Purpose.LUMP_SUM,
        subject=subject,
        started_on=clock.today(),
        actor=actor or a_circuit().requester,
    )


def test_request_pays_no_more_than_was_certified(session):
    line = a_line()
    money_certified(line, 500, "CXC-2026-0001")

    with pytest.raises(RuleBroken, match="I1"):
        a_payment_of(501, line, a_payee())


def test_request_is_due_ten_days_after_the_clock_started(session):
    payment = a_payment(started_on=date(2026, 3, 1))

    assert payment.due_on == date(2026, 3, 11)


def test_nothing_is_asked_for_twice(session):
    line, payee = a_line(), a_payee()
    payment = a_payment(line=line, payee=payee, cents=500)
    money_certified(line, 500, payment.subject)

    with pytest.raises(RuleBroken) as refused:
        a_payment_of(500, line, payee, subject=payment.subject)

    assert "already under way or executed" in str(refused.value.faults[0].message)


def test_what_is_paid_is_not_asked_for_again(session):
    line, payee = a_line(), a_payee()
    payment = a_payment(State.EXECUTED, line=line, payee=payee, cents=500)
    money_certified(line, 500, payment.subject)

    with pytest.raises(RuleBroken):
        a_payment_of(500, line, payee, subject=payment.subject)


@pytest.mark.parametrize("step", ["verify", "authorise", "send"])
def test_nobody_signs_twice_whatever_their_roles(session, step):
    everything = (Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT)
    people = a_circuit()
    before = {"verify": State.REQUESTED, "authorise": State.VERIFIED, "send": State.AUTHORISED}
    signed = {
        "verify": (people.requester,),
        "authorise": (people.requester, people.verifier),
        "send": (people.requester, people.verifier, people.authoriser),
    }
    payment = a_payment(before[step], circuit=people)

    for person in signed[step]:
        again = acting(a_person_with(person.id), *everything)
        with pytest.raises(NotAllowed):
            getattr(operations, step)(payment, actor=again)


def a_person_with(person_id):
    class Known:
        id = person_id
        name = "the same person"

    return Known()


def test_nobody_signs_a_payment_to_their_own_organisation(session):
    member = a_person(Role.VERIFIER)
    payee = a_payee(members=(member,))
    payment = a_payment(payee=payee)

    with pytest.raises(NotAllowed):
        operations.verify(payment, actor=acting(member, Role.VERIFIER, organisations=(payee.id,)))


def test_who_proposed_the_account_does_not_sign_a_payment_to_it(session):
    proposer = a_person(Role.AUTHORISER)
    payee = a_payee(with_account=False)
    an_account(payee, proposed_by=proposer)
    payment = a_payment(State.VERIFIED, payee=payee)

    with pytest.raises(NotAllowed):
        operations.authorise(payment, actor=acting(proposer, Role.AUTHORISER))


@pytest.mark.parametrize(
    ("state", "step"),
    [(State.REQUESTED, "authorise"), (State.REQUESTED, "send"), (State.VERIFIED, "send")],
)
def test_no_step_is_skipped(session, state, step):
    people = a_circuit()
    payment = a_payment(state, circuit=people)
    actors = {"authorise": people.authoriser, "send": people.accountant}

    with pytest.raises(IllegalStep):
        getattr(operations, step)(payment, actor=actors[step])


@pytest.mark.parametrize(
    ("state", "step"),
    [(State.REQUESTED, "verify"), (State.VERIFIED, "authorise"), (State.AUTHORISED, "send")],
)
def test_no_signature_for_an_account_that_is_no_longer_valid(session, state, step):
    people = a_circuit()
    payment = a_payment(state, circuit=people)
    payment.account.state, payment.account.reason = BankState.FROZEN, "a warning of the bank"
    actors = {
        "verify": people.verifier, "authorise": people.authoriser, "send": people.accountant
    }  # fmt: skip

    with pytest.raises(RuleBroken, match="payment-account"):
        getattr(operations, step)(payment, actor=actors[step])


def test_several_payments_are_verified_all_or_none(session):
    people = a_circuit()
    first, second = a_payment(circuit=people), a_payment(State.VERIFIED, circuit=people)

    with pytest.raises(NotAllowed):
        operations.verify(first, second, actor=people.verifier)
    other = acting(a_person(), Role.VERIFIER)
    with pytest.raises(IllegalStep), session.begin_nested():
        operations.verify(first, second, actor=other)

    assert first.state is State.REQUESTED


def test_send_gathers_payments_into_one_batch(session):
    people = a_circuit()
    payments = [a_payment(State.AUTHORISED, circuit=people, cents=cents) for cents in (100, 250)]

    batch = operations.send(*payments, actor=people.accountant, seen_count=2, seen_total_cents=350)

    assert (batch.payments, batch.total_cents) == (2, 350)
    assert {payment.state for payment in payments} == {State.SENT}
    assert [each.ref for each in queries.in_batch(batch.id)] == sorted(p.ref for p in payments)
    entry = trail_of(batch.ref)[0]
    assert (entry.verb, entry.after["total_cents"]) == ("batch.send", 350)


def test_send_releases_only_what_was_seen(session):
    people = a_circuit()
    payment = a_payment(State.AUTHORISED, circuit=people, cents=100)

    with pytest.raises(RuleBroken) as refused:
        operations.send(payment, actor=people.accountant, seen_count=1, seen_total_cents=99)

    assert "changed since you looked" in str(refused.value.faults[0].message)


def test_send_needs_something_to_send(session):
    with pytest.raises(RuleBroken, match="Choose at least one"):
        operations.send(actor=a_circuit().accountant)


def test_settle_notes_the_day_and_tells_the_payee_in_their_language(session, mails):
    member = a_person(language="fr")
    payment = a_payment(State.SENT, payee=a_payee(members=(member,)), cents=39_000)

    operations.settle(payment, executed_on=clock.today(), actor=a_circuit().accountant)

    told = mails(to=member.email)
    assert [mail.language for mail in told] == ["fr"]
    assert "390,00\u00a0€" in told[0].body
    assert payment.subject in told[0].body


def test_settle_refuses_a_day_before_the_order_or_in_the_future(session):
    payment, accountant = a_payment(State.SENT), a_circuit().accountant

    for wrong in (-1, 1):
        day = clock.today() + timedelta(days=wrong)
        with pytest.raises(RuleBroken) as refused, session.begin_nested():
            operations.settle(payment, executed_on=day, actor=accountant)
        assert refused.value.faults[0].field == "executed_on"


def test_settle_takes_a_whole_batch(session):
    people, line = a_circuit(), a_line(1_000)
    payments = [
        a_payment(State.AUTHORISED, circuit=people, line=line, cents=cents) for cents in (100, 250)
    ]
    batch = operations.send(*payments, actor=people.accountant)

    operations.settle(
        *queries.in_batch(batch.id), executed_on=clock.today(), actor=people.accountant
    )

    assert line.paid_cents == 350
    assert queries.standings([batch])[0].is_settled


@pytest.mark.parametrize("state", [State.REQUESTED, State.VERIFIED, State.AUTHORISED])
def test_refuse_keeps_the_money_certified_and_tells_who_asked(session, mails, state):
    people, line = a_circuit(), a_line()
    payment = a_payment(state, circuit=people, line=line, cents=500)

    operations.refuse(payment, reason="Wrong payee.", actor=acting(a_person(), Role.ACCOUNTANT))

    assert (payment.state, payment.refused_reason) == (State.REFUSED, "Wrong payee.")
    assert line.certified_cents == 500
    assert [mail.body.count("Wrong payee.") for mail in mails()] == [1]


def test_what_is_sent_can_no_longer_be_refused_or_cancelled(session):
    people = a_circuit()
    payment = a_payment(State.SENT, circuit=people)

    with pytest.raises(IllegalStep):
        operations.refuse(payment, reason="Too late.", actor=people.verifier)
    with pytest.raises(IllegalStep):
        operations.cancel(payment, reason="Too late.", actor=people.officer)


def test_who_asked_cancels_and_does_not_refuse(session):
    people = a_circuit()
    payment = a_payment(circuit=people)
    requester = acting(a_person_with(people.requester.id), Role.VERIFIER)

    with pytest.raises(NotAllowed):
        operations.refuse(payment, reason="Mine.", actor=requester)
    operations.cancel(payment, reason="Mine.", actor=requester)

    assert payment.state is State.CANCELLED


def test_take_back_opens_the_debt_again_and_tells_both_sides(session, mails):
    member, people, line = a_person(language="fr"), a_circuit(), a_line()
    payee = a_payee(members=(member,))
    payment = a_payment(State.EXECUTED, circuit=people, line=line, payee=payee, cents=500)

    operations.take_back(payment, reason="AC04", actor=people.accountant)

    assert payment.state is State.RETURNED
    assert (line.certified_cents, line.paid_cents) == (500, 0)
    assert queries.paid_on(payment.subject) is None
    returned = [mail for mail in mails() if "AC04" in mail.body]
    assert {mail.language for mail in returned} == {"fr", "en"}
    assert ledger_queries.mismatches() == []


def test_take_back_before_execution_moves_no_money(session):
    people, line = a_circuit(), a_line()
    payment = a_payment(State.SENT, circuit=people, line=line, cents=500)

    operations.take_back(payment, reason="rejected by the bank", actor=people.accountant)

    assert line.certified_cents == 500
    assert ledger_queries.postings_of(payment.subject)[-1].kind == "certify"


@pytest.mark.parametrize("state", [State.REFUSED, State.CANCELLED, State.RETURNED])
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
