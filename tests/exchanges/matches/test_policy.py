"""Who may do what with a match: rows are people, columns verbs."""

import pytest

from portal.core.actors import SYSTEM, Role
from portal.exchanges.matches import policy
from portal.exchanges.matches.states import Action
from tests.builders import an_actor
from tests.exchanges.builders import a_world
from tests.exchanges.matches.builders import a_match

VERBS = ("may_see", "may_counter", "may_accept", "may_decline")
TABLE = {
    "visitor": "may_see may_counter may_accept may_decline",
    "host": "may_see may_counter may_accept may_decline",
    "payer": "may_see",
    "receiver": "may_see",
    "officer": "may_see",
    "auditor": "may_see",
    "stranger": "",
}


def answers(actor, match):
    return {verb for verb in VERBS if getattr(policy, verb)(actor, match)}


def test_each_person_may_do_what_the_table_says(session):
    world = a_world()
    match = a_match(world)

    for who, verbs in TABLE.items():
        assert answers(world.actor(who), match) == set(verbs.split()), who
    proposers = {
        who for who in TABLE if policy.may_propose(world.actor(who), match.visitor, match.host)
    }
    assert proposers == {"visitor", "host", "payer", "receiver"}


@pytest.mark.parametrize("role", Role)
def test_a_role_alone_answers_nothing(session, role):
    found = answers(an_actor(role), a_match(a_world()))

    assert found == ({"may_see"} if role in policy.STAFF else set())


def test_who_has_agreed_may_still_change_the_days_or_decline(session):
    world = a_world()
    match = a_match(world)

    assert set(policy.available(world.actor("visitor"), match)) == {Action.COUNTER, Action.DECLINE}
    assert Action.ACCEPT in policy.available(world.actor("host"), match)


def test_rounds_are_asked_by_managers_and_officers(session):
    world = a_world()

    asking = {who for who in TABLE if policy.may_ask_round(world.actor(who))}
    assert asking == {"payer", "receiver", "officer"}
    assert policy.may_solve_round(SYSTEM)
    assert policy.may_expire(SYSTEM)
