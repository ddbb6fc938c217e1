"""Who may do what with organisations: rows are people, columns verbs."""

import pytest

from portal.core.actors import SYSTEM, Actor, Role
from portal.partners import policy
from portal.partners.models import Organisation
from portal.partners.states import Action, OrganisationKind, State
from tests.builders import an_actor

OURS = 7
VERBS = (
    *("see", "see_members", "edit", "verify", "suspend", "reinstate"),
    *("add_member", "remove_member", "link_cluster", "unlink_cluster"),
)
STAFF_MEMBER = an_actor(Role.OFFICER, organisations=(OURS,))
PEOPLE = {
    "member": an_actor(organisations=(OURS,)),
    "member of another": an_actor(organisations=(8,)),
    "officer": an_actor(Role.OFFICER),
    "officer who is a member": STAFF_MEMBER,
    "verifier": an_actor(Role.VERIFIER),
    "authoriser": an_actor(Role.AUTHORISER),
    "accountant": an_actor(Role.ACCOUNTANT),
    "auditor": an_actor(Role.AUDITOR),
    "administrator": an_actor(Role.ADMIN),
    "manager": an_actor(Role.MANAGER),
    "evaluator": an_actor(Role.EVALUATOR),
    "newcomer": an_actor(),
    "the portal": SYSTEM,
}
MAY = {
    "member": "see see_members edit add_member remove_member link_cluster unlink_cluster",
    "member of another": "see",
    "officer": "see see_members verify suspend reinstate add_member remove_member link_cluster "
    "unlink_cluster",
    "officer who is a member": "see see_members edit add_member remove_member link_cluster "
    "unlink_cluster",
    "verifier": "see see_members",
    "authoriser": "see see_members",
    "accountant": "see see_members",
    "auditor": "see see_members",
    "administrator": "see see_members",
    "manager": "see",
    "evaluator": "see",
    "newcomer": "see",
    "the portal": "see edit verify add_member remove_member link_cluster unlink_cluster",
}


def an_organisation(state: State = State.VERIFIED) -> Organisation:
    return Organisation(
        id=OURS, legal_name="x", short_name="x", kind=OrganisationKind.SME, state=state
    )


@pytest.mark.parametrize("who", PEOPLE)
def test_each_person_may_do_exactly_this_with_an_organisation(who: str) -> None:
    organisation = an_organisation()

    allowed = {verb for verb in VERBS if getattr(policy, f"may_{verb}")(PEOPLE[who], organisation)}

    assert allowed == set(MAY[who].split())


def test_everybody_who_signed_in_may_register_and_consult_the_directory() -> None:
    assert policy.may_register(PEOPLE["newcomer"])
    assert policy.may_list(PEOPLE["newcomer"])
    assert policy.may_register(SYSTEM)
    assert not policy.may_list(Actor(id=None, name="nobody"))


@pytest.mark.parametrize(
    ("who", "state", "expected"),
    [
        ("officer", State.REGISTERED, {"verify", "suspend"}),
        ("officer", State.VERIFIED, {"suspend"}),
        ("officer", State.SUSPENDED, {"reinstate"}),
        ("member", State.SUSPENDED, set()),
        ("member", State.REGISTERED, {"edit"}),
        ("newcomer", State.REGISTERED, set()),
    ],
)
def test_what_is_offered_follows_state_and_permission(
    who: str, state: State, expected: set[str]
) -> None:
    beside = {"add_member", "remove_member", "link_cluster", "unlink_cluster"}

    offered = policy.available(PEOPLE[who], an_organisation(state))

    assert {str(action) for action in offered} - beside == expected
    assert all(isinstance(action, Action) for action in offered)
