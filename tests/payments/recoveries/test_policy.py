"""Who may do what with a recovery: rows are roles, columns verbs."""

from types import SimpleNamespace

import pytest

from portal.core.actors import Role
from portal.payments.recoveries import policy
from portal.payments.recoveries.states import State
from tests.builders import an_actor

VERBS = (
    "may_see", "may_inform", "may_contest", "may_uphold", "may_reduce", "may_drop", "may_withdraw",
    "may_issue", "may_receive", "may_net", "may_propose_waiver", "may_refuse_waiver", "may_waive",
    "may_release",
)  # fmt: skip
HANDLES = "may_inform may_uphold may_reduce may_drop may_withdraw may_propose_waiver may_release"
DECIDES = "may_issue may_refuse_waiver may_waive"

TABLE = {
    Role.ADMIN: "",
    Role.OFFICER: f"may_see {HANDLES}",
    Role.EVALUATOR: "",
    Role.MANAGER: "",
    Role.VERIFIER: "may_see",
    Role.AUTHORISER: f"may_see {DECIDES}",
    Role.ACCOUNTANT: "may_see may_receive may_net",
    Role.AUDITOR: "may_see",
}
DEBTOR, DRAFTER, PROPOSER = 7, 11, 13


def a_plain_recovery(**about):
    return SimpleNamespace(
        **{
            "debtor_id": DEBTOR,
            "drafted_by_id": DRAFTER,
            "waiver_proposed_by_id": PROPOSER,
            "informed_at": "then",
        }
        | about
    )


def answers(actor, recovery=None):
    return {verb for verb in VERBS if getattr(policy, verb)(actor, recovery or a_plain_recovery())}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_table_says(role):
    assert answers(an_actor(role)) == set(TABLE[role].split())


def test_the_debtor_sees_what_it_was_told_and_comments():
    debtor = an_actor(organisations=(DEBTOR,))

    assert answers(debtor) == {"may_see", "may_contest"}
    assert answers(debtor, a_plain_recovery(informed_at=None)) == {"may_contest"}


def test_nobody_of_the_debtor_handles_its_debt():
    assert answers(an_actor(*Role, organisations=(DEBTOR,))) == {"may_see", "may_contest"}


@pytest.mark.parametrize(
    ("person", "denied"),
    [(DRAFTER, set(DECIDES.split())), (PROPOSER, {"may_refuse_waiver", "may_waive"})],
)
def test_who_drafted_or_proposed_does_not_decide(person, denied):
    assert answers(an_actor(*Role, id=person)) == set(VERBS) - {"may_contest"} - denied


def test_a_waiver_is_decided_only_when_proposed():
    authoriser = an_actor(Role.AUTHORISER, Role.OFFICER)

    def offered(*, proposed):
        recovery = a_plain_recovery(state=State.ISSUED, is_waiver_proposed=proposed)
        return {str(action) for action in policy.available(authoriser, recovery)}

    assert offered(proposed=False) == {"propose_waiver"}
    assert offered(proposed=True) == {"waive", "refuse_waiver"}
