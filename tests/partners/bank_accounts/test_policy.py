"""Who may do what with bank accounts: rows are people, columns verbs."""

import pytest

from portal.core.actors import SYSTEM, Role
from portal.partners.bank_accounts import policy
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import State
from portal.partners.models import Organisation
from tests.builders import an_actor

OURS, PROPOSER, VALIDATOR, CONFIRMER, LIFTER = 7, 99, 98, 97, 96
VERBS = ("see", "see_number", "validate", "lift", "freeze", "retire")
PEOPLE = {
    "member": an_actor(organisations=(OURS,)),
    "member of another": an_actor(organisations=(8,)),
    "officer": an_actor(Role.OFFICER),
    "officer who is a member": an_actor(Role.OFFICER, organisations=(OURS,)),
    "officer who proposed": an_actor(Role.OFFICER, id=PROPOSER),
    "officer who validated": an_actor(Role.OFFICER, id=VALIDATOR),
    "officer who validated again": an_actor(Role.OFFICER, id=CONFIRMER),
    "officer who lifted the wait": an_actor(Role.OFFICER, id=LIFTER),
    "accountant": an_actor(Role.ACCOUNTANT),
    "verifier": an_actor(Role.VERIFIER),
    "authoriser": an_actor(Role.AUTHORISER),
    "auditor": an_actor(Role.AUDITOR),
    "manager": an_actor(Role.MANAGER),
    "administrator": an_actor(Role.ADMIN),
    "newcomer": an_actor(),
    "the portal": SYSTEM,
}
MAY = {
    "member": "see see_number freeze retire",
    "officer": "see see_number validate lift freeze retire",
    "officer who is a member": "see see_number freeze retire",
    "officer who proposed": "see see_number freeze retire",
    "officer who validated": "see see_number validate freeze retire",
    "officer who validated again": "see see_number validate freeze retire",
    "officer who lifted the wait": "see see_number freeze retire",
    "accountant": "see see_number validate lift freeze retire",
    "verifier": "see see_number freeze",
    "authoriser": "see see_number freeze",
    "auditor": "see",
}


def an_account(state: State = State.PROPOSED) -> BankAccount:
    return BankAccount(
        organisation_id=OURS,
        proposed_by_id=PROPOSER,
        validated_by_id=VALIDATOR,
        confirmed_by_id=CONFIRMER,
        lifted_by_id=LIFTER,
        state=state,
    )


@pytest.mark.parametrize("who", PEOPLE)
def test_each_person_may_do_exactly_this_with_an_account(who: str) -> None:
    account = an_account()

    allowed = {verb for verb in VERBS if getattr(policy, f"may_{verb}")(PEOPLE[who], account)}

    assert allowed == set(MAY.get(who, "").split())


@pytest.mark.parametrize("who", PEOPLE)
def test_only_members_propose(who: str) -> None:
    organisation = Organisation(id=OURS)

    assert policy.may_propose(PEOPLE[who], organisation) is PEOPLE[who].speaks_for(OURS)
    assert policy.may_list_of(PEOPLE[who], organisation) is ("see" in MAY.get(who, ""))


def test_the_list_is_for_staff_and_members() -> None:
    may = {who for who, actor in PEOPLE.items() if policy.may_list(actor)}

    assert may == {*MAY, "member of another"}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.PROPOSED, {"validate", "retire"}),
        (State.VALIDATED, {"lift", "freeze", "retire"}),
        (State.FROZEN, {"validate", "retire"}),
        (State.RETIRED, set()),
    ],
)
def test_what_is_offered_follows_the_state(state: State, expected: set[str]) -> None:
    assert set(policy.available(PEOPLE["officer"], an_account(state))) == expected
