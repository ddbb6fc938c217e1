"""Two at the same instant, each in a process of their own."""

from portal.core.db import db, transaction
from portal.exchanges.surveys import queries
from portal.exchanges.surveys.models import Survey
from tests.exchanges.builders import a_world
from tests.exchanges.surveys.builders import a_visit, ask
from tests.racing import race


def test_two_daily_jobs_ask_each_side_once(committed):
    with transaction():
        a_visit(a_world())

    outcomes = race(committed.url, "tests.exchanges.surveys.racers:ask", [{}, {}])

    assert any(outcome.won for outcome in outcomes), outcomes
    db.session.rollback()
    asked = db.session.scalars(db.select(Survey)).all()
    assert sorted(str(survey.side) for survey in asked) == ["host", "visitor"]


def test_of_two_answers_of_one_organisation_the_first_is_kept(committed):
    with transaction():
        world = a_world()
        a_visit(world)
        ref = ask()[0].ref
        person = world.people["visitor"].id

    outcomes = race(
        committed.url,
        "tests.exchanges.surveys.racers:answer",
        [{"ref": ref, "person_id": person, "satisfaction": mark} for mark in (1, 5)],
    )

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    loser = next(outcome for outcome in outcomes if not outcome.won)
    assert loser.kind in ("IllegalStep", "Stale")
    db.session.rollback()
    assert queries.by_ref(ref).satisfaction == (1 if outcomes[0].won else 5)
