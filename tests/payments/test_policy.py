"""Who may do what with a payment: rows are roles, columns verbs."""

from types import SimpleNamespace

import pytest

from portal.core.actors import Role
from portal.payments import policy
from tests.builders import an_actor

VERBS = (
    "may_see", "may_verify", "may_authorise", "may_send", "may_settle", "may_refuse",
    "may_take_back", "may_cancel", "may_request_again", "may_suspend", "may_resume",
)  # fmt: skip

TABLE = {
    Role.ADMIN: "",
    Role.OFFICER: "may_see may_cancel may_request_again may_suspend may_resume",
    Role.EVALUATOR: "",
    Role.MANAGER: "",
    Role.VERIFIER: "may_see may_verify may_refuse may_suspend may_resume",
    Role.AUTHORISER: "may_see may_authorise may_refuse may_suspend may_resume",
    Role.ACCOUNTANT: "may_see may_send may_settle may_refuse may_take_back",
    Role.AUDITOR: "may_see",
}

PAYEE, REQUESTER, PROPOSER = 7, 11, 13


def a_plain_payment():
    return SimpleNamespace(
        payee_id=PAYEE,
        requested_by_id=REQUESTER,
        signed_by_ids=frozenset({REQUESTER}),
        account=SimpleNamespace(proposed_by_id=PROPOSER),
    )


def answers(actor):
    return {verb for verb in VERBS if getattr(policy, verb)(actor, a_plain_payment())}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_table_says(role):
    assert answers(an_actor(role)) == set(TABLE[role].split())


def test_the_payee_sees_and_does_nothing():
    assert answers(an_actor(organisations=(PAYEE,))) == {"may_see"}


def test_who_asked_sees_cancels_and_asks_again():
    assert answers(an_actor(id=REQUESTER)) == {"may_see", "may_cancel", "may_request_again"}


@pytest.mark.parametrize(
    "actor",
    [
        an_actor(*Role, organisations=(PAYEE,)),
        an_actor(*Role, id=REQUESTER),
        an_actor(*Role, id=PROPOSER),
    ],
    ids=["of the payee", "who asked", "who proposed the account"],
)
def test_holding_every_role_is_no_way_round_four_eyes(actor):
    assert answers(actor).isdisjoint({"may_verify", "may_authorise", "may_send"})


def test_everybody_has_a_list_and_few_have_all():
    assert policy.may_list(an_actor())
    assert not policy.may_list_all(an_actor(Role.MANAGER))
    assert policy.may_list_all(an_actor(Role.AUDITOR))


@pytest.mark.parametrize("role", Role)
def test_only_accounting_officers_settle_a_batch(role):
    assert policy.may_settle_batch(an_actor(role)) == (role is Role.ACCOUNTANT)
