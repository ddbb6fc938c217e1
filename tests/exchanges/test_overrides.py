"""The minima block an approval, and two people let it be overridden once (domain 2.10)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.db import db
from portal.core.errors import NotAllowed
from portal.exchanges import operations, queries
from portal.exchanges.models import Exchange, QuotaCounter, QuotaOverride
from portal.exchanges.rules.quota import Goal, Tally, forecast_of, is_blocked
from portal.exchanges.states import Klass, Reading, State
from portal.partners.states import OrganisationKind
from tests.exchanges.builders import (
    FIRST,
    PORTO,
    RETURN,
    a_file,
    a_world,
    aim,
    at,
    refused,
    trail,
    verbs,
)
from tests.exchanges.surroundings import TODAY, an_organisation


@pytest.fixture
def world(session):
    """A partnership that aims at four exchanges and has approved its one internal visit."""
    world = a_world()
    aim(world, 4)
    a_file(world, Klass.INTERNAL, State.APPROVED)
    return world


def propose(world, exchange, who="payer"):
    with at():
        operations.propose_override(exchange, reason="It was promised.", actor=world.actor(who))


def grant(world, exchange, who="officer"):
    with at():
        operations.grant_override(exchange, note="Once.", actor=world.actor(who))


def approve(world, exchange):
    with at():
        return operations.approve(exchange, actor=world.actor("payer"))


def tally(world):
    assert queries.miscounts() == []
    return queries.quota(world.project.id, TODAY).tally


def test_cxc_k04_an_approval_after_which_the_minima_are_out_of_reach_is_refused(world):
    exchange = a_file(world, Klass.INTERNAL)

    with refused("CXC-K04") as broken:
        approve(world, exchange)

    assert "2 must still be with SMEs and 1 by others, but only 2 are left" in str(
        broken.value.faults[0].message
    )
    assert exchange.state is State.SIGNED
    assert tally(world) == Tally(internal=1)


def test_what_serves_a_minimum_is_approved_to_the_end(world):
    for klass in (Klass.SME, Klass.OTHER, Klass.SME):
        approve(world, a_file(world, klass))

    assert tally(world) == Tally(2, 1, 1)
    assert queries.quota(world.project.id, TODAY).planned_forecast.feasible


def test_a_virtual_exchange_is_approved_whatever_the_quota(world):
    exchange = a_file(world, Klass.INTERNAL, State.BUILDING)
    exchange.virtual, exchange.state = True, State.SIGNED

    approve(world, exchange)

    assert tally(world) == Tally(internal=1)


def test_an_override_granted_by_another_lets_it_be_approved_once(world):
    first, second = a_file(world, Klass.INTERNAL), a_file(world, Klass.INTERNAL)
    propose(world, first)
    grant(world, first)

    approve(world, first)

    assert verbs(first)[-3:] == ["propose_override", "grant_override", "approve"]
    assert trail(first)[-1].details["override"] is True
    override = db.session.query(QuotaOverride).one()
    assert override.used_at is not None
    assert db.session.query(QuotaCounter).one().override_id == override.id
    with refused("CXC-K04"):
        approve(world, second)


def test_until_somebody_else_has_decided_nothing_is_approved(world):
    exchange = a_file(world, Klass.INTERNAL)
    propose(world, exchange)

    with pytest.raises(NotAllowed):
        grant(world, exchange, who="payer")
    with refused("CXC-K04"):
        approve(world, exchange)


def test_a_declined_override_opens_nothing_and_another_may_be_proposed(world):
    exchange = a_file(world, Klass.INTERNAL)
    propose(world, exchange)
    with at():
        operations.decline_override(exchange, reason="No.", actor=world.actor("officer"))

    with refused("CXC-K04"):
        approve(world, exchange)
    propose(world, exchange)

    assert [one.granted for one in db.session.query(QuotaOverride).order_by("id")] == [False, None]


def test_an_override_is_proposed_only_where_it_is_needed_and_once(world):
    needed, served = a_file(world, Klass.INTERNAL), a_file(world, Klass.SME)

    with refused("2.10"):
        propose(world, served)
    propose(world, needed)
    with refused("2.10"):
        propose(world, needed)
    with at(), refused("2.10"):
        operations.grant_override(served, actor=world.actor("officer"))


def test_an_override_lapses_when_the_exchange_goes_another_way(world):
    exchange = a_file(world, Klass.INTERNAL)
    propose(world, exchange)
    grant(world, exchange)

    with at():
        operations.send_back(exchange, reason="Other days.", actor=world.actor("payer"))

    assert queries.open_override(exchange.id) is None
    assert db.session.query(QuotaOverride).one().lapsed_at is not None


def test_an_override_no_longer_needed_is_not_used(world):
    exchange = a_file(world, Klass.INTERNAL)
    propose(world, exchange)
    grant(world, exchange)
    approved = db.session.query(Exchange).filter_by(state=State.APPROVED).one()
    with at():
        operations.cancel(approved, reason="Ill", actor=world.actor("visitor"))

    approve(world, exchange)

    override = db.session.query(QuotaOverride).one()
    assert (override.used_at, override.lapsed_at is None) == (None, False)


def test_the_task_to_decide_lies_on_the_officers_desk_not_on_the_proposers(world):
    exchange = a_file(world, Klass.INTERNAL)
    propose(world, exchange)

    with at():
        tasks = {
            who: [str(task.label) for task in queries.tasks_for(world.actor(who))]
            for who in ("officer", "payer")
        }

    assert tasks["officer"] == ["Decide on an override of the quota"]
    assert "Decide on an override of the quota" not in tasks["payer"]


def test_the_counters_of_all_readings_follow_every_change_of_state(world):
    host = an_organisation(
        "Mestre Têxtil",
        OrganisationKind.SME,
        "PT",
        place=PORTO,
        people=(world.people["host"],),
    )
    a_file(world, Klass.OTHER, State.VALIDATED, host=host)
    a_file(world, Klass.SME, State.NO_SHOW)
    short = a_file(world, Klass.OTHER, State.REPORTED)
    with at(RETURN):
        operations.validate(short, first_on=FIRST, last_on=FIRST, actor=world.actor("payer"))

    found = queries.quota(world.project.id, TODAY).counts

    assert not short.counts
    assert queries.miscounts() == []
    assert found.readings == {
        Reading.EITHER: (Tally(sme=1), Tally(internal=1)),
        Reading.VISITOR: (Tally(other=1), Tally(internal=1)),
        Reading.BOTH: (Tally(sme=1), Tally(internal=1)),
    }


def test_a_counter_that_was_tampered_with_is_named(world):
    db.session.execute(text("UPDATE quota_counter SET reached_virtual = 3"))

    found = queries.miscounts()

    assert [(one.counter, one.kept, one.recounted) for one in found] == [("reached_virtual", 3, 0)]


# The database itself


def test_the_database_refuses_a_step_out_of_reach_whoever_makes_it(world):
    with pytest.raises(DBAPIError, match="reachable_quota_counter"):
        db.session.execute(text("UPDATE quota_counter SET committed_c = committed_c + 1"))


def test_the_database_takes_an_override_only_when_granted_and_unused(world):
    exchange = a_file(world, Klass.INTERNAL)
    propose(world, exchange)
    step = text(
        "UPDATE quota_counter SET committed_c = committed_c + 1, "
        "override_id = (SELECT max(id) FROM quota_override)"
    )

    with pytest.raises(DBAPIError, match="reachable_quota_counter"), db.session.begin_nested():
        db.session.execute(step)
    grant(world, exchange)
    db.session.flush()
    db.session.execute(step)
    with pytest.raises(DBAPIError, match="reachable_quota_counter"), db.session.begin_nested():
        db.session.execute(step)


def test_the_database_refuses_a_decision_by_the_person_who_proposed(world):
    propose(world, a_file(world, Klass.INTERNAL))
    db.session.flush()

    with pytest.raises(DBAPIError, match="two_people"):
        db.session.execute(
            text(
                "UPDATE quota_override SET granted = true, decided_by_id = proposed_by_id, "
                "decided_at = proposed_at"
            )
        )


def test_the_database_lets_no_counter_begin_elsewhere_than_at_nothing(session):
    world = a_world()

    with pytest.raises(DBAPIError, match="empty_quota_counter"):
        db.session.execute(
            db.insert(QuotaCounter).values(
                project_id=world.project.id,
                reached_c=1,
                target=4,
                sme_share_bp=5000,
                other_share_bp=2500,
            )
        )


def test_the_database_blocks_exactly_what_the_rule_blocks(session):
    world = a_world()
    goal = Goal(5)
    db.session.execute(
        db.insert(QuotaCounter).values(
            project_id=world.project.id, target=99, sme_share_bp=0, other_share_bp=0
        )
    )
    names = {Klass.SME: "committed_a", Klass.OTHER: "committed_b", Klass.INTERNAL: "committed_c"}
    disagree = []
    for numbers in [(a, b, c) for a in range(4) for b in range(3) for c in range(4)]:
        tally = Tally(*numbers)
        for klass in Klass:
            nested = db.session.begin_nested()
            columns = dict(zip(names.values(), numbers, strict=True))
            db.session.execute(db.update(QuotaCounter).values(columns))
            terms = {"target": goal.target, "sme_share_bp": 5000, "other_share_bp": 2500}
            db.session.execute(db.update(QuotaCounter).values(terms))
            blocked = _refuses(names[klass])
            nested.rollback()
            wanted = is_blocked(forecast_of(tally, goal), forecast_of(tally.plus([klass]), goal))
            if blocked is not wanted:
                disagree.append((numbers, klass))
    assert disagree == []


def _refuses(column):
    try:
        with db.session.begin_nested():
            db.session.execute(text(f"UPDATE quota_counter SET {column} = {column} + 1"))
    except DBAPIError:
        return True
    return False
