"""Who may do what with a group: rows are people, columns verbs."""

import pytest

from portal.core.actors import SYSTEM, Role
from portal.exchanges.groups import policy, queries
from tests.builders import an_actor
from tests.exchanges.builders import a_world, an_exchange
from tests.exchanges.groups.builders import a_group

TABLE = {
    "visitor": "may_see may_admit may_decline",
    "host": "may_see may_edit may_invite may_decline",
    "payer": "may_see may_admit may_decline",
    "receiver": "may_see may_edit may_invite may_decline",
    "officer": "may_see",
    "auditor": "may_see",
    "stranger": "",
}


def answers(actor, group):
    (member,) = group.members
    found = {verb for verb in ("may_see", "may_edit", "may_invite") if _may(verb)(actor, group)}
    about = ("may_admit", "may_decline", "may_leave")
    return found | {verb for verb in about if _may(verb)(actor, group, member)}


def _may(verb):
    return getattr(policy, verb)


def test_each_person_may_do_what_the_table_says(session):
    world = a_world()
    group = queries.by_ref(a_group(world).ref)

    for who, verbs in TABLE.items():
        assert answers(world.actor(who), group) == set(verbs.split()), who


def test_hosts_open_groups_and_visitors_ask_to_join(session):
    world = a_world()
    exchange = an_exchange(world)

    opening = {who for who in TABLE if policy.may_open_group(world.actor(who), exchange)}
    asking = {who for who in TABLE if policy.may_apply(world.actor(who), exchange)}

    assert opening == {"host", "receiver"}
    assert asking == {"visitor", "payer"}
    assert policy.may_close(SYSTEM)
    assert not policy.may_close(world.actor("officer"))


@pytest.mark.parametrize("role", Role)
def test_a_role_alone_changes_nothing(session, role):
    group = queries.by_ref(a_group(a_world()).ref)

    assert answers(an_actor(role), group) <= {"may_see"}
