"""Officers judge after the deadline: reasons, lists, the envelope, decision, letters, award."""

import pytest

from portal.audit.queries import trail_of
from portal.calls.proposals import effects, operations, policy, queries
from portal.calls.proposals.states import State
from portal.calls.states import State as CallState
from portal.core.actors import SYSTEM, Role
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.core.files import StoredFile
from tests.calls.builders import a_call, an_officer
from tests.calls.proposals.builders import a_listed, a_submitted, closed
from tests.partners.builders import a_cluster, a_person, acting
from tests.reading import read_pdf

GRANT = 8_025_000


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (operations.declare_inadmissible, State.INADMISSIBLE),
        (operations.declare_ineligible, State.INELIGIBLE),
        (operations.reject, State.REJECTED),
    ],
)
def test_a_refusal_needs_its_reason(session, verb, state):
    call = a_call()
    proposal, officer = a_submitted(call), an_officer()
    with closed(call):
        with pytest.raises(RuleBroken):
            verb(proposal, reason=" ", actor=officer)

        verb(proposal, reason="Two countries only.", actor=officer)

    assert (proposal.state, proposal.reason) == (state, "Two countries only.")


def test_nothing_is_judged_before_the_deadline(session):
    proposal = a_submitted()

    with pytest.raises(RuleBroken):
        operations.place_on_main_list(proposal, actor=an_officer())


def test_an_officer_does_not_judge_the_proposal_of_an_own_organisation(session):
    call, person = a_call(), a_person()
    proposal = a_submitted(call, person=person)

    with closed(call), pytest.raises(NotAllowed):
        operations.place_on_main_list(proposal, actor=acting(person, Role.OFFICER))


def test_the_main_list_never_exceeds_the_budget_of_the_call(session):
    call = a_call(budget_cents=2 * GRANT + 1, max_grant_cents=GRANT)
    first, second, third = (a_submitted(call) for _ in range(3))
    officer = an_officer()
    with closed(call):
        operations.place_on_main_list(first, actor=officer)
        operations.place_on_main_list(second, actor=officer)

        with pytest.raises(RuleBroken) as refused:
            operations.place_on_main_list(third, actor=officer)
        operations.place_on_reserve(third, actor=officer)

    assert "€0.01 of €160,500.01 is left" in str(refused.value.faults[0].message)
    assert call.listed_cents == 2 * GRANT
    assert (first.list_position, second.list_position, third.list_position) == (1, 2, 1)


def test_a_proposal_moves_between_the_lists_until_the_decision(session):
    call = a_call()
    proposal, officer = a_submitted(call), an_officer()
    with closed(call):
        operations.place_on_main_list(proposal, position=3, actor=officer)
        listed = (call.listed_cents, proposal.list_position)
        operations.place_on_reserve(proposal, actor=officer)
        reserved = (call.listed_cents, proposal.state)
        operations.reconsider(proposal, actor=officer)

        assert listed == (GRANT, 3)
        assert reserved == (0, State.RESERVE)
        assert (proposal.state, proposal.list_position) == (State.SUBMITTED, None)


def test_a_call_is_decided_when_everything_is_judged(session):
    call = a_call()
    first, second = a_submitted(call), a_submitted(call)
    officer = an_officer()
    with closed(call):
        operations.place_on_main_list(first, actor=officer)
        with pytest.raises(RuleBroken) as refused:
            operations.decide(call, actor=officer)
        operations.reject(second, reason="Too vague.", actor=officer)

        operations.decide(call, actor=officer)

        assert "1 proposal still has to be assessed." in str(refused.value.faults[0].message)
        assert call.state is CallState.DECIDED
        with pytest.raises(RuleBroken):
            operations.place_on_reserve(first, actor=officer)


def test_an_open_call_is_not_decided(session):
    with pytest.raises(RuleBroken):
        operations.decide(a_call(), actor=an_officer())


def test_letters_go_out_when_the_call_is_informed(session, mails):
    call = a_call()
    winner, french = a_person(), a_person(language="fr")
    selected = a_submitted(call, person=winner)
    refused = a_submitted(call, person=french)
    officer = an_officer()
    with closed(call):
        operations.place_on_main_list(selected, actor=officer)
        operations.reject(refused, reason="Le plan de travail est imprécis.", actor=officer)
        operations.decide(call, actor=officer)
        silent = len(mails(to=winner.email))

        operations.inform(call, actor=officer)

    assert len(mails(to=winner.email)) == silent + 1
    mail = mails(to=winner.email)[-1]
    letter = read_pdf(
        db.session.get_one(StoredFile, mail.attachments[f"{selected.ref}-decision.pdf"]).content
    )
    assert letter.has("it has been selected for a grant")
    assert letter.has(selected.ref)
    assert "Le plan de travail est imprécis." in mails(to=french.email)[-1].body


def test_until_the_call_is_informed_applicants_see_submitted(session):
    call, person = a_call(), a_person()
    proposal = a_submitted(call, person=person)
    officer, applicant = an_officer(), acting(person)
    with closed(call):
        operations.reject(proposal, reason="Too vague.", actor=officer)
        operations.decide(call, actor=officer)
        before = policy.shown_state(applicant, queries.by_ref(proposal.ref))
        seen_by_officer = policy.shown_state(officer, queries.by_ref(proposal.ref))
        may_read = policy.may_see_entry(applicant, proposal, "proposal.reject")

        operations.inform(call, actor=officer)

    assert (before, seen_by_officer, may_read) == (State.SUBMITTED, State.REJECTED, False)
    assert policy.shown_state(applicant, proposal) is State.REJECTED
    assert policy.may_see_entry(applicant, proposal, "proposal.reject")


def test_only_an_informed_main_list_proposal_is_awarded(session):
    call = a_call()
    proposal, officer = a_submitted(call), an_officer()
    with closed(call):
        operations.place_on_main_list(proposal, actor=officer)
        with pytest.raises(RuleBroken):
            effects.mark_awarded(proposal, actor=officer)
        operations.decide(call, actor=officer)
        operations.inform(call, actor=officer)

        effects.mark_awarded(proposal, actor=officer)

    assert proposal.state is State.AWARDED
    assert trail_of(proposal.ref)[0].verb == "proposal.mark_awarded"


def test_a_rejected_proposal_is_never_awarded(session):
    call = a_call()
    proposal = a_submitted(call)
    with closed(call):
        operations.reject(proposal, reason="No.", actor=an_officer())

    with pytest.raises(IllegalStep):
        effects.mark_awarded(proposal, actor=SYSTEM)


def test_after_the_letters_only_listed_proposals_are_withdrawn(session):
    call, person = a_call(), a_person()
    refused = a_submitted(call, person=person)
    officer = an_officer()
    with closed(call):
        operations.reject(refused, reason="No.", actor=officer)
        operations.decide(call, actor=officer)
        operations.inform(call, actor=officer)

        with pytest.raises(RuleBroken):
            operations.withdraw(refused, actor=acting(person))

    listed = a_listed(person=person, coordinator=a_cluster(person))
    operations.withdraw(listed, actor=acting(person))
    again = queries.by_ref(listed.ref)
    assert (again.state, again.call.listed_cents) == (State.WITHDRAWN, 0)


# Reads


def test_what_was_received_is_listed_main_list_first_with_its_countries(session):
    call = a_call()
    reserved, listed, open_one = (a_submitted(call) for _ in range(3))
    with closed(call):
        operations.place_on_reserve(reserved, actor=an_officer())
        operations.place_on_main_list(listed, actor=an_officer())

    found = list(db.session.scalars(queries.received(call.id)))

    assert found == [listed, reserved, open_one]
    assert queries.countries_of([listed.id]) == {listed.id: ["FR"]}
    counts = queries.counts_of(call.id)
    assert (counts[State.MAIN_LIST], counts[State.SUBMITTED], counts[State.REJECTED]) == (1, 1, 0)


def test_a_secret_outcome_is_neither_filtered_nor_sorted_by(session):
    call, person = a_call(), a_person()
    proposal = a_submitted(call, person=person)
    with closed(call):
        operations.reject(proposal, reason="No.", actor=an_officer())

    def found(state, **more):
        visible = policy.visible_to(acting(person))
        return list(db.session.scalars(queries.listing(visible, state=state, **more)))

    assert found(State.REJECTED) == []
    assert found(State.SUBMITTED) == [proposal]
    assert found(State.REJECTED, confidential=False) == [proposal]
