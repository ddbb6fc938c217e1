"""Lists, figures and tasks."""

from datetime import UTC, date, datetime

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.payments import policy, queries
from portal.payments.states import State
from tests.ledger.builders import a_line
from tests.payments.builders import a_circuit, a_payee, a_payment, a_person, acting


def seen(actor, **conditions):
    given = {"state": None, "overdue_on": None} | conditions
    return list(db.session.scalars(queries.listed(policy.visible_to(actor), **given)))


def test_people_of_the_payee_see_their_own_payments_only(session):
    member = a_person()
    payee = a_payee(members=(member,))
    mine, _other = a_payment(payee=payee), a_payment()

    assert seen(acting(member, organisations=(payee.id,))) == [mine]


def test_who_asked_sees_what_they_asked_for(session):
    people = a_circuit()
    mine, _other = a_payment(circuit=people), a_payment()

    assert seen(people.requester) == [mine]


def test_the_next_legal_date_comes_first_and_overdue_is_past_it(session):
    auditor = acting(a_person(), Role.AUDITOR)
    late = a_payment(started_on=date(2026, 3, 1))
    soon = a_payment(started_on=date(2026, 2, 20))
    paid = a_payment(State.EXECUTED, started_on=date(2026, 1, 1))

    assert seen(auditor, state=State.REQUESTED) == [soon, late]
    assert seen(auditor, overdue_on=date(2026, 3, 11)) == [soon]
    assert paid not in seen(auditor, overdue_on=date(2026, 12, 31))


def test_a_reference_or_its_beginning_finds_payments_and_files(session):
    auditor = acting(a_person(), Role.AUDITOR)
    payment, _other = a_payment(subject="CXC-2026-7777"), a_payment()

    assert seen(auditor, text="cxc-2026-7777") == [payment]
    assert seen(auditor, text=payment.ref) == [payment]
    assert seen(auditor, text="%") == []


def test_figures_count_and_sum_every_state(session):
    auditor, line = acting(a_person(), Role.AUDITOR), a_line()
    a_payment(line=line, cents=100, started_on=date(2026, 3, 1))
    a_payment(line=line, cents=250, started_on=clock.today())
    a_payment(State.SENT, line=line, cents=40)

    found = queries.figures(policy.visible_to(auditor), clock.today())

    assert found[State.REQUESTED] == queries.Figures(2, 350, 1)
    assert found[State.SENT] == queries.Figures(1, 40, 0)
    assert found[State.REFUSED] == queries.Figures(0, 0, 0)


def test_the_sum_of_a_list_covers_all_its_pages(session):
    auditor, line = acting(a_person(), Role.AUDITOR), a_line()
    for cents in (100, 250):
        a_payment(line=line, cents=cents)
    query = queries.listed(policy.visible_to(auditor), state=State.REQUESTED, overdue_on=None)

    assert queries.sum_of(query) == 350
    assert queries.sum_of(query.where(db.false())) == 0


def test_paid_on_is_known_for_executed_payments_only(session):
    paid, waiting = a_payment(State.EXECUTED), a_payment(State.SENT)

    found = queries.paid_on_of([paid.subject, waiting.subject, "CXC-2026-0000"])

    assert found == {paid.subject: clock.today()}
    assert list(queries.of_subjects([paid.subject])) == [paid.subject]


def test_each_signature_waits_for_those_who_may_still_give_it(session):
    people = a_circuit()
    payments = {
        state: a_payment(state, circuit=people)
        for state in (State.REQUESTED, State.VERIFIED, State.AUTHORISED)
    }
    everything = (Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT)
    new = acting(a_person(), *everything)

    assert [t.ref for t in queries.tasks_for(people.verifier)] == [payments[State.REQUESTED].ref]
    assert [t.ref for t in queries.tasks_for(people.authoriser)] == [payments[State.VERIFIED].ref]
    assert {t.ref for t in queries.tasks_for(new)} == {p.ref for p in payments.values()}
    requester = acting(a_person_with(people.requester.id), *everything)
    assert queries.tasks_for(requester) == []


def a_person_with(person_id):
    class Known:
        id = person_id
        name = "the same person"

    return Known()


def test_accounting_officers_settle_batch_by_batch(session):
    people = a_circuit()
    with clock.at(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        payment = a_payment(State.SENT, circuit=people, started_on=date(2026, 3, 1))

    tasks = queries.tasks_for(people.accountant)

    assert [(task.ref, task.endpoint, task.due_on) for task in tasks] == [
        (payment.batch.ref, "payments.show_batch", date(2026, 3, 11))
    ]


def test_a_task_is_about_a_payee_and_a_file(session):
    people = a_circuit()
    payment = a_payment(circuit=people)

    task = queries.tasks_for(people.verifier)[0]

    assert task.title == f"{payment.payee.legal_name} · {payment.subject}"
    assert (task.values, task.due_on) == ({"ref": payment.ref}, payment.due_on)
