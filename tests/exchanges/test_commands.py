"""The daily commands of the room: shown first, done with --yes, and done once."""

from datetime import date, timedelta

from portal.core.db import db, transaction
from portal.exchanges import operations
from portal.exchanges.models import Exchange
from portal.exchanges.states import State
from tests.exchanges.builders import a_world, an_exchange, at
from tests.exchanges.groups.builders import a_group, another_visit, joined
from tests.exchanges.matches.builders import a_match
from tests.exchanges.surroundings import TODAY, an_organisation
from tests.exchanges.surveys.builders import SIX

#: On which day each command has something to do, and what it says it would do and has done.
DAILY = {
    ("groups", "close"): (TODAY, "1 to close", "1 closed", "0 closed"),
    ("matches", "expire"): (TODAY + timedelta(days=60), "1 to expire", "1 expired", "0 expired"),
    ("surveys", "send"): (
        SIX,
        "2 to ask",
        "2 asked, 0 reminded, 0 closed",
        "0 asked, 0 reminded, 0 closed",
    ),
    ("profiles", "close"): (date(2028, 1, 3), "2 to close", "2 closed", "0 closed"),
}


def test_each_daily_command_shows_does_and_does_nothing_the_second_time(committed):
    with transaction():
        world = a_world()
        a_match(world)
        followed = an_organisation("Followed", people=(world.people["visitor"],))
        an_exchange(world, State.VALIDATED, visitor=followed)
        called_off = another_visit(world)
        called_off = joined(world, a_group(world, called_off), called_off)
        with at():
            operations.cancel(called_off, reason="Ill", actor=world.actor("visitor"))
    runner = committed.app.test_cli_runner()

    for command, (day, shown, done, nothing) in DAILY.items():
        with at(day):
            said = [
                runner.invoke(args=[*command, *yes]).output.splitlines()[-1]
                for yes in ((), ("--yes",), ("--yes",))
            ]

        assert said == [f"{shown}; repeat with --yes", done, nothing], command
    assert db.session.query(Exchange).count() == 2
