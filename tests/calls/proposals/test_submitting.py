"""Submitting, reopening, withdrawing: the server's clock, every fault at once, the kept copy."""

import hashlib
import json
from datetime import timedelta

import pytest

from portal.audit.queries import trail_of
from portal.calls.proposals import documents, operations, queries
from portal.calls.proposals.models import SubmittedCopy
from portal.calls.proposals.states import AttachmentKind, State, Tab
from portal.core import clock
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.core.files import StoredFile
from portal.core.i18n import use_locale
from tests.calls.builders import a_call, an_officer, escp_4x
from tests.calls.proposals.builders import a_draft, a_line, a_submitted, closed, fill_in
from tests.partners.builders import A_PDF, a_cluster, a_person, acting
from tests.programme.builders import a_programme
from tests.reading import read_pdf


def submit(proposal, person, **more):
    said = {"honour": True, "mandate": True, "actor": acting(person)} | more
    return operations.submit(proposal, **said)


def test_a_submission_keeps_a_copy_under_its_fingerprint(session):
    person = a_person(name="Anna Liepa")
    proposal = a_draft(person=person)
    operations.attach(
        proposal,
        content=A_PDF,
        name="plan.pdf",
        kind=AttachmentKind.DESCRIPTION,
        actor=acting(person),
    )

    copy = submit(proposal, person)

    assert proposal.state is State.SUBMITTED
    assert (proposal.eligible_cents, proposal.requested_cents) == (10_700_000, 8_025_000)
    assert copy.sha256 == hashlib.sha256(copy.content.encode()).hexdigest()
    content = json.loads(copy.content)
    assert content["documents"][0]["sha256"] == hashlib.sha256(A_PDF).hexdigest()
    assert content["submitted_by"] == "Anna Liepa"
    entry = trail_of(proposal.ref)[0]
    assert (entry.verb, entry.details["sha256"]) == ("proposal.submit", copy.sha256)


def test_a_kept_copy_cannot_be_changed_or_removed(session):
    copy = queries.last_copy(a_submitted().id)
    same = SubmittedCopy.id == copy.id

    for statement in (
        db.update(SubmittedCopy).where(same).values(content="{}"),
        db.delete(SubmittedCopy).where(same),
    ):
        refused = pytest.raises(Exception, match="append_only_submitted_copy")
        with refused, db.session.begin_nested():
            db.session.execute(statement)


def test_everybody_gets_the_receipt_in_their_language(session, mails):
    person, french = a_person(), a_person(language="fr")
    cluster = a_cluster(person, french, legal_name="Grappe de l’eau")

    proposal = a_submitted(person=person, coordinator=cluster)

    (english_mail,) = mails(to=person.email)
    (french_mail,) = mails(to=french.email)
    sha = queries.last_copy(proposal.id).sha256
    assert sha in english_mail.body
    assert sha in french_mail.body
    name = f"{proposal.ref}-1.pdf"
    english, other = (mail.attachments[name] for mail in (english_mail, french_mail))
    assert english != other
    letter = read_pdf(db.session.get_one(StoredFile, english).content)
    assert letter.has(proposal.ref)
    assert letter.has("Grappe de l’eau")
    assert letter.has("€80,250.00")
    assert read_pdf(db.session.get_one(StoredFile, other).content).has("80 250,00 €")


def test_the_same_copy_gives_the_same_bytes(session):
    call = a_call()
    copy = queries.last_copy(a_submitted(call).id)

    for language in ("en", "fr"):
        with use_locale(language):
            assert documents.receipt(copy, call) == documents.receipt(copy, call)


def test_every_fault_is_told_at_once_and_nothing_is_kept(session):
    person = a_person()
    call = escp_4x()
    with clock.at(call.opens_at + timedelta(days=1)):
        proposal = a_draft(call, person=person, complete=False)

        with pytest.raises(RuleBroken) as refused:
            submit(proposal, person, honour=False, mandate=False)

    tabs = {fault.tab for fault in refused.value.faults}
    assert tabs == {Tab.IDENTITY, Tab.PARTNERS, Tab.COSTS, Tab.CHECK}
    assert proposal.state is State.DRAFT
    assert queries.copies_of(proposal.id) == []


def test_the_real_call_takes_a_real_consortium(session):
    call = escp_4x(a_programme("FR", "BE", "LV"))
    with clock.at(call.opens_at + timedelta(days=1)):
        anna, boris, claire = a_person(), a_person(), a_person()
        first = a_cluster(anna, country="LV", region="LV00")
        second, third = a_cluster(boris, country="FR"), a_cluster(claire, country="BE")
        proposal = a_draft(call, coordinator=first, person=anna, complete=False)
        for partner, person in ((second, boris), (third, claire)):
            operations.add_partner(proposal, organisation=partner.ref, actor=acting(anna))
            operations.confirm_partner(proposal, organisation=partner.ref, actor=acting(person))
        fill_in(proposal, anna, lines=[a_line(12_000_000, by=o.id) for o in (first, second, third)])

        submit(proposal, anna)

    assert proposal.requested_cents == 28_890_000


# The deadline


def test_a_submission_in_the_second_of_the_deadline_is_in(session):
    call, person = a_call(), a_person()
    proposal = a_draft(call, person=person)

    with clock.at(call.closes_at + timedelta(microseconds=500_000)):
        submit(proposal, person)

    assert proposal.state is State.SUBMITTED


def test_a_second_after_the_deadline_the_door_is_shut(session):
    call, person = a_call(), a_person()
    proposal = a_draft(call, person=person)

    with clock.at(call.closes_at + timedelta(seconds=1)), pytest.raises(RuleBroken) as refused:
        submit(proposal, person)

    assert "The deadline was" in str(refused.value.faults[0].message)
    assert proposal.state is State.DRAFT


def test_a_second_click_meets_an_illegal_step(session):
    person = a_person()
    proposal = a_submitted(person=person)

    with pytest.raises(IllegalStep):
        submit(proposal, person)


def test_only_the_coordinator_submits(session):
    proposal, stranger = a_draft(), a_person()

    with pytest.raises(NotAllowed):
        submit(proposal, stranger)


def test_signs_that_cannot_be_printed_are_refused_in_words(session):
    person = a_person()
    proposal = a_draft(person=person)
    operations.edit(
        proposal,
        acronym="WATER",
        title="Water 🌊",
        abstract="Water",
        months=24,
        themes=[],
        version=proposal.identity_version,
        actor=acting(person),
    )

    with pytest.raises(RuleBroken) as refused:
        submit(proposal, person)

    assert "🌊" in str(refused.value.faults[0].message)


# Again, and giving up


def test_only_the_last_submission_counts(session):
    person = a_person()
    proposal = a_submitted(person=person)
    actor = acting(person)

    operations.reopen(proposal, actor=actor)
    reopened = (proposal.state, proposal.submitted_at, proposal.requested_cents)
    fill_in(proposal, person, cents=20_000_000)
    copy = submit(proposal, person)

    assert reopened == (State.DRAFT, None, 0)
    assert copy.number == 2
    assert proposal.requested_cents == 16_050_000
    assert [each.number for each in queries.copies_of(proposal.id)] == [2, 1]


def test_after_the_deadline_nothing_is_reopened(session):
    call, person = a_call(), a_person()
    proposal = a_submitted(call, person=person)

    with closed(call), pytest.raises(RuleBroken):
        operations.reopen(proposal, actor=acting(person))


def test_a_coordinator_with_one_proposal_submits_no_second_one(session):
    call, person = a_call(single_application=True), a_person()
    cluster = a_cluster(person)
    a_submitted(call, person=person, coordinator=cluster)
    second = a_draft(call, person=person, coordinator=cluster)

    with pytest.raises(RuleBroken) as refused:
        submit(second, person)

    assert [fault.rule for fault in refused.value.faults] == ["PRP-05"]


def test_a_withdrawn_proposal_leaves_no_trace_of_the_list_it_was_on(session, mails):
    call, person = a_call(), a_person()
    proposal = a_submitted(call, person=person)
    with closed(call):
        operations.place_on_main_list(proposal, actor=an_officer())

        operations.withdraw(proposal, reason="We have other plans.", actor=acting(person))

    assert (proposal.state, call.listed_cents) == (State.WITHDRAWN, 0)
    entry = trail_of(proposal.ref)[0]
    assert (entry.before, entry.after) == ({"state": "submitted"}, {"state": "withdrawn"})
    assert "We have other plans." in mails(to=person.email)[-1].body
