"""Reminders of signatures before the departure: in time, in the reader's language, none twice."""

from datetime import date, timedelta

import pytest

from portal.core.actors import SYSTEM
from portal.core.db import transaction
from portal.core.errors import NotAllowed
from portal.exchanges import operations
from portal.exchanges.profiles.states import State as ProfileState
from portal.exchanges.rules import commitment
from portal.exchanges.rules.terms import FIRST_EDITION
from portal.exchanges.states import Party, State
from tests.exchanges.builders import (
    DEPARTURE,
    a_world,
    an_exchange,
    at,
    sign,
    trail,
)
from tests.exchanges.profiles.builders import a_profile
from tests.exchanges.test_amending import SHORT

DUE = DEPARTURE - timedelta(days=10)


def remind(day):
    with at(day):
        return [exchange.ref for exchange in operations.remind_signatures(actor=SYSTEM)]


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2026, 2, 23), 0),
        (date(2026, 2, 24), 1),
        (date(2026, 3, 2), 1),
        (date(2026, 3, 3), 2),
        (date(2026, 3, 12), 2),
    ],
)
def test_t04_reminders_go_out_a_week_before_and_on_the_last_day(day, number):
    departure = date(2026, 3, 13)

    assert commitment.due_on(departure, FIRST_EDITION) == date(2026, 3, 3)
    assert commitment.reminders_due(departure, FIRST_EDITION, today=day) == number


def test_who_has_not_signed_is_reminded_once_at_a_time(session, mails):
    world = a_world()
    exchange = an_exchange(world)
    with at():
        sign(world, exchange, Party.HOST, "host")

    found = [remind(DUE - timedelta(days=days)) for days in (8, 7, 6, 0, -1)]

    assert found == [[], [exchange.ref], [], [exchange.ref], []]
    due = [mail for mail in mails(to=world.people["visitor"].email) if "1 octobre" in mail.body]
    assert len(due) == 2
    subject = f"Exchange {exchange.ref}: your signature is due"
    assert [mail for mail in mails(to=world.people["host"].email) if mail.subject == subject] == []
    last = trail(exchange)[-1]
    assert (last.verb, last.after["reminders"]) == ("exchange.remind_signatures", 2)


def test_other_days_begin_the_reminders_anew(session):
    world = a_world()
    exchange = an_exchange(world)
    assert remind(DUE) == [exchange.ref]

    with at():
        operations.edit(
            exchange,
            virtual=False,
            objectives="Find a weaver",
            activities=["networking"],
            agenda="Monday",
            actor=world.actor("visitor"),
            **SHORT,
        )

    assert remind(DUE) == [exchange.ref]
    assert exchange.signing_reminders == 1


def test_what_is_signed_or_past_is_left_alone(session):
    world = a_world()
    signed = an_exchange(world, State.SIGNED)

    assert remind(DUE) == []
    assert signed.signing_reminders == 0
    open_one = an_exchange(world, visitor=world.host, host=world.visitor)
    assert remind(DEPARTURE + timedelta(days=1)) == []
    assert open_one.signing_reminders == 0


def test_nobody_but_the_job_or_an_officer_reminds(session):
    world = a_world()
    with at(), pytest.raises(NotAllowed):
        operations.remind_signatures(actor=world.actor("payer"))


def test_the_daily_commands_remind_and_a_second_run_reminds_nobody(committed):
    with transaction():
        world = a_world()
        refs = {
            "exchanges": an_exchange(world).ref,
            "profiles": a_profile(world, ProfileState.SUBMITTED).ref,
        }
    runner = committed.app.test_cli_runner()

    with at(DUE):
        for group, ref in refs.items():
            first, second = (runner.invoke(args=[group, "remind"]) for _run in range(2))

            assert first.output.split("\n")[:2] == [ref, "1 reminded"]
            assert second.output.split("\n")[0] == "0 reminded"
