"""Who may do what with a proposal: rows are people, columns verbs."""

from datetime import UTC, datetime

import pytest

from portal.calls.models import Call
from portal.calls.proposals import policy
from portal.calls.proposals.models import Proposal, ProposalPartner
from portal.calls.proposals.states import Action, State
from portal.calls.states import State as CallState
from portal.core.actors import Role
from portal.partners.models import Organisation
from tests.builders import an_actor

COORDINATOR, PARTNER, STRANGER = 7, 8, 9
VERBS = (
    "see", "edit", "plan_costs", "add_partner", "attach", "detach", "submit", "reopen", "withdraw",
    "judge", "declare_inadmissible", "declare_ineligible", "place_on_main_list",
    "place_on_reserve", "reject", "reconsider",
)  # fmt: skip
APPLIES = "edit plan_costs add_partner attach detach submit reopen withdraw"
JUDGES = (
    "judge declare_inadmissible declare_ineligible place_on_main_list place_on_reserve reject "
    "reconsider"
)
PEOPLE = {
    "coordinator": an_actor(organisations=(COORDINATOR,)),
    "partner": an_actor(organisations=(PARTNER,)),
    "other applicant": an_actor(organisations=(STRANGER,)),
    "officer": an_actor(Role.OFFICER),
    "officer of the coordinator": an_actor(Role.OFFICER, organisations=(COORDINATOR,)),
    "officer of a partner": an_actor(Role.OFFICER, organisations=(PARTNER,)),
    "auditor": an_actor(Role.AUDITOR),
    "administrator": an_actor(Role.ADMIN),
    "manager": an_actor(Role.MANAGER),
    "evaluator": an_actor(Role.EVALUATOR),
    "accountant": an_actor(Role.ACCOUNTANT),
    "newcomer": an_actor(),
}
MAY_WITH_SUBMITTED = {
    "coordinator": f"see {APPLIES}",
    "partner": "see",
    "officer": f"see {JUDGES}",
    "officer of the coordinator": f"see {APPLIES}",
    "officer of a partner": "see",
    "auditor": "see",
}


def a_proposal(state: State = State.SUBMITTED, call: CallState = CallState.PUBLISHED) -> Proposal:
    submitted = None if state is State.DRAFT else datetime(2026, 1, 1, tzinfo=UTC)
    partners = [ProposalPartner(organisation_id=each) for each in (COORDINATOR, PARTNER)]
    return Proposal(
        acronym="A",
        title="B",
        state=state,
        coordinator_id=COORDINATOR,
        submitted_at=submitted,
        call=Call(ref="COS-1", state=call),
        partners=partners,
    )


@pytest.mark.parametrize("who", PEOPLE)
def test_each_person_may_do_exactly_this_with_a_submitted_proposal(who):
    proposal = a_proposal()

    may = {verb for verb in VERBS if getattr(policy, f"may_{verb}")(PEOPLE[who], proposal)}

    assert may == set(MAY_WITH_SUBMITTED.get(who, "").split())


@pytest.mark.parametrize("who", PEOPLE)
def test_a_draft_is_seen_by_its_consortium_and_by_auditors(who):
    seen = policy.may_see(PEOPLE[who], a_proposal(State.DRAFT))

    assert seen is (who in {"coordinator", "partner", "officer of the coordinator",
                            "officer of a partner", "auditor"})  # fmt: skip


@pytest.mark.parametrize("who", PEOPLE)
def test_an_outcome_is_known_inside_only_once_it_is_told(who):
    secret = a_proposal(State.REJECTED, CallState.DECIDED)
    told = a_proposal(State.REJECTED, CallState.INFORMED)

    assert policy.sees_outcome(PEOPLE[who], secret) is (who in {"officer", "auditor"})
    assert policy.sees_outcome(PEOPLE[who], told)


def test_what_is_offered_never_betrays_an_outcome():
    coordinator = PEOPLE["coordinator"]
    outcomes = (State.MAIN_LIST, State.RESERVE, State.REJECTED, State.INELIGIBLE)

    offered = {policy.available(coordinator, a_proposal(state)) for state in outcomes}

    assert offered == {policy.available(coordinator, a_proposal(State.SUBMITTED))}


def test_what_is_offered_follows_the_state():
    def offered(who, state, call=CallState.PUBLISHED):
        return set(policy.available(PEOPLE[who], a_proposal(state, call)))

    assert offered("coordinator", State.DRAFT) == {Action.EDIT, Action.SUBMIT, Action.WITHDRAW}
    assert offered("coordinator", State.SUBMITTED) == {Action.REOPEN, Action.WITHDRAW}
    assert offered("partner", State.DRAFT) == set()
    assert Action.RECONSIDER in offered("officer", State.MAIN_LIST)
    assert Action.PLACE_ON_MAIN_LIST not in offered("officer", State.MAIN_LIST)
    assert offered("officer", State.AWARDED, CallState.INFORMED) == set()


def test_a_partner_answers_for_itself_and_may_be_removed_by_the_coordinator():
    proposal, partner = a_proposal(), Organisation(id=PARTNER)
    stranger = Organisation(id=STRANGER)

    assert policy.may_confirm_partner(PEOPLE["partner"], proposal, partner)
    assert not policy.may_confirm_partner(PEOPLE["coordinator"], proposal, partner)
    assert not policy.may_confirm_partner(PEOPLE["other applicant"], proposal, stranger)
    assert policy.may_remove_partner(PEOPLE["coordinator"], proposal, partner)
    assert policy.may_remove_partner(PEOPLE["partner"], proposal, partner)
    assert not policy.may_remove_partner(PEOPLE["other applicant"], proposal, partner)


def test_an_outcome_in_the_trail_is_read_by_those_who_may_know_it():
    secret = a_proposal(State.REJECTED, CallState.DECIDED)

    assert not policy.may_see_entry(PEOPLE["coordinator"], secret, "proposal.reject")
    assert policy.may_see_entry(PEOPLE["coordinator"], secret, "proposal.submit")
    assert policy.may_see_entry(PEOPLE["officer"], secret, "proposal.reject")
