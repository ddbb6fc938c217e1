"""Everyone reads, officers keep: rows are roles, columns verbs."""

import pytest

from portal.core.actors import SYSTEM, Role
from portal.programme import policy
from tests.builders import an_actor

VERBS = ("may_see", "may_add_programme", "may_edit", "may_add_participation", "may_load_reference")
READS = (True, False, False, False, False)
KEEPS = (True, True, True, True, True)


def answers(actor):
    return tuple(getattr(policy, verb)(actor) for verb in VERBS)


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_table_says(role):
    assert answers(an_actor(role)) == (KEEPS if role is Role.OFFICER else READS)


def test_somebody_without_a_role_reads():
    assert answers(an_actor()) == READS


def test_the_portal_itself_sets_up_and_corrects_nothing():
    assert answers(SYSTEM) == (False, True, False, True, True)
