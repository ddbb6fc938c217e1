"""Who may do what with declarations: rows are people, columns verbs."""

import pytest

from portal.core.actors import SYSTEM, Role
from portal.partners.models import Organisation
from portal.partners.sme import policy
from portal.partners.sme.models import Assessment
from portal.partners.sme.states import State
from tests.builders import an_actor

OURS, DECLARER = 7, 99
VERBS = ("see", "confirm", "contest")
PEOPLE = {
    "member": an_actor(organisations=(OURS,)),
    "member of another": an_actor(organisations=(8,)),
    "officer": an_actor(Role.OFFICER),
    "officer who is a member": an_actor(Role.OFFICER, organisations=(OURS,)),
    "officer who declared": an_actor(Role.OFFICER, id=DECLARER),
    "auditor": an_actor(Role.AUDITOR),
    "accountant": an_actor(Role.ACCOUNTANT),
    "manager": an_actor(Role.MANAGER),
    "administrator": an_actor(Role.ADMIN),
    "newcomer": an_actor(),
    "the portal": SYSTEM,
}
MAY = {
    "member": "see",
    "officer": "see confirm contest",
    "officer who is a member": "see",
    "officer who declared": "see",
    "auditor": "see",
}


def an_assessment(state: State = State.DECLARED) -> Assessment:
    return Assessment(organisation_id=OURS, declared_by_id=DECLARER, state=state)


@pytest.mark.parametrize("who", PEOPLE)
def test_each_person_may_do_exactly_this_with_a_declaration(who: str) -> None:
    assessment = an_assessment()

    allowed = {verb for verb in VERBS if getattr(policy, f"may_{verb}")(PEOPLE[who], assessment)}

    assert allowed == set(MAY.get(who, "").split())


@pytest.mark.parametrize("who", PEOPLE)
def test_only_members_declare(who: str) -> None:
    organisation = Organisation(id=OURS)

    may = policy.may_declare(PEOPLE[who], organisation)

    assert may is PEOPLE[who].speaks_for(OURS)
    assert policy.may_see_of(PEOPLE[who], organisation) is ("see" in MAY.get(who, ""))


def test_the_list_is_for_officers_auditors_and_members() -> None:
    may = {who for who, actor in PEOPLE.items() if policy.may_list(actor)}

    assert may == {*MAY, "member of another"}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.DECLARED, {"confirm", "contest"}),
        (State.CONFIRMED, {"contest"}),
        (State.CONTESTED, {"confirm"}),
    ],
)
def test_what_is_offered_follows_the_state(state: State, expected: set[str]) -> None:
    assert set(policy.available(PEOPLE["officer"], an_assessment(state))) == expected
    assert policy.available(PEOPLE["member"], an_assessment(state)) == ()
