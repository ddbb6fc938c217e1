"""Preparing a proposal: start, tabs, partners, documents; shut after the deadline."""

from datetime import timedelta

import pytest

from portal.audit.queries import trail_of
from portal.calls import queries as calls
from portal.calls.proposals import operations, queries
from portal.calls.proposals.models import CostItem
from portal.calls.proposals.states import AttachmentKind, CostCategory, PartnerRole, State
from portal.calls.states import State as CallState
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotAllowed, NotFound, RuleBroken, Stale
from portal.partners.states import State as OrganisationState
from tests.calls.builders import a_call, an_officer
from tests.calls.proposals.builders import a_draft, a_line, closed
from tests.partners.builders import A_PDF, a_cluster, a_person, acting


def edit(proposal, person, **changes):
    return operations.edit(
        proposal,
        **{
            "acronym": "WATERLINK",
            "title": "Clean water",
            "abstract": "",
            "months": None,
            "themes": [],
            "version": proposal.identity_version,
            "actor": acting(person),
            **changes,
        },
    )


def plan(proposal, person, *lines, **changes):
    return operations.plan_costs(
        proposal,
        **{
            "lines": lines,
            "asked_cents": None,
            "planned_exchanges": None,
            "planned_vouchers": None,
            "version": proposal.costs_version,
            "actor": acting(person),
            **changes,
        },
    )


# Starting


def test_a_member_starts_a_proposal_and_the_organisation_follows_the_call(session):
    call, person = a_call(), a_person()
    cluster = a_cluster(person)

    proposal = operations.start(
        call, organisation=cluster.ref, acronym="BLUE", title="Blue growth", actor=acting(person)
    )

    assert proposal.state is State.DRAFT
    (coordinator,) = queries.partners_of(proposal.id)
    assert (coordinator.role, coordinator.position) == (PartnerRole.COORDINATOR, 1)
    assert coordinator.confirmed_at is not None
    assert calls.followers_of(call.id) == [cluster.id]
    assert [entry.verb for entry in trail_of(proposal.ref)] == ["proposal.start"]


def test_nobody_starts_a_proposal_for_somebody_elses_organisation(session):
    call, cluster = a_call(), a_cluster(a_person())

    with pytest.raises(NotAllowed):
        operations.start(
            call, organisation=cluster.ref, acronym="A", title="B", actor=acting(a_person())
        )


@pytest.mark.parametrize("shift", [timedelta(days=-31), timedelta(days=31)])
def test_a_proposal_is_started_only_while_the_call_is_open(session, shift):
    call, person = a_call(), a_person()
    cluster = a_cluster(person)
    actor = acting(person)

    with clock.at(clock.now() + shift), pytest.raises(RuleBroken):
        operations.start(call, organisation=cluster.ref, acronym="A", title="B", actor=actor)


def test_a_suspended_organisation_starts_nothing(session):
    person = a_person()
    cluster = a_cluster(
        person, state=OrganisationState.SUSPENDED, suspension_reason="Under enquiry"
    )

    with pytest.raises(RuleBroken):
        a_draft(coordinator=cluster, person=person)


# The first tab


def test_a_draft_may_be_incomplete(session):
    person = a_person()
    proposal = a_draft(person=person, complete=False)

    edit(proposal, person, abstract="Half a sentence", themes=["sport", "ecosystem-health"])

    assert (proposal.abstract, proposal.months) == ("Half a sentence", None)
    assert proposal.themes == ["sport", "ecosystem-health"]


def test_the_second_of_two_people_who_save_the_same_tab_is_stale(session):
    person = a_person()
    proposal = a_draft(person=person, complete=False)
    seen = proposal.identity_version
    edit(proposal, person, title="First")

    with pytest.raises(Stale):
        edit(proposal, person, title="Second", version=seen)

    assert proposal.title == "First"


def test_saving_one_tab_does_not_make_the_other_stale(session):
    person = a_person()
    proposal = a_draft(person=person, complete=False)
    seen = proposal.costs_version

    edit(proposal, person)
    plan(proposal, person, a_line(100, by=proposal.coordinator_id), version=seen)

    assert len(queries.items_of(proposal.id)) == 1


def test_themes_outside_the_list_are_refused(session):
    person = a_person()
    proposal = a_draft(person=person, complete=False)

    with pytest.raises(RuleBroken) as refused:
        edit(proposal, person, themes=["astrology"], months=0)

    assert {fault.field for fault in refused.value.faults} == {"themes", "months"}


def test_after_the_deadline_every_tab_is_shut(session):
    call, person = a_call(), a_person()
    proposal = a_draft(call, person=person)
    cluster, actor = a_cluster(), acting(person)
    with closed(call):
        for attempt in (
            lambda: edit(proposal, person),
            lambda: plan(proposal, person),
            lambda: operations.add_partner(proposal, organisation=cluster.ref, actor=actor),
            lambda: operations.attach(
                proposal, content=A_PDF, name="a.pdf", kind=AttachmentKind.OTHER, actor=actor
            ),
        ):
            with pytest.raises(RuleBroken) as refused:
                attempt()
            assert "The deadline was" in str(refused.value.faults[0].message)


def test_a_stranger_saves_nothing(session):
    proposal, stranger = a_draft(), a_person()

    with pytest.raises(NotAllowed):
        edit(proposal, stranger)
    with pytest.raises(NotAllowed):
        plan(proposal, stranger)


# The budget


def test_the_whole_budget_is_replaced(session):
    person = a_person()
    proposal = a_draft(person=person, complete=False)
    owner = proposal.coordinator_id
    plan(proposal, person, a_line(100, by=owner), a_line(200, CostCategory.TRAVEL, by=owner))

    plan(
        proposal,
        person,
        a_line(300, by=owner),
        a_line(50, by=owner, sme=True, note="Coaching"),
        a_line(0, CostCategory.TRAVEL, by=owner),
        planned_exchanges=40,
    )

    found = [(i.category, i.amount_cents, i.sme_direct) for i in queries.items_of(proposal.id)]
    assert found == [("personnel", 300, False), ("personnel", 50, True)]
    assert proposal.planned_exchanges == 40


def test_impossible_budgets_are_refused(session):
    person = a_person()
    proposal = a_draft(person=person, complete=False)
    owner = proposal.coordinator_id

    for lines in (
        [a_line(-1, by=owner)],
        [a_line(1, CostCategory.INDIRECT, by=owner)],
        [a_line(1, by=owner + 1000)],
        [a_line(1, by=owner), a_line(2, by=owner)],
    ):
        with pytest.raises(RuleBroken):
            plan(proposal, person, *lines)


@pytest.mark.parametrize(
    "wrong", [{"amount_cents": 0}, {"category": CostCategory.INDIRECT, "amount_cents": 1}]
)
def test_the_database_refuses_empty_and_indirect_lines(session, wrong):
    proposal = a_draft(complete=False)
    line = {"category": CostCategory.OTHER, "sme_direct": False, "note": ""} | wrong

    with pytest.raises(Exception, match="ck_cost_item"), db.session.begin_nested():
        db.session.execute(
            db.insert(CostItem).values(
                proposal_id=proposal.id, organisation_id=proposal.coordinator_id, **line
            )
        )


# Partners


def test_a_partner_is_asked_by_mail_and_confirms(session, mails):
    person, partner_person = a_person(), a_person(language="fr")
    partner = a_cluster(partner_person, legal_name="Ūdens klasteris", country="LV")
    proposal = a_draft(person=person)

    operations.add_partner(proposal, organisation=partner.ref.lower(), actor=acting(person))
    asked = mails(to=partner_person.email)
    operations.confirm_partner(proposal, organisation=partner.ref, actor=acting(partner_person))

    assert "Ūdens klasteris" in asked[0].subject
    assert queries.partners_of(proposal.id)[1].confirmed_by_id == partner_person.id
    assert "Ūdens klasteris" in mails(to=person.email)[-1].subject


def test_only_the_partner_itself_confirms(session):
    person = a_person()
    partner = a_cluster(a_person())
    proposal = a_draft(person=person)
    operations.add_partner(proposal, organisation=partner.ref, actor=acting(person))

    with pytest.raises(NotAllowed):
        operations.confirm_partner(proposal, organisation=partner.ref, actor=acting(person))


def test_confirming_twice_is_refused_in_words(session):
    person, other = a_person(), a_person()
    partner = a_cluster(other)
    proposal = a_draft(person=person)
    operations.add_partner(proposal, organisation=partner.ref, actor=acting(person))
    operations.confirm_partner(proposal, organisation=partner.ref, actor=acting(other))

    with pytest.raises(RuleBroken):
        operations.confirm_partner(proposal, organisation=partner.ref, actor=acting(other))


def test_the_same_organisation_joins_once(session):
    person = a_person()
    partner, proposal = a_cluster(), a_draft(person=person)
    actor = acting(person)
    operations.add_partner(proposal, organisation=partner.ref, actor=actor)

    with pytest.raises(RuleBroken):
        operations.add_partner(proposal, organisation=partner.ref, actor=actor)
    with pytest.raises(RuleBroken) as unknown:
        operations.add_partner(proposal, organisation="ORG-1999-0001", actor=actor)

    assert unknown.value.faults[0].field == "organisation"


def test_a_partner_that_leaves_takes_its_costs_along(session, mails):
    person, other = a_person(), a_person()
    partner = a_cluster(other)
    proposal = a_draft(person=person, complete=False)
    operations.add_partner(proposal, organisation=partner.ref, actor=acting(person))
    plan(
        proposal,
        person,
        a_line(100, by=proposal.coordinator_id),
        a_line(200, by=partner.id),
    )
    seen = proposal.costs_version

    operations.remove_partner(proposal, organisation=partner.ref, actor=acting(other))

    assert [item.amount_cents for item in queries.items_of(proposal.id)] == [100]
    assert len(queries.partners_of(proposal.id)) == 1
    assert mails(to=other.email)
    with pytest.raises(Stale):
        plan(proposal, person, version=seen)


def test_the_coordinator_cannot_be_removed(session):
    person = a_person()
    proposal = a_draft(person=person)
    ref = queries.partners_of(proposal.id)[0].organisation.ref

    with pytest.raises(RuleBroken):
        operations.remove_partner(proposal, organisation=ref, actor=acting(person))


def test_a_removed_partner_may_be_named_again(session):
    person = a_person()
    partner, proposal = a_cluster(), a_draft(person=person)
    actor = acting(person)
    operations.add_partner(proposal, organisation=partner.ref, actor=actor)
    operations.remove_partner(proposal, organisation=partner.ref, actor=actor)

    again = operations.add_partner(proposal, organisation=partner.ref, actor=actor)

    assert (again.position, again.confirmed_at) == (2, None)


# Documents


def test_a_document_is_kept_under_a_number_even_when_taken_out(session):
    person = a_person()
    proposal = a_draft(person=person)
    actor = acting(person)

    for name in ("plan.pdf", "letter.pdf"):
        operations.attach(
            proposal, content=A_PDF, name=name, kind=AttachmentKind.DESCRIPTION, actor=actor
        )
    operations.detach(proposal, number=1, actor=actor)

    assert [each.number for each in queries.attachments_of(proposal.id)] == [2]
    assert queries.attachment(proposal.id, 1).file.name == "plan.pdf"
    with pytest.raises(NotFound):
        operations.detach(proposal, number=1, actor=actor)


def test_a_file_of_an_unknown_kind_is_refused(session):
    person = a_person()
    proposal = a_draft(person=person)

    with pytest.raises(RuleBroken) as refused:
        operations.attach(
            proposal,
            content=b"MZ\x90 a program",
            name="plan.pdf",
            kind=AttachmentKind.OTHER,
            actor=acting(person),
        )

    assert refused.value.faults[0].field == "document"


# What waits


def test_the_desk_shows_drafts_to_submit_and_participations_to_confirm(session):
    call, person, other = a_call(), a_person(), a_person()
    partner = a_cluster(other)
    proposal = a_draft(call, person=person)
    operations.add_partner(proposal, organisation=partner.ref, actor=acting(person))

    mine, theirs = queries.tasks_for(acting(person)), queries.tasks_for(acting(other))

    assert [(task.ref, task.endpoint) for task in mine] == [(proposal.ref, "proposals.submit")]
    assert [(task.ref, task.endpoint) for task in theirs] == [(proposal.ref, "proposals.show")]
    with closed(call):
        assert queries.tasks_for(acting(person)) == []
    assert queries.tasks_for(an_officer()) == []


def test_a_cancelled_call_shuts_the_tabs(session):
    call, person = a_call(), a_person()
    proposal = a_draft(call, person=person)
    call.state, call.cancel_reason = CallState.CANCELLED, "Over"

    with pytest.raises(RuleBroken):
        edit(proposal, person)
