"""A stay cut short by force majeure: two people, and half of the sum instead of nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed
from portal.exchanges import operations, queries
from portal.exchanges.models import ForceMajeure
from portal.exchanges.rules import lump_sum as rules
from portal.exchanges.rules.stay import Stay
from portal.exchanges.rules.terms import FIRST_EDITION
from portal.exchanges.states import State
from tests.exchanges.browsing import main_form, post
from tests.exchanges.builders import (
    FIRST,
    LAST,
    RETURN,
    a_world,
    an_exchange,
    at,
    balances,
    counted,
    refused,
    verbs,
)

#: Monday and Tuesday only: two working days.
TUESDAY = FIRST + timedelta(days=1)


@pytest.fixture
def world(session):
    return a_world()


@pytest.fixture
def exchange(world):
    return an_exchange(world, State.REPORTED)


def propose(world, exchange, *, day=RETURN, who="payer"):
    with at(day):
        operations.propose_force_majeure(exchange, reason="The volcano", actor=world.actor(who))


def grant(world, exchange, who="officer"):
    with at(RETURN):
        operations.grant_force_majeure(exchange, note="Seen", actor=world.actor(who))


def validate(world, exchange, last_on=TUESDAY):
    with at(RETURN):
        return operations.validate(
            exchange, first_on=FIRST, last_on=last_on, actor=world.actor("payer")
        )


# The rules


def a_stay(working_days):
    """A stay in Portugal from Monday 2 March 2026 on, of at most five days."""
    monday = date(2026, 3, 2)
    return Stay(monday, monday + timedelta(days=working_days - 1), "PL", "PT", 1_200_000)


def final(working_days, *, agreed=78_000, excused=True, terms=FIRST_EDITION):
    return rules.final_sum(
        a_stay(working_days), terms, 78_000, None, agreed_cents=agreed, excused=excused
    )


@pytest.mark.parametrize(
    ("working_days", "excused", "cents"),
    [
        (1, True, 39_000),
        (2, True, 39_000),
        (2, False, 0),
        (3, True, 39_000),
        (3, False, 39_000),
        (5, True, 78_000),
    ],
)
def test_force_majeure_saves_half_of_a_stay_too_short_and_changes_no_other(
    working_days, excused, cents
):
    assert final(working_days, excused=excused).cents == cents


def test_a_stay_without_a_single_working_day_earns_nothing_whatever_happened():
    sunday = replace(a_stay(1), first_on=date(2026, 3, 1), last_on=date(2026, 3, 1))

    found = rules.final_sum(sunday, FIRST_EDITION, 78_000, None, agreed_cents=78_000, excused=True)

    assert found.cents == 0


def test_the_half_is_of_what_was_agreed_to_be_the_limit_and_never_more():
    assert final(2, agreed=20_000).cents == 20_000
    assert final(2).steps[-1].code == "force_majeure"


def test_the_edition_says_from_how_many_days_on():
    strict = replace(FIRST_EDITION, excused_from_days=2)

    assert [final(days, terms=strict).cents for days in (1, 2)] == [0, 39_000]


# The operations


def test_with_two_people_a_short_stay_is_paid_half_and_still_not_counted(world, exchange):
    propose(world, exchange)
    grant(world, exchange)

    validate(world, exchange)

    assert exchange.final_cents == 39_000
    assert not exchange.counts
    assert balances(world) == (9_610, 0, 0, 390)
    assert counted(world) == (0, 0)
    assert verbs(exchange)[-3:] == ["propose_force_majeure", "grant_force_majeure", "validate"]


def test_proposed_alone_it_changes_nothing_and_lapses_with_the_validation(world, exchange):
    propose(world, exchange)

    validate(world, exchange)

    assert exchange.final_cents == 0
    assert db.session.query(ForceMajeure).one().lapsed_at is not None


@pytest.mark.parametrize("who", ["payer", "visitor", "host", "receiver", "auditor"])
def test_neither_the_proposer_nor_a_party_grants_it(world, exchange, who):
    propose(world, exchange)
    with pytest.raises(NotAllowed):
        grant(world, exchange, who)


@pytest.mark.parametrize("who", ["officer", "visitor", "host", "receiver"])
def test_only_who_validates_proposes_it(world, exchange, who):
    with pytest.raises(NotAllowed):
        propose(world, exchange, who=who)


def test_declined_it_saves_nothing_and_may_be_proposed_again(world, exchange):
    propose(world, exchange)
    with at(RETURN):
        operations.decline_force_majeure(exchange, reason="No", actor=world.actor("officer"))
    assert queries.final_sum(exchange, FIRST, TUESDAY).cents == 0

    propose(world, exchange)
    grant(world, exchange)

    assert queries.final_sum(exchange, FIRST, TUESDAY).cents == 39_000


def test_those_who_may_decide_are_asked_and_those_concerned_are_told(world, exchange, mails):
    who = ("visitor", "host", "payer", "receiver", "officer", "auditor")

    def told() -> dict[str, str]:
        keys = {
            one: [m.deduplication_key for m in mails(to=world.people[one].email)] for one in who
        }
        last = {one: found[-1].partition(".txt")[0] for one, found in keys.items() if found}
        return {
            one: name.rpartition("_")[2] for one, name in last.items() if "force_majeure" in name
        }

    propose(world, exchange)
    assert told() == {"officer": "proposed"}

    with at(RETURN):
        officer = world.actor("officer")
        operations.decline_force_majeure(exchange, reason="No paper", actor=officer)
    body = mails(to=world.people["host"].email)[-1].body
    assert told() == dict.fromkeys(("visitor", "host", "payer"), "declined") | {
        "officer": "proposed"
    }
    assert "No paper" in body

    propose(world, exchange)
    grant(world, exchange)
    assert told() == dict.fromkeys(("visitor", "host", "payer"), "granted") | {
        "officer": "proposed"
    }
    assert mails(to=world.people["visitor"].email)[-1].language == "fr"
    assert len(mails(to=world.people["officer"].email)) == 2


def test_it_is_proposed_once_and_not_before_the_stay(world):
    exchange = an_exchange(world, State.AGREED)

    with refused("2.6"):
        propose(world, exchange, day=FIRST - timedelta(days=1))
    propose(world, exchange, day=FIRST)
    with refused("2.6"):
        propose(world, exchange, day=FIRST)


def test_there_is_nothing_to_decide_without_a_proposal(world, exchange):
    with refused("2.6"):
        grant(world, exchange)


def test_a_visitor_who_never_came_is_not_paid_for_it(world):
    exchange = an_exchange(world, State.AGREED)
    propose(world, exchange, day=FIRST)
    with at(LAST):
        operations.mark_no_show(exchange, reason="Ill", actor=world.actor("payer"))

    assert queries.force_majeure(exchange) is None
    with pytest.raises(IllegalStep):
        grant(world, exchange)


# The database itself


def test_the_database_pays_no_short_stay_without_it(world, exchange):
    db.session.flush()
    with pytest.raises(DBAPIError, match="exchange_excused"), db.session.begin_nested():
        db.session.execute(
            text(
                "UPDATE exchange SET state = 'validated', counts = false, final_cents = 39000, "
                "validated_at = concluded_at"
            )
        )


def test_the_database_refuses_a_decision_by_the_person_who_proposed(world, exchange):
    propose(world, exchange)
    db.session.flush()
    with pytest.raises(DBAPIError, match="two_people"), db.session.begin_nested():
        db.session.execute(
            text(
                "UPDATE force_majeure SET granted = true, decided_by_id = proposed_by_id, "
                "decided_at = proposed_at"
            )
        )


# The pages


def test_from_the_validation_to_the_officer_and_back(world, exchange, sign_in_as):
    path = f"/exchanges/{exchange.ref}"
    asked = f"{path}/validate?first_on={FIRST.isoformat()}&last_on={TUESDAY.isoformat()}"
    with at(RETURN):
        payer, officer = (sign_in_as(world.people[who]) for who in ("payer", "officer"))
        assert "nothing is due" in payer.page(asked).text
        form = main_form(payer.page(f"{path}/propose-force-majeure"))
        post(payer, f"{path}/propose-force-majeure", 422, **form.data(reason=""))
        form = main_form(payer.page(f"{path}/propose-force-majeure"))
        post(payer, f"{path}/propose-force-majeure", **form.data(reason="The volcano"))
        labels = [str(task.label) for task in queries.tasks_for(world.actor("officer"))]
        page = officer.page(f"{path}/grant-force-majeure")
        post(officer, f"{path}/grant-force-majeure", **main_form(page).data(note="Seen"))
        page = payer.page(asked)

    assert labels == ["Decide on force majeure"]
    assert "€390.00" in page.text
    assert "for force majeure that two people recognised" in page.text
