"""Who may do what with an exchange: rows are people, columns verbs."""

import pytest

from portal.core.actors import Role
from portal.exchanges import policy
from portal.exchanges.states import Action, Party, State
from tests.builders import an_actor
from tests.exchanges.builders import a_world, actor_of, an_exchange, at, start
from tests.exchanges.surroundings import an_organisation

VERBS = (
    "may_see", "may_see_evidence", "may_see_agreement", "may_edit", "may_sign", "may_waive",
    "may_approve", "may_accept_agreement", "may_conclude", "may_report", "may_send_back",
    "may_validate", "may_refuse", "may_cancel", "may_mark_no_show",
)  # fmt: skip

DECIDES = "may_approve may_conclude may_send_back may_validate may_refuse may_mark_no_show"
TABLE = {
    "visitor": "may_see may_see_evidence may_see_agreement may_edit may_sign "
    "may_accept_agreement may_report may_cancel",
    "host": "may_see may_see_evidence may_edit may_sign may_report may_cancel",
    "payer": "may_see may_see_evidence may_see_agreement may_edit may_sign may_cancel " + DECIDES,
    "receiver": "may_see may_see_evidence may_edit may_sign may_cancel",
    "officer": "may_see may_see_evidence may_see_agreement may_waive",
    "auditor": "may_see may_see_evidence may_see_agreement",
    "stranger": "",
}


def answers(actor, exchange):
    return {verb for verb in VERBS if getattr(policy, verb)(actor, exchange)}


def test_each_person_may_do_what_the_table_says(session):
    world = a_world()
    exchange = an_exchange(world)

    for who, verbs in TABLE.items():
        assert answers(world.actor(who), exchange) == set(verbs.split()), who


@pytest.mark.parametrize("role", Role)
def test_a_role_alone_decides_nothing(session, role):
    exchange = an_exchange(a_world())

    found = answers(an_actor(role), exchange)

    assert found.isdisjoint({"may_sign", *DECIDES.split()})
    assert ("may_see" in found) is (role in policy.STAFF)


def test_a_visitor_who_is_a_beneficiary_is_decided_on_by_another_beneficiary(session):
    world = a_world()
    mine = an_organisation("Beneficiary", people=(world.people["payer"],))
    with at():
        exchange = start(world, visitor=mine, actor=world.actor("payer"))

    found = answers(world.actor("payer"), exchange)

    assert "may_sign" in found
    assert found.isdisjoint(DECIDES.split())


def test_each_party_is_signed_for_by_its_own_people(session):
    world = a_world()
    exchange = an_exchange(world)

    found = {who: policy.parties_of(world.actor(who), exchange) for who in TABLE}

    assert found["visitor"] == (Party.VISITOR,)
    assert found["host"] == (Party.HOST,)
    assert found["payer"] == (Party.VISITOR_PARTNERSHIP,)
    assert found["receiver"] == (Party.HOST_PARTNERSHIP,)
    assert found["auditor"] == found["stranger"] == ()


@pytest.mark.parametrize(
    ("state", "who", "actions"),
    [
        (State.BUILDING, "visitor", {Action.SIGN, Action.EDIT, Action.CANCEL}),
        (State.BUILDING, "officer", {Action.WAIVE}),
        (State.SIGNED, "payer", {Action.APPROVE, Action.SEND_BACK, Action.CANCEL}),
        (State.APPROVED, "visitor", {Action.ACCEPT_AGREEMENT, Action.CANCEL}),
        (State.APPROVED, "payer", {Action.CANCEL}),
        (State.AGREED, "host", {Action.REPORT, Action.CANCEL}),
        (State.AGREED, "payer", {Action.MARK_NO_SHOW, Action.CANCEL}),
        (State.REPORTED, "payer", {Action.VALIDATE, Action.SEND_BACK, Action.REFUSE}),
        (State.RETURNED, "payer", {Action.REFUSE}),
        (State.VALIDATED, "payer", set()),
        (State.CANCELLED, "visitor", set()),
    ],
)
def test_available_is_what_state_and_permission_both_allow(session, state, who, actions):
    world = a_world()
    exchange = an_exchange(world, state)

    assert set(policy.available(actor_of(world.people[who]), exchange)) == actions


def test_signing_is_offered_until_one_has_signed(session):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)
    exchange.state = State.BUILDING

    assert Action.SIGN not in policy.available(world.actor("visitor"), exchange)


def test_partnerships_terms_are_set_by_their_managers_and_by_officers(session):
    world = a_world()

    allowed = {who for who in TABLE if policy.may_set_terms(world.actor(who), world.project)}

    assert allowed == {"payer", "officer"}


def test_quotas_are_seen_by_staff_and_by_the_consortium(session):
    world = a_world()

    allowed = {who for who in TABLE if policy.may_see_quota(world.actor(who), world.project)}

    assert allowed == {"payer", "officer", "auditor"}
