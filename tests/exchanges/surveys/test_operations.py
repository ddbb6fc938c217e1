"""Surveys are asked, answered once, reminded of once and closed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed
from portal.core.refusals import refusal
from portal.exchanges.states import Reporter, State
from portal.exchanges.surveys import operations, queries
from portal.exchanges.surveys.models import Survey
from portal.exchanges.surveys.states import Contact
from portal.exchanges.surveys.states import State as SurveyState
from tests.exchanges.builders import a_world, an_exchange, at, refused, trail, verbs
from tests.exchanges.surroundings import an_organisation
from tests.exchanges.surveys.builders import (
    SIX,
    TWELVE,
    a_visit,
    answer,
    ask,
    the_survey,
)


def test_both_sides_are_asked_after_six_and_after_twelve_months_each_once(session, mails):
    world = a_world()
    visit = a_visit(world)

    assert ask(SIX - timedelta(days=1)) == []
    first, again, second = ask(), ask(SIX + timedelta(days=1)), ask(TWELVE)

    assert again == []
    asked = [(one.side, one.months) for one in (*first, *second)]
    assert asked == [(side, months) for months in (6, 12) for side in Reporter]
    assert first[0].answer_by == SIX + timedelta(days=30)
    assert verbs(first[0]) == ["ask"]
    subjects = [mail.subject for mail in mails() if "surveys/" in mail.body]
    assert len(subjects) == 4
    assert {one.exchange_id for one in queries.of_exchange(visit.id)} == {visit.id}


@pytest.mark.parametrize("state", [State.AGREED, State.NO_SHOW, State.REFUSED])
def test_only_validated_visits_are_followed_up(session, state):
    an_exchange(a_world(), state)

    assert ask() == []


def test_what_the_daily_job_missed_for_months_is_not_asked_any_more(session):
    a_visit(a_world())

    assert ask(date(2027, 7, 1)) == []
    with at(SIX):
        assert queries.count_to_ask(SIX) == 2


def test_an_answer_is_kept_and_told_without_its_free_words(session):
    world = a_world()
    survey = answer(world, the_survey(world))

    assert survey.state is SurveyState.ANSWERED
    assert survey.answers.comment == "A good start."
    assert verbs(survey) == ["ask", "answer"]
    (told,) = [entry for entry in trail(survey) if entry.verb == "survey.answer"]
    assert told.after["contracts_cents"] == 150_000
    assert "good start" not in str((told.after, told.details))


def test_an_answer_is_given_once(session):
    world = a_world()
    survey = answer(world, the_survey(world))

    with pytest.raises(IllegalStep):
        answer(world, survey, satisfaction=1)


def test_nobody_answers_for_the_other_side(session):
    world = a_world()
    survey = the_survey(world)

    for who in ("host", "payer", "officer"):
        with pytest.raises(NotAllowed):
            answer(world, survey, who)


def test_a_wrong_answer_is_refused_with_its_field(session):
    world = a_world()

    with refused("2.10") as broken:
        answer(world, the_survey(world), contracts=0)
    assert broken.value.faults[0].field == "contracts"


def test_silence_is_reminded_of_once_and_then_closed(session, mails):
    world = a_world()
    survey = answer(world, the_survey(world))
    silent = queries.of_exchange(survey.exchange_id)[1]
    with at(SIX + timedelta(days=13)):
        assert operations.remind(actor=SYSTEM) == []
    with at(SIX + timedelta(days=14)):
        assert operations.remind(actor=SYSTEM) == [silent]
        assert operations.remind(actor=SYSTEM) == []
    with at(SIX + timedelta(days=30)):
        assert operations.lapse(actor=SYSTEM) == []
    with at(SIX + timedelta(days=31)):
        with refused("2.10"):
            answer(world, silent, "host", SIX + timedelta(days=31))
        assert operations.lapse(actor=SYSTEM) == [silent]

    assert verbs(silent) == ["ask", "remind", "lapse"]
    assert silent.state is SurveyState.LAPSED
    assert len([mail for mail in mails() if silent.ref in mail.body]) == 2


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("update survey set satisfaction = 1, version = version + 1", "survey_closed"),
        ("update survey set state = 'asked'", "survey_closed"),
        ("delete from survey", "survey_kept"),
    ],
)
def test_the_database_keeps_an_answer_as_it_was_given(session, change, name):
    world = a_world()
    survey = answer(world, the_survey(world))
    session.flush()

    with pytest.raises(IntegrityError, match=name) as broken, session.begin_nested():
        session.execute(text(f"{change} where ref = '{survey.ref}'"))
    assert refusal(broken.value).faults[0].rule == "2.10"


@pytest.mark.parametrize(
    "change",
    [
        "state = 'answered'",
        "contact = 'none'",
        "months = 12",
        "answer_by = '2030-01-01'",
    ],
)
def test_the_database_refuses_half_an_answer_and_another_question(session, change):
    survey = the_survey(a_world())
    session.flush()

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(f"update survey set {change} where ref = '{survey.ref}'"))


def test_a_visit_a_side_and_a_number_of_months_have_one_survey(session):
    survey = the_survey(a_world())

    copied = {
        column.key: getattr(survey, column.key)
        for column in Survey.__table__.columns
        if column.key not in ("id", "ref")
    }

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(db.insert(Survey).values(ref="SUR-2027-9999", **copied))


def test_effects_add_up_and_a_joint_project_counts_once(session):
    world = a_world()
    visit = a_visit(world)
    other = a_visit(world, visitor=an_organisation("Other", people=(world.people["visitor"],)))
    ask()
    mine, theirs = queries.of_exchange(visit.id)
    answer(world, mine, projects=2, contracts=1, contracts_cents=100_000, satisfaction=5)
    answer(world, theirs, "host", projects=3, contracts=1, contracts_cents=None, satisfaction=4)
    answer(world, queries.of_exchange(other.id)[0], contact=Contact.NONE, projects=0, skills=False)

    found = queries.effects()

    assert [part.ref for part in found.parts] == [world.project.ref]
    figures = found.whole[6]
    assert found.parts[0].figures == {6: figures}
    assert (figures.asked, figures.answered, figures.waiting) == (4, 3, 1)
    assert (figures.visits, figures.continued, figures.projects) == (2, 1, 3)
    assert (figures.contracts, figures.contracts_cents) == (4, 250_000)
    assert (figures.partners, figures.jobs, figures.skills) == (9, 3, 2)
    assert figures.mean_satisfaction == 433
    assert found.months == (6, 12)
    assert found.protected(6) == {world.project.id}
