"""Who may do what with a survey: rows are people, columns verbs."""

import pytest

from portal.core.actors import SYSTEM, Role
from portal.exchanges.states import Reporter
from portal.exchanges.surveys import policy
from portal.exchanges.surveys.states import Action
from tests.builders import an_actor
from tests.exchanges.builders import a_world
from tests.exchanges.surveys.builders import the_survey

TABLE = {
    "visitor": "may_see may_answer",
    "host": "",
    "payer": "may_see",
    "receiver": "",
    "officer": "may_see",
    "auditor": "may_see",
    "stranger": "",
}


def answers(actor, survey):
    return {verb for verb in ("may_see", "may_answer") if getattr(policy, verb)(actor, survey)}


def test_each_person_may_do_what_the_table_says(session):
    world = a_world()
    survey = the_survey(world)

    for who, verbs in TABLE.items():
        assert answers(world.actor(who), survey) == set(verbs.split()), who
    assert policy.available(world.actor("visitor"), survey) == (Action.ANSWER,)
    assert policy.available(world.actor("officer"), survey) == ()


def test_the_host_reads_its_own_and_not_the_visitors(session):
    world = a_world()
    survey = the_survey(world, Reporter.HOST)

    assert answers(world.actor("host"), survey) == {"may_see", "may_answer"}
    assert answers(world.actor("visitor"), survey) == set()


@pytest.mark.parametrize("role", Role)
def test_a_role_alone_answers_nothing(session, role):
    survey = the_survey(a_world())

    assert answers(an_actor(role), survey) == ({"may_see"} if role in policy.STAFF else set())


def test_effects_of_a_partnership_are_read_by_its_managers_and_staff(session):
    world = a_world()
    people = [*TABLE]

    pages = {who for who in people if policy.may_see_effects_of(world.actor(who), world.project)}
    words = {who for who in people if policy.may_read_comments(world.actor(who), world.project)}
    scheme = {who for who in people if policy.may_see_effects(world.actor(who))}

    assert pages == {"payer", "officer", "auditor"}
    assert words == pages
    assert scheme == {"officer", "auditor"}
    assert policy.may_see_effects(an_actor(Role.VERIFIER))
    assert not policy.may_read_comments(an_actor(Role.VERIFIER), world.project)


def test_only_the_daily_job_asks_reminds_and_closes(session):
    officer = a_world().actor("officer")

    for verb in (policy.may_ask, policy.may_remind, policy.may_lapse):
        assert verb(SYSTEM)
        assert not verb(officer)
