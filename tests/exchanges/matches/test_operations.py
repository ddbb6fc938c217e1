"""The verbs of matches: proposals, other days, two agreements, silence; and rounds."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from portal.audit.queries import trail_of
from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.exchanges.matches import operations, queries
from portal.exchanges.matches.models import MatchRound, Suggestion
from portal.exchanges.matches.rules.filters import Obstacle
from portal.exchanges.matches.states import State
from portal.exchanges.profiles import operations as profile_operations
from portal.exchanges.profiles.states import Part
from portal.exchanges.states import State as ExchangeState
from tests.exchanges.builders import a_world, an_exchange, at, refused
from tests.exchanges.matches.builders import JOURNEY, LATER, a_match, a_pair
from tests.exchanges.surroundings import TODAY


@pytest.fixture
def world(session):
    return a_world()


def test_two_agreements_make_an_exchange_that_is_being_built(world):
    match = a_match(world)

    with at(TODAY + timedelta(days=1)):
        operations.accept(match, part=Part.HOST, actor=world.actor("host"))

    assert match.state is State.CONFIRMED
    exchange = match.exchange
    assert (exchange.state, exchange.first_on) == (ExchangeState.BUILDING, JOURNEY.first_on)
    assert (exchange.visitor_id, exchange.project_id) == (world.visitor.id, world.project.id)
    assert exchange.activities == ["networking"]
    assert match.visitor.kept_until is None
    assert [entry.verb for entry in trail_of(exchange.ref)] == ["exchange.start"]


def test_nothing_is_confirmed_by_a_partnership(world):
    match = a_match(world, by="payer")
    assert match.state is State.PROPOSED

    with at():
        operations.accept(match, part=Part.HOST, actor=world.actor("host"))
        assert (match.state, match.exchange) == (State.ACCEPTED_BY_HO, None)
        operations.accept(match, part=Part.VISITOR, actor=world.actor("visitor"))

    assert match.state is State.CONFIRMED


@pytest.mark.parametrize("who", ["payer", "receiver", "officer", "stranger"])
def test_only_the_two_sides_answer(world, who):
    match = a_match(world)

    with at(), pytest.raises(NotAllowed):
        operations.accept(match, part=Part.HOST, actor=world.actor(who))


def test_a_side_agrees_once(world):
    match = a_match(world)

    with at(), refused("2.6"):
        operations.accept(match, part=Part.VISITOR, actor=world.actor("visitor"))


def test_other_days_void_the_first_agreement(world):
    match = a_match(world)

    with at(TODAY + timedelta(days=5)):
        operations.counter(match, part=Part.HOST, journey=LATER, actor=world.actor("host"))

    assert (match.state, match.first_on) == (State.COUNTERED, LATER.first_on)
    assert match.visitor_agreed_at is None
    assert match.answer_by == TODAY + timedelta(days=35)
    with at(TODAY + timedelta(days=6)):
        operations.accept(match, part=Part.VISITOR, actor=world.actor("visitor"))
    assert match.exchange.first_on == LATER.first_on


def test_who_declines_says_why_and_it_ends(world):
    match = a_match(world)

    with at():
        with pytest.raises(RuleBroken):
            operations.decline(match, part=Part.HOST, reason=" ", actor=world.actor("host"))
        operations.decline(match, part=Part.HOST, reason="Full", actor=world.actor("host"))
        with pytest.raises(IllegalStep):
            operations.accept(match, part=Part.HOST, actor=world.actor("host"))


def test_silence_of_thirty_days_ends_it_lazily_and_by_the_daily_job(world, mails):
    match = a_match(world)
    last = TODAY + timedelta(days=30)
    assert queries.badge(match, last) != queries.badge(match, last + timedelta(days=1))

    with at(last):
        assert operations.expire(actor=SYSTEM) == []
    with at(last + timedelta(days=1)):
        with refused("2.6"):
            operations.accept(match, part=Part.HOST, actor=world.actor("host"))
        assert operations.expire(actor=SYSTEM) == [match]

    assert match.state is State.EXPIRED


def test_after_silence_the_same_visit_is_proposed_anew(world):
    pair = a_pair(world)
    first = a_match(world, pair=pair)

    with at(TODAY + timedelta(days=31)):
        second = operations.propose(*pair, journey=LATER, actor=world.actor("visitor"))

    assert (first.state, second.state) == (State.EXPIRED, State.PROPOSED)


def test_one_open_proposal_between_two(world):
    pair = a_pair(world)
    a_match(world, pair=pair)

    with pytest.raises(IntegrityError, match="visit_match"):
        a_match(world, pair=pair)


def test_cxc_e11_a_profile_that_is_not_accepted_is_not_matched(world):
    pair = a_pair(world)
    with at():
        profile_operations.withdraw(pair[1], actor=world.actor("host"))

    with refused("CXC-E11"):
        a_match(world, pair=pair)


def test_a_used_visit_keeps_from_a_match_until_the_end(world):
    match = a_match(world)
    an_exchange(world)

    with at(), refused("CXC-E07"):
        operations.accept(match, part=Part.HOST, actor=world.actor("host"))
    db.session.refresh(match)
    assert match.state is State.PROPOSED


def test_the_best_candidates_are_opened_and_the_others_counted(world):
    visitor, host = a_pair(world)

    found = queries.candidates(visitor, Part.VISITOR, TODAY)

    assert [one.profile for one in found.best] == [host]
    assert found.best[0].score.total == 100
    assert found.best[0].stay.first_on == host.periods[0].first_on + timedelta(days=1)
    an_exchange(world)
    assert queries.candidates(visitor, Part.VISITOR, TODAY).left_out == {Obstacle.VISITOR: 1}


def test_who_is_asked_already_is_no_candidate_again(world):
    match = a_match(world)

    found = queries.candidates(match.visitor, Part.VISITOR, TODAY)

    assert (found.best, found.left_out) == ([], {Obstacle.OPEN: 1})


def test_a_round_suggests_and_changes_nothing_else(world):
    visitor, host = a_pair(world)

    with at():
        asked = operations.ask_round(places=1, actor=world.actor("payer"))

    assert (asked.points, asked.compared) == (100, 1)
    kept = db.session.scalars(db.select(Suggestion)).one()
    assert (kept.visitor_id, kept.host_id, kept.why.total) == (visitor.id, host.id, 100)
    assert db.session.scalars(queries.listed(db.true())).all() == []


def test_a_round_leaves_open_proposals_alone(world):
    a_match(world)

    with at():
        asked = operations.ask_round(places=1, actor=world.actor("officer"))

    assert (asked.points, asked.compared) == (0, 0)


def test_a_large_round_is_work_for_the_portal(world, monkeypatch):
    monkeypatch.setattr(operations.rounds, "AT_ONCE", 0)
    a_pair(world)
    heard = []

    with at():
        asked = operations.ask_round(places=1, actor=world.actor("payer"))
        assert queries.next_round() is asked
        with pytest.raises(RuleBroken):
            operations.ask_round(places=1, actor=world.actor("payer"))
        field = queries.field_of(TODAY)
        solution = queries.solution_of(field, 1, heard.append)
        operations.solve_round(asked, field=field, solution=solution, actor=SYSTEM)
        operations.solve_round(asked, field=field, solution=solution, actor=SYSTEM)

    assert heard == [1]
    assert asked.points == 100
    assert len(db.session.scalars(db.select(Suggestion)).all()) == 1


def test_a_round_without_anybody_is_refused(world):
    with at(), pytest.raises(RuleBroken):
        operations.ask_round(places=1, actor=world.actor("payer"))
    assert db.session.scalars(db.select(MatchRound)).all() == []


def test_a_suggestion_is_written_once(world):
    a_pair(world)
    with at():
        operations.ask_round(places=1, actor=world.actor("payer"))

    db.session.scalars(db.select(Suggestion)).one().points = 1
    with pytest.raises(IntegrityError, match="append_only_match_suggestion"):
        db.session.flush()
