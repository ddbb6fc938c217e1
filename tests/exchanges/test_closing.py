"""How exchanges end: reported, validated and paid, refused, cancelled, or without a visitor."""

from datetime import timedelta

import pytest

from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.files import StoredFile
from portal.exchanges import operations, queries
from portal.exchanges.states import Klass, Reporter, State
from portal.payments import queries as payments
from portal.payments.models import Payment
from tests.exchanges.builders import (
    FIRST,
    LAST,
    a_report,
    a_world,
    an_exchange,
    at,
    balances,
    counted,
    refused,
    report_both,
    start,
)
from tests.exchanges.surroundings import PDF, TODAY

AFTER = LAST + timedelta(days=3)


def test_report_leads_to_reported_once_everything_is_there(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)

    with at(AFTER):
        operations.report(exchange, side=Reporter.HOST, actor=world.actor("host"), **a_report())
        first = exchange.state
        operations.report(
            exchange,
            side=Reporter.VISITOR,
            travel=(PDF, "../../ticket.pdf"),
            actor=world.actor("visitor"),
            **a_report(),
        )
        second = exchange.state
        operations.report(
            exchange,
            side=Reporter.VISITOR,
            presence=(PDF, "sheet.pdf"),
            actor=world.actor("visitor"),
            **a_report(results="More"),
        )

    assert (first, second, exchange.state) == (State.AGREED, State.AGREED, State.REPORTED)
    assert [one.file.name for one in exchange.evidence] == ["ticket.pdf", "sheet.pdf"]
    assert exchange.evidence[0].kept_until.isoformat() == "2032-12-31"
    assert len(exchange.reports) == 2


def test_report_of_a_virtual_exchange_needs_no_proof_of_travel(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED, virtual=True)

    with at(AFTER):
        operations.report(exchange, side=Reporter.HOST, actor=world.actor("host"), **a_report())
        operations.report(
            exchange,
            side=Reporter.VISITOR,
            presence=(PDF, "screenshot.pdf"),
            actor=world.actor("visitor"),
            **a_report(),
        )

    assert exchange.state is State.REPORTED


def test_report_is_refused_before_the_stay_is_over_and_with_days_out_of_order(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)

    with at(LAST), refused("2.6"):
        operations.report(exchange, side=Reporter.HOST, actor=world.actor("host"), **a_report())
    with at(AFTER), refused("CXC-D07", "2.7"):
        operations.report(
            exchange,
            side=Reporter.HOST,
            actor=world.actor("host"),
            **a_report(first_on=LAST, last_on=FIRST, satisfaction=6),
        )


def test_report_is_for_ones_own_side(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)

    with at(AFTER), pytest.raises(NotAllowed):
        operations.report(exchange, side=Reporter.VISITOR, actor=world.actor("host"), **a_report())


def test_report_refuses_evidence_of_another_kind_of_file_and_keeps_nothing(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)
    before = session.query(StoredFile).count()

    with at(AFTER), refused("S11") as broken:
        operations.report(
            exchange,
            side=Reporter.VISITOR,
            travel=(b"MZ\x90", "ticket.exe"),
            actor=world.actor("visitor"),
            **a_report(),
        )

    assert broken.value.faults[0].field == "travel"
    assert session.query(StoredFile).count() == before


def test_send_back_asks_for_completion_and_the_report_can_be_filed_again(session):
    world = a_world()
    exchange = an_exchange(world, State.RETURNED)

    with at(AFTER):
        operations.report(
            exchange,
            side=Reporter.VISITOR,
            travel=(PDF, "ticket.pdf"),
            actor=world.actor("visitor"),
            **a_report(),
        )

    assert exchange.state is State.REPORTED


# Validating


def test_validate_certifies_the_amount_asks_for_its_payment_and_counts(session):
    world = a_world()

    exchange = an_exchange(world, State.VALIDATED)

    payment = payments.of_subject(exchange.ref)[0]
    assert exchange.final_cents == payment.amount_cents == 78_000
    assert payment.payee_id == world.visitor.id
    assert payment.started_on == AFTER
    assert payment.due_on == AFTER + timedelta(days=10)
    assert balances(world) == (9_220, 0, 0, 780)
    assert counted(world) == (0, 1)


def validated(world, exchange, last_on):
    """Reported and validated with this last day at the host."""
    with at(AFTER):
        report_both(world, exchange, last_on=last_on)
        return operations.validate(
            exchange, first_on=FIRST, last_on=last_on, actor=world.actor("payer")
        )


def test_cxc_l04_validate_halves_a_stay_shortened_to_four_days_and_releases_the_rest(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)

    validated(world, exchange, LAST - timedelta(days=1))

    assert exchange.final_cents == 39_000
    assert exchange.final_working_days == 4
    assert balances(world) == (9_610, 0, 0, 390)
    assert counted(world) == (0, 1)


def test_cxc_k06_validate_of_two_days_pays_nothing_releases_everything_and_does_not_count(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)

    validated(world, exchange, FIRST + timedelta(days=1))

    assert exchange.state is State.VALIDATED
    assert exchange.final_cents == 0
    assert not exchange.counts
    assert payments.of_subject(exchange.ref) == []
    assert balances(world) == (10_000, 0, 0, 0)
    assert counted(world) == (0, 0)


@pytest.mark.parametrize("who", ["visitor", "host", "receiver", "officer"])
def test_validate_is_for_managers_of_the_paying_partnership(session, who):
    world = a_world()
    exchange = an_exchange(world, State.REPORTED)

    with at(AFTER), pytest.raises(NotAllowed):
        operations.validate(exchange, first_on=FIRST, last_on=LAST, actor=world.actor(who))


def test_validate_refuses_an_amount_that_is_not_the_one_shown(session):
    world = a_world()
    exchange = an_exchange(world, State.REPORTED)

    with at(AFTER), refused("2.6"):
        operations.validate(
            exchange, first_on=FIRST, last_on=LAST, seen_cents=1, actor=world.actor("payer")
        )


def test_cxc_l05_validate_twice_asks_for_one_payment(session):
    world = a_world()
    exchange = an_exchange(world, State.VALIDATED)

    with at(AFTER), pytest.raises(Exception, match="not possible"):
        operations.validate(exchange, first_on=FIRST, last_on=LAST, actor=world.actor("payer"))

    assert db.session.query(Payment).count() == 1


# Coming to nothing


def test_refuse_releases_the_money_and_gives_the_right_back(session):
    world = a_world()

    exchange = an_exchange(world, State.REFUSED)

    assert exchange.end_reason == "Nobody was there"
    assert balances(world) == (10_000, 0, 0, 0)
    assert counted(world) == (0, 0)


@pytest.mark.parametrize(
    "state", [State.BUILDING, State.SIGNED, State.APPROVED, State.AGREED], ids=lambda s: s.value
)
def test_cancel_frees_money_count_and_right_at_once(session, state):
    world = a_world()
    exchange = an_exchange(world, state)

    with at():
        operations.cancel(exchange, reason="Ill", actor=world.actor("visitor"))
        again = start(world)

    assert exchange.state is State.CANCELLED
    assert balances(world) == (10_000, 0, 0, 0)
    assert counted(world) == (0, 0)
    assert again.visitor_id == world.visitor.id


def test_cancel_of_an_agreed_exchange_is_refused_once_the_stay_has_begun(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)

    with at(FIRST), refused("2.6"):
        operations.cancel(exchange, reason="Ill", actor=world.actor("visitor"))


def test_cancel_without_a_reason_is_refused_by_the_database(session):
    world = a_world()
    exchange = an_exchange(world)

    with at(), pytest.raises(Exception, match="ended_has_reason"):
        operations.cancel(exchange, reason="", actor=world.actor("visitor"))


def test_mark_no_show_frees_everything_from_the_first_day_on(session):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)

    with at(FIRST - timedelta(days=1)), pytest.raises(RuleBroken):
        operations.mark_no_show(exchange, reason="?", actor=world.actor("payer"))
    with at(FIRST):
        operations.mark_no_show(exchange, reason="Never came", actor=world.actor("payer"))

    assert exchange.state is State.NO_SHOW
    assert balances(world) == (10_000, 0, 0, 0)
    assert queries.earlier_visit(world.visitor.id, exchange.edition) is None


def test_remind_goes_out_on_its_days_and_not_twice(session, mails):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)

    reminded = []
    for days in (1, 7, 8, 15, 15):
        with at(LAST + timedelta(days=days)):
            reminded.append(len(operations.remind(actor=SYSTEM)))

    assert reminded == [0, 1, 0, 1, 0]
    assert exchange.reminders == 2
    due = [mail for mail in mails() if "report_due" in mail.deduplication_key]
    assert {mail.recipient for mail in due} == {
        world.people["visitor"].email,
        world.people["host"].email,
    }


def test_the_counters_tell_classes_apart(session):
    world = a_world()
    an_exchange(world, State.APPROVED)

    found = queries.quota(world.project.id, TODAY)

    assert found.planned.total == 1
    assert found.reached.total == 0
    assert found.counts.committed == {Klass.SME: 1, Klass.OTHER: 0, Klass.INTERNAL: 0}
    assert found.target == 50
