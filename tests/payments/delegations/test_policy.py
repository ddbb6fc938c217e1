"""Who may do what with a delegation: rows are roles, columns verbs."""

from types import SimpleNamespace

import pytest

from portal.core.actors import Role
from portal.payments.delegations import policy
from tests.builders import an_actor

VERBS = ("may_see", "may_approve", "may_decline", "may_revoke")
OWNER, DELEGATE = 7, 11
LENT = SimpleNamespace(delegator_id=OWNER, delegate_id=DELEGATE)
TABLE = {
    Role.ADMIN: "may_see may_approve may_decline may_revoke",
    Role.OFFICER: "may_see",
    Role.EVALUATOR: "",
    Role.MANAGER: "",
    Role.VERIFIER: "may_see",
    Role.AUTHORISER: "may_see",
    Role.ACCOUNTANT: "may_see",
    Role.AUDITOR: "may_see",
}


def answers(actor):
    return {verb for verb in VERBS if getattr(policy, verb)(actor, LENT)}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_table_says(role):
    assert answers(an_actor(role)) == set(TABLE[role].split())


@pytest.mark.parametrize("person", [OWNER, DELEGATE])
def test_the_two_people_see_and_end_it_and_do_not_approve_it(person):
    assert answers(an_actor(*Role, id=person)) == {"may_see", "may_revoke"}


@pytest.mark.parametrize("role", Role)
def test_only_a_role_held_is_lent(role):
    signs = (Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT)

    assert policy.may_propose(an_actor(role)) is (role in signs)
    assert not policy.may_propose(an_actor(Role.VERIFIER), Role.AUTHORISER)
