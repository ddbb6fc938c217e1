"""Suspended and resumed: who may, what stops, what the payee reads, what is refused."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.payments import operations, policy, queries
from portal.payments.clocks import operations as limits
from portal.payments.clocks import queries as clocks
from portal.payments.clocks.states import Kind
from portal.payments.states import UNSENT, Action, State
from tests.payments.builders import a_circuit, a_payee, a_payment, a_person, acting, bring

WHY = "The invoice is missing. Please send it."


def on(day):
    return clock.at(datetime(day.year, day.month, day.day, 12, tzinfo=clock.BRUSSELS))


def march(day, month=3):
    return date(2026, month, day)


def a_lump_sum(people, state=State.REQUESTED, **options):
    with on(march(1)):
        return a_payment(state, circuit=people, started_on=march(1), **options)


def suspended(people, day=5, state=State.REQUESTED, **options):
    payment = a_lump_sum(people, state, **options)
    with on(march(day)):
        return operations.suspend(payment, reason=WHY, actor=people.officer)


@pytest.mark.parametrize("state", UNSENT)
def test_the_days_that_were_left_are_left_when_it_is_resumed(session, state):
    people = a_circuit()
    payment = suspended(people, 5, state)

    with on(march(25)):
        operations.resume(payment, actor=people.verifier)

    assert payment.due_on == march(31)
    assert payment.suspended_on is None
    assert payment.state is state


def test_a_date_already_missed_stays_missed(session):
    people = a_circuit()
    payment = suspended(people, 15)

    with on(march(25)):
        operations.resume(payment, actor=people.officer)

    assert payment.due_on == march(11)


def test_the_day_is_the_one_in_brussels(session):
    people = a_circuit()
    payment = a_lump_sum(people)
    with clock.at(datetime(2026, 3, 4, 23, 30, tzinfo=UTC)):
        operations.suspend(payment, reason=WHY, actor=people.officer)

    assert payment.suspended_on == march(5)


@pytest.mark.parametrize(
    ("state", "verb", "who"),
    [
        (State.REQUESTED, operations.verify, "verifier"),
        (State.VERIFIED, operations.authorise, "authoriser"),
        (State.AUTHORISED, operations.send, "accountant"),
    ],
)
def test_nobody_signs_while_the_clock_stands_still(session, state, verb, who):
    people = a_circuit()
    payment = suspended(people, state=state)
    other = a_lump_sum(people, state)

    with pytest.raises(RuleBroken, match="suspended"):
        verb(payment, other, actor=getattr(people, who))

    assert (payment.state, other.state) == (state, state)
    assert Action.RESUME in policy.available(people.officer, payment)
    assert verb.__name__ not in policy.available(getattr(people, who), payment)


def test_the_database_signs_nothing_either(session):
    people = a_circuit()
    payment = suspended(people)
    verified = "state = 'verified', verified_by_id = :who, verified_at = requested_at"

    with pytest.raises(DBAPIError, match="payment_clock"):
        session.execute(
            text(f"UPDATE payment SET {verified} WHERE id = :id"),
            {"id": payment.id, "who": people.verifier.id},
        )


@pytest.mark.parametrize(
    "change",
    ["due_on = '2027-01-01'", "suspended_on = '2026-03-05'", "limit_days = 60"],
)
def test_the_database_moves_no_clock_without_a_suspension(session, change):
    payment = a_lump_sum(a_circuit())

    with pytest.raises(DBAPIError, match=r"payment_clock|write_once"):
        session.execute(text(f"UPDATE payment SET {change} WHERE id = {payment.id}"))


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM payment_suspension",
        "UPDATE payment_suspension SET reason = 'another'",
        "UPDATE payment SET suspended_on = NULL",
        "INSERT INTO payment_suspension (payment_id, reason, suspended_on, suspended_at,"
        " suspended_by_id) SELECT payment_id, reason, suspended_on, suspended_at, suspended_by_id"
        " FROM payment_suspension",
    ],
    ids=["removed", "reworded", "forgotten", "doubled"],
)
def test_the_database_keeps_a_suspension_as_it_was(session, change):
    suspended(a_circuit())

    with pytest.raises(DBAPIError):
        session.execute(text(change))


@pytest.mark.parametrize("state", [State.SENT, State.EXECUTED, State.REFUSED, State.RETURNED])
def test_what_is_sent_or_ended_is_not_suspended(session, state):
    people = a_circuit()
    payment = a_payment(state, circuit=people)

    with pytest.raises(IllegalStep):
        operations.suspend(payment, reason=WHY, actor=people.officer)


def test_a_clock_stops_once_and_runs_only_after_it_stopped(session):
    people = a_circuit()
    payment = a_lump_sum(people)

    with pytest.raises(IllegalStep):
        operations.resume(payment, actor=people.officer)
    operations.suspend(payment, reason=WHY, actor=people.officer)
    with pytest.raises(IllegalStep):
        operations.suspend(payment, reason=WHY, actor=people.officer)


def test_the_payees_own_officer_decides_nothing(session):
    payee = a_payee()
    payment = a_payment(payee=payee)
    own = acting(a_person(Role.OFFICER), Role.OFFICER, organisations=(payee.id,))

    with pytest.raises(NotAllowed):
        operations.suspend(payment, reason=WHY, actor=own)


def test_refused_while_it_stood_still_it_goes_on_where_it_stopped(session):
    people = a_circuit()
    payment = suspended(people, 5)
    with on(march(15)):
        operations.refuse(payment, reason="no", actor=people.verifier)
    with on(march(20)):
        again = operations.request_again(payment, actor=people.officer)

    assert payment.suspended_on is None
    assert clocks.suspensions_of(payment.id)[0].resumed_on == march(15)
    assert again.due_on == march(26)


def test_it_goes_all_the_way_once_it_is_resumed(session):
    people = a_circuit()
    payment = suspended(people)
    operations.resume(payment, actor=people.officer)

    bring(payment, State.EXECUTED, people)

    assert payment.state is State.EXECUTED


def test_the_payees_people_are_told_why_and_until_when_each_time(session, mails):
    people, member = a_circuit(), a_person(language="fr")
    payment = suspended(people, 5, payee=a_payee(members=(member,)))
    with on(march(25)):
        operations.resume(payment, actor=people.officer)
        operations.suspend(payment, reason="Once more.", actor=people.officer)
    with on(march(26)):
        operations.resume(payment, actor=people.officer)

    told = [mail.body for mail in mails(to=member.email)]

    assert len(told) == 4
    assert WHY in told[0]
    assert "31 mars 2026" in told[1]
    assert "Once more." in told[2]
    assert "1 avril 2026" in told[3].replace("1er", "1")


def test_the_trail_says_why_and_how_the_legal_date_moved(session):
    people = a_circuit()
    payment = suspended(people, 5)
    with on(march(25)):
        operations.resume(payment, actor=people.officer)

    resumed, stopped = trail_of(payment.ref)[:2]

    assert (stopped.verb, stopped.reason) == ("payment.suspend", WHY)
    assert (resumed.before, resumed.after) == ({"due_on": "2026-03-11"}, {"due_on": "2026-03-31"})


def test_what_holds_the_money_up_waits_on_the_payees_desk_and_no_signature_does(session):
    people, payee = a_circuit(), a_payee()
    payment = suspended(people, payee=payee)
    member = acting(a_person(), organisations=(payee.id,))

    assert [(task.ref, task.since) for task in queries.tasks_for(member)] == [
        (payment.ref, march(5))
    ]
    assert queries.tasks_for(people.verifier) == []


def test_lists_tell_overdue_near_and_suspended_apart(session):
    people = a_circuit()
    waiting, running = suspended(people, 5), a_lump_sum(people)
    everything = policy.visible_to(people.officer)

    def listed(**conditions):
        given = {"state": None, "overdue_on": None} | conditions
        return list(db.session.scalars(queries.listed(everything, **given)))

    assert listed(suspended=True) == [waiting]
    assert listed(overdue_on=march(12)) == [running]
    assert listed(near_on=march(8)) == [running]
    assert listed(near_on=march(7)) == []
    figures = queries.figures(everything, march(12))[State.REQUESTED]
    assert (figures.overdue, figures.near, figures.suspended) == (1, 0, 1)


def test_a_new_limit_holds_for_clocks_that_start_later(session):
    people = a_circuit()
    before = a_lump_sum(people)
    limits.set_limit(
        kind=Kind.LUMP_SUM, days=20, valid_from=march(2), source="Art. 9", actor=people.officer
    )

    after = a_payment(circuit=people, started_on=march(2))

    assert (before.limit_days, before.due_on) == (10, march(11))
    assert (after.limit_days, after.due_on) == (20, march(22))


def test_a_payment_asked_for_again_keeps_its_limit(session):
    people = a_circuit()
    with on(march(1)):
        failed = a_payment(State.REFUSED, circuit=people, started_on=march(1))
        limits.set_limit(
            kind=Kind.LUMP_SUM, days=99, valid_from=march(1), source="Art. 9", actor=people.officer
        )
        again = operations.request_again(failed, actor=people.officer)

    assert (again.limit_days, again.due_on) == (10, march(11))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICER])
def test_only_officers_set_limits(session, role):
    with pytest.raises(NotAllowed):
        limits.set_limit(
            kind=Kind.INTERIM,
            days=60,
            valid_from=march(1),
            source="x",
            actor=acting(a_person(role), role),
        )
