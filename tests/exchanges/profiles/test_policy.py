"""Who may do what with a profile: rows are people, columns verbs."""

import pytest

from portal.core.actors import SYSTEM, Role
from portal.exchanges.profiles import policy
from portal.exchanges.profiles.states import Action, State
from tests.builders import an_actor
from tests.exchanges.builders import a_world
from tests.exchanges.profiles.builders import a_profile

VERBS = (
    "may_see", "may_see_cv", "may_edit", "may_submit", "may_withdraw", "may_accept",
    "may_send_back", "may_reject", "may_suspend", "may_reinstate",
)  # fmt: skip
ANSWERS = "may_accept may_send_back may_reject may_suspend may_reinstate"
TABLE = {
    "visitor": "may_see may_see_cv may_edit may_submit may_withdraw",
    "payer": f"may_see may_see_cv {ANSWERS}",
    "receiver": "",
    "officer": "may_see",
    "auditor": "may_see",
    "stranger": "",
}


def answers(actor, profile):
    return {verb for verb in VERBS if getattr(policy, verb)(actor, profile)}


def test_each_person_may_do_what_the_table_says(session):
    world = a_world()
    profile = a_profile(world, State.SUBMITTED)

    for who, verbs in TABLE.items():
        assert answers(world.actor(who), profile) == set(verbs.split()), who


@pytest.mark.parametrize("role", Role)
def test_a_role_alone_answers_nothing(session, role):
    profile = a_profile(a_world(), State.SUBMITTED)

    found = answers(an_actor(role), profile)

    assert found.isdisjoint({"may_see_cv", *ANSWERS.split()})
    assert ("may_see" in found) is (role in policy.STAFF)


def test_what_can_be_done_follows_the_state(session):
    world = a_world()
    profile = a_profile(world, State.SUBMITTED)

    assert policy.available(world.actor("visitor"), profile) == (Action.WITHDRAW,)
    assert set(policy.available(world.actor("payer"), profile)) == {
        Action.ACCEPT,
        Action.SEND_BACK,
        Action.REJECT,
    }


def test_only_the_calendar_deletes(session):
    assert policy.may_close(SYSTEM)
    assert not policy.may_close(an_actor(Role.ADMIN))
