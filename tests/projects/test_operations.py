"""Award, signatures, transfers, suspension: what changes in the world."""

from datetime import date

import pytest

from portal.audit.queries import trail_of
from portal.calls.proposals import queries as proposals
from portal.calls.proposals.states import CostCategory as C
from portal.calls.proposals.states import State as ProposalState
from portal.calls.states import State as CallState
from portal.core.actors import Role
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.ledger import effects as ledger
from portal.ledger import queries as ledger_queries
from portal.projects import effects, operations, queries
from portal.projects.rules import agreement
from portal.projects.states import Instrument, Side, State
from tests.partners.builders import a_membership, a_person, acting
from tests.projects.builders import (
    a_call,
    a_cast,
    a_listed_proposal,
    a_project,
    an_award,
    an_officer,
)


def codes(project):
    return {row.code: row for row in queries.budget_of(project.id)}


def test_an_award_makes_a_project_with_its_consortium_and_budget(session):
    cast = a_cast()

    project = an_award(cast, starts_on=date(2026, 9, 1))

    project = queries.by_ref(project.ref)
    assert project.state is State.PREPARATION
    assert (project.starts_on, project.ends_on) == (date(2026, 9, 1), date(2028, 8, 31))
    assert [one.organisation_id for one in project.beneficiaries] == [c.id for c in cast.clusters]
    assert {code: row.figures.budget_cents for code, row in codes(project).items()} == {
        "1-PERSONNEL": 10_000_000,
        "1-INDIRECT": 2_500_000,
        "2-PERSONNEL": 5_000_000,
        "2-TRAVEL": 1_000_000,
        "2-INDIRECT": 1_500_000,
        "VOUCHERS": 60_000_000,
        "EXCHANGES": 5_000_000,
    }
    assert project.total_cents == queries.total(queries.budget_of(project.id)).budget_cents


def test_an_award_opens_one_envelope_for_each_instrument(session):
    project = an_award(planned_exchanges=44)

    exchanges = queries.envelope(project.id, Instrument.EXCHANGE)
    vouchers = queries.envelope(project.id, Instrument.VOUCHER)

    assert exchanges.target == 44
    assert vouchers.target == 22
    assert exchanges.line_id == codes(project)["EXCHANGES"].line_id


def test_targets_typed_on_the_award_win_over_the_proposal(session):
    proposal = a_listed_proposal(planned_exchanges=44)

    project = operations.award(
        proposal,
        starts_on=date(2026, 9, 1),
        exchange_target=10,
        voucher_target=7,
        actor=an_officer(),
    )

    targets = {one.instrument: one.target for one in queries.envelopes_of(project.id)}
    assert targets == {Instrument.EXCHANGE: 10, Instrument.VOUCHER: 7}


def test_an_award_marks_its_proposal_and_is_made_once(session):
    project = an_award()

    proposal = proposals.by_id(project.proposal_id)

    assert proposal.state is ProposalState.AWARDED
    with pytest.raises(IllegalStep):
        operations.award(proposal, starts_on=date(2026, 9, 1), actor=an_officer())


def test_an_award_waits_until_the_applicants_are_informed(session):
    decided = a_call(state=CallState.DECIDED, informed_at=None)

    with pytest.raises(RuleBroken):
        an_award(call=decided)


def test_a_project_cannot_start_before_its_call_has_closed(session):
    with pytest.raises(RuleBroken) as refused:
        an_award(starts_on=date(2026, 4, 3))

    assert refused.value.faults[0].field == "starts_on"


def test_an_award_freezes_what_is_signed_under_a_fingerprint(session):
    project = an_award()

    frozen = queries.agreement_of(project.id)

    assert agreement.fingerprint(frozen) == project.fingerprint
    assert sum(line["cents"] for line in frozen["lines"]) == project.total_cents


def test_an_award_tells_everybody_in_the_consortium(session, mails):
    cast = a_cast()

    project = an_award(cast)

    told = [mail for mail in mails() if project.acronym in mail.subject]
    assert {mail.recipient for mail in told} == {person.email for person in cast.people}


def test_two_people_sign_and_the_second_brings_the_agreement_into_force(session):
    cast = a_cast()
    project = an_award(cast)

    operations.sign(project, actor=an_officer())
    assert queries.by_ref(project.ref).state is State.PREPARATION
    operations.sign(project, actor=cast.coordinator)

    project = queries.by_ref(project.ref)
    assert project.state is State.SIGNED
    assert {one.side for one in project.signatures} == set(Side)
    assert {one.fingerprint for one in project.signatures} == {project.fingerprint}


def test_a_side_signs_once(session):
    cast = a_cast()
    project = an_award(cast)
    operations.sign(project, actor=cast.coordinator)

    with pytest.raises(RuleBroken):
        operations.sign(project, actor=cast.coordinator)


def test_an_officer_of_the_coordinator_never_signs_for_the_agency(session):
    cast = a_cast()
    project = an_award(cast)
    both = a_person()
    a_membership(cast.clusters[1], both)

    with pytest.raises(NotAllowed):
        operations.sign(project, actor=acting(both, Role.OFFICER))


def shift(project, giver, taker, cents, actor=None):
    rows = codes(project)
    return operations.shift_budget(
        project,
        from_line_id=rows[giver].line_id,
        to_line_id=rows[taker].line_id,
        cents=cents,
        reason="Two more workshops",
        actor=actor or an_officer(),
    )


def test_a_transfer_moves_budget_between_two_lines(session):
    project = a_project()

    decided = shift(project, "1-PERSONNEL", "2-TRAVEL", 100_000)

    after = codes(project)
    assert after["1-PERSONNEL"].figures.budget_cents == 9_900_000
    assert after["2-TRAVEL"].figures.budget_cents == 1_100_000
    assert decided.warnings == ()
    assert ledger_queries.mismatches() == []


def test_a_large_transfer_passes_with_a_warning_kept_in_the_trail(session):
    project = a_project()

    decided = shift(project, "1-PERSONNEL", "2-TRAVEL", 200_001)

    assert [step.code for step in decided.warnings] == ["large_transfer"]
    kept = trail_of(project.ref)[0]
    assert kept.details["warnings"][0]["values"]["grown_cents"] == 200_001
    assert kept.before == {"1-PERSONNEL": 10_000_000, "2-TRAVEL": 1_000_000}


def test_committed_money_does_not_leave_its_line(session):
    project = a_project()
    line_id = codes(project)["VOUCHERS"].line_id
    officer = an_officer()
    ledger.commit(line_id, 59_000_000, subject="VCH-2026-0001", why="", actor=officer)

    with pytest.raises(RuleBroken):
        shift(project, "VOUCHERS", "2-TRAVEL", 1_000_001)


def test_a_transfer_never_breaks_the_share_for_smes(session):
    costs = ((0, C.PERSONNEL, 2_500, False), (0, C.VOUCHERS, 7_500, True))
    project = a_project(call=a_call(sme_share_bp=7500), costs=costs, indirect_cents=0)

    with pytest.raises(RuleBroken) as refused:
        shift(project, "VOUCHERS", "1-PERSONNEL", 1)

    assert refused.value.faults[0].rule == "V-10"


def test_a_transfer_stays_within_the_project(session):
    project, other = a_project(), a_project()
    own, foreign = codes(project)["2-TRAVEL"], codes(other)["2-TRAVEL"]

    with pytest.raises(RuleBroken):
        operations.shift_budget(
            project,
            from_line_id=own.line_id,
            to_line_id=foreign.line_id,
            cents=1,
            reason="",
            actor=an_officer(),
        )


def test_a_suspended_project_spends_nothing_until_it_is_resumed(session):
    project = a_project()
    day = project.starts_on
    officer = an_officer()
    queries.ensure_open_for_spending(project.id, day)

    operations.suspend(project, reason="Accounts not in order", actor=officer)
    with pytest.raises(RuleBroken):
        queries.ensure_open_for_spending(project.id, day)
    operations.resume(project, actor=officer)

    assert queries.ensure_open_for_spending(project.id, day).state is State.SIGNED


def test_a_terminated_project_is_over(session):
    project = a_project()

    operations.terminate(project, reason="The coordinator is bankrupt", actor=an_officer())

    with pytest.raises(RuleBroken):
        queries.ensure_open_for_spending(project.id, project.starts_on)
    with pytest.raises(IllegalStep):
        operations.resume(project, actor=an_officer())


def test_a_project_is_closed_by_the_floor_above(session):
    project = a_project()

    assert effects.close(project) is State.SIGNED

    assert project.state is State.CLOSED
