"""Who reads a partnership's page: rows are people."""

import pytest

from portal.core.actors import Role
from portal.exchanges.partnerships import policy
from tests.builders import an_actor
from tests.exchanges.builders import a_world

READS = {
    "payer": True,
    "officer": True,
    "auditor": True,
    "visitor": False,
    "host": False,
    "receiver": False,
    "stranger": False,
}


def test_each_person_reads_what_the_table_says(session):
    world = a_world()

    for who, reads in READS.items():
        actor = world.actor(who)
        assert policy.may_see(actor, world.project) is reads, who
        assert policy.may_export(actor, world.project) is reads, who


@pytest.mark.parametrize("role", Role)
def test_only_staff_and_auditors_read_by_their_role_alone(session, role):
    world = a_world()

    reads = policy.may_see(an_actor(role), world.project)

    assert reads is (role in policy.STAFF)


def test_people_of_the_consortium_who_are_no_managers_do_not_read(session):
    world = a_world()
    member = an_actor(organisations=(world.project.coordinator_id,))

    assert not policy.may_see(member, world.project)
