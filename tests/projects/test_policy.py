"""Who may do what with projects: rows are people, columns verbs."""

import pytest

from portal.core.actors import Actor, Role
from portal.projects import policy
from portal.projects.states import Action
from tests.partners.builders import a_membership, a_person, acting
from tests.projects.builders import a_cast, a_listed_proposal, a_project, an_award, an_officer

VERBS = ("see", "sign", "shift_budget", "suspend", "resume", "terminate")
MAY = {
    "officer": "see sign shift_budget suspend resume terminate",
    "officer of the consortium": "see",
    "coordinator's manager": "see sign shift_budget",
    "partner's manager": "see shift_budget",
    "coordinator's member": "see sign",
    "partner's member": "see",
    "manager of nothing": "",
    "verifier": "see",
    "authoriser": "see",
    "accountant": "see",
    "auditor": "see",
    "administrator": "",
    "evaluator": "",
    "stranger": "",
}


def people(cast) -> dict[str, Actor]:
    member, other = cast.people
    inside = a_person()
    a_membership(cast.clusters[1], inside)
    return {
        "officer": an_officer(),
        "officer of the consortium": acting(inside, Role.OFFICER),
        "coordinator's manager": acting(member, Role.MANAGER),
        "partner's manager": acting(other, Role.MANAGER),
        "coordinator's member": acting(member),
        "partner's member": acting(other),
        "manager of nothing": acting(a_person(), Role.MANAGER),
        "verifier": acting(a_person(), Role.VERIFIER),
        "authoriser": acting(a_person(), Role.AUTHORISER),
        "accountant": acting(a_person(), Role.ACCOUNTANT),
        "auditor": acting(a_person(), Role.AUDITOR),
        "administrator": acting(a_person(), Role.ADMIN),
        "evaluator": acting(a_person(), Role.EVALUATOR),
        "stranger": acting(a_person()),
    }


def test_each_person_may_do_exactly_this_with_a_project(session):
    cast = a_cast()
    project = a_project(cast)

    found = {
        who: " ".join(verb for verb in VERBS if getattr(policy, f"may_{verb}")(actor, project))
        for who, actor in people(cast).items()
    }

    assert found == MAY


def test_who_sees_a_project_finds_it_in_the_list(session):
    cast = a_cast()
    project = a_project(cast)

    for who, actor in people(cast).items():
        listed = session.scalars(policy.visible_to(actor)).all()
        assert (project in listed) == ("see" in MAY[who].split()), who


def test_only_an_officer_who_does_not_apply_awards_a_grant(session):
    cast = a_cast()
    proposal = a_listed_proposal(cast)
    inside = a_person()
    a_membership(cast.clusters[0], inside)

    assert policy.may_award(an_officer(), proposal)
    assert not policy.may_award(acting(inside, Role.OFFICER), proposal)
    assert not policy.may_award(cast.coordinator, proposal)


def test_managing_takes_the_role_and_an_organisation_of_the_consortium(session):
    cast = a_cast()
    project = a_project(cast)

    assert policy.manages(cast.partner, project)
    assert not policy.manages(acting(cast.people[0]), project)
    assert not policy.manages(acting(a_person(), Role.MANAGER), project)


def test_what_is_offered_is_what_state_and_permission_allow(session):
    cast = a_cast()
    prepared, signed = an_award(cast), a_project(cast)

    assert policy.available(cast.coordinator, prepared) == (Action.SIGN,)
    assert policy.available(cast.partner, prepared) == ()
    assert policy.available(cast.coordinator, signed) == (Action.SHIFT_BUDGET,)
    assert policy.available(an_officer(), signed) == (
        Action.SHIFT_BUDGET,
        Action.SUSPEND,
        Action.TERMINATE,
    )


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
def test_staff_list_all_projects_and_strangers_none(session, role):
    assert policy.may_list(acting(a_person(), role))
    assert not policy.may_list(acting(a_person()))
