"""Who reads the ledger and who reverses: rows are roles, columns verbs."""

import pytest

from portal.core.actors import Role
from portal.ledger import policy
from tests.builders import an_actor

TABLE = {
    # see, export, reverse
    Role.ADMIN: (False, False, False),
    Role.OFFICER: (True, True, False),
    Role.EVALUATOR: (False, False, False),
    Role.MANAGER: (False, False, False),
    Role.VERIFIER: (True, True, False),
    Role.AUTHORISER: (True, True, False),
    Role.ACCOUNTANT: (True, True, True),
    Role.AUDITOR: (True, True, False),
}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_table_says(role):
    actor = an_actor(role)

    allowed = (policy.may_see(actor), policy.may_export(actor), policy.may_reverse(actor))

    assert allowed == TABLE[role]


def test_somebody_without_a_role_sees_nothing():
    assert not policy.may_see(an_actor())
