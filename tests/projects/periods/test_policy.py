"""Who may do what with the payments of a grant: rows are people, columns verbs."""

from portal.core.actors import Role
from portal.projects.periods import policy
from portal.projects.periods.states import Action
from tests.partners.builders import a_membership, a_person, acting
from tests.projects.builders import an_officer
from tests.projects.periods.builders import a_planned_grant, a_pre_financed_grant, report

OF_PROJECT = ("see", "plan", "pre_finance")
OF_PERIOD = ("submit", "send_back", "accept")
MAY = {
    "officer": "see plan pre_finance send_back accept",
    "officer of the consortium": "see",
    "coordinator's manager": "see submit",
    "partner's manager": "see",
    "verifier": "see",
    "auditor": "see",
    "stranger": "",
}


def test_each_person_may_do_exactly_this(session):
    grant = a_planned_grant()
    inside = a_person()
    a_membership(grant.cast.clusters[1], inside)
    people = {
        "officer": an_officer(),
        "officer of the consortium": acting(inside, Role.OFFICER),
        "coordinator's manager": grant.cast.coordinator,
        "partner's manager": grant.cast.partner,
        "verifier": acting(a_person(), Role.VERIFIER),
        "auditor": acting(a_person(), Role.AUDITOR),
        "stranger": acting(a_person()),
    }
    period = grant.period(1)

    found = {}
    for who, actor in people.items():
        may = [v for v in OF_PROJECT if getattr(policy, f"may_{v}")(actor, grant.project)]
        may += [v for v in OF_PERIOD if getattr(policy, f"may_{v}")(actor, period)]
        found[who] = " ".join(may)

    assert found == MAY


def test_what_is_offered_follows_the_plan_and_the_report(session):
    grant = a_planned_grant()
    officer, coordinator = grant.officer, grant.cast.coordinator

    assert policy.available_for(officer, grant.project, grant.plan) == (Action.PRE_FINANCE,)
    assert policy.available_for(coordinator, grant.project, grant.plan) == ()
    assert policy.available_for(officer, grant.project, None) == (Action.PLAN,)
    assert policy.available(coordinator, grant.period(1)) == (Action.SUBMIT,)
    assert policy.available(officer, grant.period(1)) == ()


def test_a_submitted_report_is_for_the_officers(session):
    grant = a_pre_financed_grant(paid=False)
    report(grant, 1)

    assert policy.available(grant.cast.coordinator, grant.period(1)) == ()
    assert set(policy.available(grant.officer, grant.period(1))) == {
        Action.ACCEPT,
        Action.SEND_BACK,
    }
    assert policy.available_for(grant.officer, grant.project, grant.plan) == ()


def test_only_officers_set_the_terms_and_everybody_reads_them(session):
    officer, auditor = an_officer(), acting(a_person(), Role.AUDITOR)

    assert policy.may_set_terms(officer)
    assert not policy.may_set_terms(auditor)
    assert policy.may_see_terms(auditor)
