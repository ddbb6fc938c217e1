"""Who may do what with a call: rows are people, columns verbs."""

import pytest

from portal.calls import policy
from portal.calls.models import Call
from portal.calls.states import Action, State
from portal.core.actors import Role
from tests.builders import an_actor

VERBS = ("edit", "clone", "publish", "correct", "decide", "inform", "cancel")
PEOPLE = {
    "officer": an_actor(Role.OFFICER),
    "auditor": an_actor(Role.AUDITOR),
    "administrator": an_actor(Role.ADMIN),
    "manager": an_actor(Role.MANAGER),
    "evaluator": an_actor(Role.EVALUATOR),
    "applicant": an_actor(organisations=(7,)),
    "newcomer": an_actor(),
}
SEES_DRAFTS = {"officer", "auditor", "administrator"}
SEES_DESK = {"officer", "auditor"}


def a_call(state: State) -> Call:
    return Call(ref="COS-1", state=state)


@pytest.mark.parametrize("who", PEOPLE)
def test_only_officers_act_on_calls(who):
    for verb in VERBS:
        may = getattr(policy, f"may_{verb}")(PEOPLE[who], a_call(State.PUBLISHED))
        assert may is (who == "officer"), verb
    assert policy.may_draft(PEOPLE[who]) is (who == "officer")


@pytest.mark.parametrize("who", PEOPLE)
def test_drafts_are_for_staff_and_the_rest_for_everybody(who):
    actor = PEOPLE[who]

    assert policy.may_see(actor, a_call(State.DRAFTED)) is (who in SEES_DRAFTS)
    assert all(policy.may_see(actor, a_call(state)) for state in State if state != State.DRAFTED)
    assert policy.may_see_desk(actor) is (who in SEES_DESK)


def test_a_visitor_reads_what_is_published_and_does_nothing():
    assert policy.may_list(None)
    assert policy.may_see(None, a_call(State.PUBLISHED))
    assert not policy.may_see(None, a_call(State.DRAFTED))
    assert not policy.may_see_desk(None)
    assert policy.available(None, a_call(State.PUBLISHED)) == ()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.DRAFTED, {Action.PUBLISH, Action.EDIT, Action.CLONE, Action.CANCEL}),
        (State.PUBLISHED, {Action.DECIDE, Action.CORRECT, Action.CLONE, Action.CANCEL}),
        (State.DECIDED, {Action.INFORM, Action.CLONE}),
        (State.INFORMED, {Action.CLONE}),
        (State.CONCLUDED, {Action.CLONE}),
        (State.CANCELLED, {Action.CLONE}),
    ],
)
def test_what_is_offered_follows_the_state(state, expected):
    assert set(policy.available(PEOPLE["officer"], a_call(state))) == expected
    assert policy.available(PEOPLE["applicant"], a_call(state)) == ()
