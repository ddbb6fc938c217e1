"""An agreement is amended: other days, accepted by host and partnership, money moved at once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken, Stale
from portal.core.steps import Step
from portal.exchanges import operations, queries
from portal.exchanges.models import HostCeiling
from portal.exchanges.rules import amending as rules
from portal.exchanges.rules import commitment
from portal.exchanges.rules.amending import Agreed
from portal.exchanges.rules.stay import Journey
from portal.exchanges.states import Outcome, Party, State
from portal.ledger import effects as ledger
from tests.exchanges.builders import (
    FIRST,
    a_world,
    an_exchange,
    at,
    balances,
    refused,
    trail,
    verbs,
)
from tests.exchanges.surroundings import TODAY

#: Monday to Wednesday of the week after: three working days, so halved.
SHORT = {
    "departure_on": date(2026, 10, 18),
    "first_on": date(2026, 10, 19),
    "last_on": date(2026, 10, 21),
    "return_on": date(2026, 10, 22),
}
WHOLE = {**SHORT, "last_on": date(2026, 10, 23), "return_on": date(2026, 10, 24)}


@pytest.fixture
def world(session):
    return a_world()


@pytest.fixture
def exchange(world):
    return an_exchange(world, State.AGREED)


def amend(world, exchange, days=SHORT, *, day=TODAY, who="visitor", agenda=None, reason="A strike"):
    with at(day):
        return operations.amend(
            exchange,
            agenda=exchange.agenda if agenda is None else agenda,
            reason=reason,
            actor=world.actor(who),
            **days,
        )


def accept(world, exchange, party=Party.HOST, who="host", *, day=TODAY):
    found = queries.open_amendment(exchange)
    with at(day):
        operations.accept_amendment(
            exchange,
            party=party,
            fingerprint=found.fingerprint if found else "",
            actor=world.actor(who),
        )


def accept_both(world, exchange, *, day=TODAY):
    accept(world, exchange, day=day)
    accept(world, exchange, Party.VISITOR_PARTNERSHIP, "payer", day=day)


# The rules

AGREED = Agreed(
    Journey(*(date(2026, 3, day) for day in (1, 2, 6, 7))),
    "Monday: the mill",
    78_000,
    5,
    (Step("cap", "CXC-L01", {"cents": 110_000}),),
)
LATER = Journey(*(date(2026, 3, day) for day in (8, 9, 13, 14)))


@pytest.mark.parametrize(
    ("journey", "agenda", "today", "number"),
    [
        (LATER, "Monday: the mill", date(2026, 3, 1), 0),
        (AGREED.journey, "Tuesday: the mill", date(2026, 2, 20), 0),
        (AGREED.journey, "Monday: the mill", date(2026, 2, 20), 1),
        (LATER, "Monday: the mill", date(2026, 3, 2), 1),
        (LATER, "", date(2026, 3, 1), 1),
        (replace(LATER, last_on=date(2026, 3, 8)), "Monday", date(2026, 3, 1), 1),
    ],
)
def test_what_may_be_proposed(journey, agenda, today, number):
    assert len(list(rules.faults(AGREED, journey, agenda, today=today))) == number


def test_what_is_agreed_is_kept_and_read_back_whole():
    assert Agreed.from_json(AGREED.as_json()) == AGREED


def test_a_fingerprint_is_over_before_after_number_and_reason():
    after = replace(AGREED, journey=LATER)
    one = rules.fingerprint("a" * 64, AGREED, after, number=1, reason="Strike")

    others = {
        rules.fingerprint("b" * 64, AGREED, after, number=1, reason="Strike"),
        rules.fingerprint("a" * 64, AGREED, after, number=2, reason="Strike"),
        rules.fingerprint("a" * 64, AGREED, after, number=1, reason="Snow"),
        rules.fingerprint("a" * 64, AGREED, replace(after, cents=1), number=1, reason="Strike"),
    }

    assert len(one) == 64
    assert len(others) == 4
    assert one not in others


def test_before_and_after_are_told_line_by_line(app):
    lines = rules.lines(AGREED, replace(AGREED, cents=39_000, working_days=3), 1_200_000)

    assert [line.changes for line in lines] == [False, False, False, False, True, False, True]


# The operations


def test_nothing_changes_until_both_have_accepted(world, exchange):
    amend(world, exchange)
    accept(world, exchange)

    assert (exchange.first_on, exchange.lump_sum_cents) == (FIRST, 78_000)
    assert balances(world) == (9_220, 0, 780, 0)

    accept(world, exchange, Party.VISITOR_PARTNERSHIP, "payer")

    assert (exchange.departure_on, exchange.last_on) == (SHORT["departure_on"], SHORT["last_on"])
    assert (exchange.lump_sum_cents, exchange.working_days) == (39_000, 3)
    assert balances(world) == (9_610, 0, 390, 0)
    assert exchange.state is State.AGREED
    assert verbs(exchange)[-3:] == ["amend", "accept_amendment", "accept_amendment"]
    last = trail(exchange)[-1]
    assert (last.before["lump_sum_cents"], last.after["lump_sum_cents"]) == (78_000, 39_000)


def test_a_longer_stay_is_committed_and_bound_anew(world, exchange):
    amend(world, exchange)
    accept_both(world, exchange)

    amend(world, exchange, WHOLE)
    accept_both(world, exchange)

    assert exchange.lump_sum_cents == 78_000
    assert balances(world) == (9_220, 0, 780, 0)
    assert [one.number for one in exchange.amendments] == [1, 2]


def test_an_amendment_the_envelope_cannot_pay_is_not_put_in_force(session):
    world = a_world(envelope_cents=100_000)
    exchange = an_exchange(world, State.AGREED, **SHORT)
    amend(world, exchange, WHOLE)
    accept(world, exchange)
    with at():
        ledger.commit(
            world.line_id, 60_000, subject="CXC-2026-9999", why="", actor=world.actor("payer")
        )

    with pytest.raises(RuleBroken), db.session.begin_nested():
        accept(world, exchange, Party.VISITOR_PARTNERSHIP, "payer")

    assert balances(world) == (10, 600, 390, 0)
    db.session.refresh(exchange)
    assert exchange.last_on == SHORT["last_on"]


def test_the_rates_are_those_of_the_agreement_whatever_has_changed_since(world, exchange):
    db.session.add(
        HostCeiling(country="PT", amount_cents=10_000, valid_from=TODAY + timedelta(days=1))
    )

    amend(world, exchange, WHOLE, day=TODAY + timedelta(days=2))

    assert queries.open_amendment(exchange).becomes.cents == 78_000


def test_days_that_earn_nothing_are_refused(world, exchange):
    with refused("CXC-D01"):
        amend(world, exchange, {**SHORT, "last_on": date(2026, 10, 20)})


def test_a_visit_in_a_group_keeps_a_day_in_common_with_it(world, exchange):
    days = {"first_on": exchange.first_on, "last_on": exchange.last_on}
    programme = commitment.Programme("GRP-2026-0001", "Looms", objectives="", agenda="Tour", **days)
    exchange.shared = programme.as_json()

    with refused("2.9"):
        amend(world, exchange)


def test_one_amendment_is_open_at_a_time(world, exchange):
    amend(world, exchange)

    with refused("2.6"):
        amend(world, exchange, WHOLE)


@pytest.mark.parametrize("end", ["decline", "withdraw"])
def test_declined_or_withdrawn_leaves_everything_as_it_was(world, exchange, end):
    amend(world, exchange)
    accept(world, exchange)
    with at():
        if end == "decline":
            operations.decline_amendment(exchange, reason="No", actor=world.actor("payer"))
        else:
            operations.withdraw_amendment(exchange, actor=world.actor("visitor"))

    assert queries.open_amendment(exchange) is None
    assert (exchange.first_on, exchange.lump_sum_cents) == (FIRST, 78_000)
    assert balances(world) == (9_220, 0, 780, 0)
    amend(world, exchange, WHOLE)
    assert queries.open_amendment(exchange).number == 2


def test_from_the_first_day_on_nothing_is_amended(world, exchange):
    amend(world, exchange, day=FIRST - timedelta(days=1))

    with refused("2.6"):
        accept(world, exchange, day=FIRST)
    with at(FIRST):
        operations.mark_no_show(exchange, reason="Not there", actor=world.actor("payer"))

    assert exchange.amendments[0].outcome is Outcome.LAPSED


def test_days_that_have_begun_while_waiting_are_not_accepted(world, exchange):
    amend(world, exchange, {**WHOLE, "departure_on": TODAY + timedelta(days=1)})

    with refused("2.6"):
        accept(world, exchange, day=TODAY + timedelta(days=2))


def test_what_is_accepted_is_what_was_read(world, exchange):
    amend(world, exchange)
    with pytest.raises(Stale), at():
        operations.accept_amendment(
            exchange, party=Party.HOST, fingerprint="0" * 64, actor=world.actor("host")
        )


@pytest.mark.parametrize(
    ("party", "who"),
    [
        (Party.HOST, "visitor"),
        (Party.HOST, "payer"),
        (Party.VISITOR_PARTNERSHIP, "receiver"),
        (Party.VISITOR_PARTNERSHIP, "host"),
        (Party.HOST_PARTNERSHIP, "receiver"),
    ],
)
def test_each_party_accepts_for_itself(world, exchange, party, who):
    amend(world, exchange)
    with pytest.raises(NotAllowed):
        accept(world, exchange, party, who)


def test_a_party_accepts_once(world, exchange):
    amend(world, exchange)
    accept(world, exchange)
    with refused("2.6"):
        accept(world, exchange)


def test_only_what_is_agreed_is_amended(world):
    with pytest.raises(IllegalStep):
        amend(world, an_exchange(world, State.APPROVED))


def test_what_was_signed_stays_what_was_signed(world, exchange):
    signed = {one.fingerprint for one in exchange.signatures}
    agreement = queries.agreement_fingerprint(exchange)
    amend(world, exchange, agenda="Tuesday only")
    accept_both(world, exchange)

    assert {commitment.fingerprint(exchange.commitment)} == signed
    assert queries.agreement_fingerprint(exchange) == agreement
    assert exchange.agenda == "Tuesday only"


def test_validation_pays_the_amended_stay(world, exchange):
    amend(world, exchange)
    accept_both(world, exchange)

    assert queries.final_sum(exchange, SHORT["first_on"], SHORT["last_on"]).cents == 39_000


# The database itself


def test_the_database_keeps_an_amendment_and_asks_for_two_other_people(world, exchange):
    amend(world, exchange)
    db.session.flush()

    for change, name in (
        ("SET reason = 'Another'", "write_once"),
        ("SET outcome = 'accepted', closed_at = proposed_at", "accepted_by_both"),
        (
            "SET host_accepted_by_id = proposed_by_id, host_accepted_at = proposed_at",
            "accepted_by_another",
        ),
    ):
        with pytest.raises(DBAPIError, match=name), db.session.begin_nested():
            db.session.execute(text(f"UPDATE exchange_amendment {change}"))
