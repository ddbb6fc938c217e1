"""Drafting, publishing, correcting and cancelling calls."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.audit.queries import trail_of
from portal.calls import effects, operations, queries
from portal.calls.models import Call, Corrigendum
from portal.calls.rules.terms import terms_of
from portal.calls.states import CallKind, State
from portal.core import clock
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken, Stale
from tests.calls.builders import a_call, an_officer, escp_4x, innosup, terms
from tests.partners.builders import a_cluster, a_person, acting
from tests.programme.builders import a_programme


def test_a_draft_is_born_with_its_terms_and_its_trail(session):
    programme, officer = a_programme(), an_officer()

    call = operations.draft(
        ref="COS-CLUSTER-2018-03-02",
        programme=programme.ref,
        kind=CallKind.PARTNERSHIP,
        terms=terms(),
        actor=officer,
    )

    assert call.state is State.DRAFTED
    assert terms_of(call) == terms()
    assert [entry.verb for entry in trail_of(call.ref)] == ["call.draft"]


@pytest.mark.parametrize("ref", ["lower-case", "NOHYPHEN", "", "A-" + "B" * 30, "A B-C", "A-"])
def test_an_identifier_is_written_in_capitals_digits_and_hyphens(session, ref):
    with pytest.raises(RuleBroken) as refused:
        a_call(ref=ref or " ", state=State.DRAFTED)

    assert refused.value.faults[0].field == "ref"


def test_the_same_identifier_is_refused_by_the_database(session):
    a_call(ref="TWICE-2019", state=State.DRAFTED)

    with pytest.raises(Exception, match=r"uq_call_ref|call\.ref"), db.session.begin_nested():
        a_call(ref="TWICE-2019", state=State.DRAFTED)


def test_only_officers_draft_edit_publish_correct_and_cancel(session):
    call, anybody = a_call(state=State.DRAFTED), acting(a_person())

    for attempt in (
        lambda: operations.publish(call, actor=anybody),
        lambda: operations.cancel(call, reason="x", actor=anybody),
        lambda: operations.clone(call, ref="A-1", actor=anybody),
        lambda: operations.edit(
            call, kind=call.kind, terms=terms(), version=call.version, actor=anybody
        ),
        lambda: operations.correct(call, terms=terms(), text_en="x", text_fr="x", actor=anybody),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_an_edit_keeps_what_changed_and_refuses_an_old_form(session):
    call, officer = a_call(state=State.DRAFTED), an_officer()
    seen = call.version
    changed = replace(terms_of(call), title_en="Another title", max_months=30)

    operations.edit(call, kind=CallKind.VOUCHER, terms=changed, version=seen, actor=officer)

    assert (call.title_en, call.kind) == ("Another title", CallKind.VOUCHER)
    assert trail_of(call.ref)[0].after == {"title_en": "Another title", "max_months": 30}
    with pytest.raises(Stale):
        operations.edit(call, kind=call.kind, terms=terms(), version=seen, actor=officer)


def test_publishing_tells_every_fault_at_once(session):
    call = a_call(state=State.DRAFTED, title_fr="", budget_cents=0)

    with pytest.raises(RuleBroken) as refused:
        operations.publish(call, actor=an_officer())

    assert {fault.field for fault in refused.value.faults} >= {"title_fr", "budget_cents"}
    assert call.state is State.DRAFTED


def test_a_published_call_can_no_longer_be_edited(session):
    call = a_call()

    with pytest.raises(IllegalStep):
        operations.edit(
            call, kind=call.kind, terms=terms(), version=call.version, actor=an_officer()
        )


def test_the_real_calls_are_published_with_their_figures(session):
    programme = a_programme("FR", "BE", "LV", "PT")

    cosme, horizon = escp_4x(programme), innosup(programme)

    assert (cosme.budget_cents, cosme.max_grant_cents) == (360_000_000, 36_000_000)
    assert cosme.closes_at.isoformat() == "2019-04-04T15:00:00+00:00"
    assert (horizon.budget_cents, horizon.max_grant_cents) == (2_515_000_000, 500_000_000)
    assert horizon.sme_share_bp == 7500


def test_a_clone_is_a_new_draft_with_the_same_terms(session):
    call = escp_4x()

    copy = operations.clone(call, ref="COS-CLUSTER-2020-3-03", actor=an_officer())

    assert copy.state is State.DRAFTED
    assert terms_of(copy) == terms_of(call)
    assert copy.id != call.id


def test_a_corrigendum_changes_the_terms_and_keeps_what_they_were(session, mails):
    person = a_person(language="fr")
    call, cluster = a_call(), a_cluster(person)
    effects.follow(call, cluster.id)
    before = terms_of(call)
    after = replace(before, closes_at=before.closes_at + timedelta(days=7))

    corrigendum = operations.correct(
        call,
        terms=after,
        text_en="The deadline moves by a week.",
        text_fr="La date limite est reportée d’une semaine.",
        actor=an_officer(),
    )

    assert call.closes_at == after.closes_at
    assert corrigendum.number == 1
    assert corrigendum.changes == [
        {
            "field": "closes_at",
            "before": before.closes_at.isoformat(),
            "after": after.closes_at.isoformat(),
        }
    ]
    (mail,) = mails(to=person.email)
    assert "reportée d’une semaine" in mail.body


def test_a_corrigendum_cannot_be_changed_afterwards(session):
    call, officer = a_call(), an_officer()
    after = replace(terms_of(call), budget_cents=400_000_000)
    corrigendum = operations.correct(
        call, terms=after, text_en="More money", text_fr="Plus de crédits", actor=officer
    )

    statement = db.update(Corrigendum).where(Corrigendum.id == corrigendum.id)
    with pytest.raises(Exception, match="append_only_corrigendum"), db.session.begin_nested():
        db.session.execute(statement.values(text_en="Something else"))


def test_corrigenda_are_numbered(session):
    call, officer = a_call(), an_officer()

    for number in (1, 2):
        after = replace(terms_of(call), budget_cents=400_000_000 + number)
        made = operations.correct(call, terms=after, text_en="a", text_fr="b", actor=officer)
        assert made.number == number

    assert [each.number for each in queries.corrigenda_of(call.id)] == [2, 1]


def test_a_cancelled_call_says_why_to_its_followers(session, mails):
    person = a_person()
    call, cluster = a_call(), a_cluster(person)
    effects.follow(call, cluster.id)

    operations.cancel(call, reason="The budget was withdrawn.", actor=an_officer())

    assert call.state is State.CANCELLED
    (mail,) = mails(to=person.email)
    assert "The budget was withdrawn." in mail.body


def test_cancelling_needs_a_reason(session):
    call = a_call()

    with pytest.raises(RuleBroken):
        operations.cancel(call, reason="  ", actor=an_officer())


def test_following_twice_is_following_once(session):
    call, cluster = a_call(), a_cluster()

    effects.follow(call, cluster.id)
    effects.follow(call, cluster.id)

    assert queries.followers_of(call.id) == [cluster.id]


# The envelope


def test_the_main_list_takes_what_fits_and_tells_what_is_left(session):
    call = a_call(budget_cents=100_000_000, max_grant_cents=60_000_000)
    effects.enter_on_list(call, 60_000_000)

    with pytest.raises(RuleBroken) as refused:
        effects.enter_on_list(call, 40_000_001)
    effects.enter_on_list(call, 40_000_000)

    assert "€400,000.00 of €1,000,000.00 is left" in str(refused.value.faults[0].message)
    assert call.listed_cents == 100_000_000


def test_what_is_taken_off_the_list_is_free_again(session):
    call = a_call(budget_cents=100_000_000, max_grant_cents=60_000_000)
    effects.enter_on_list(call, 60_000_000)

    effects.take_off_list(call, 60_000_000)

    assert call.listed_cents == 0


@pytest.mark.parametrize("listed", [-1, 100_000_001])
def test_the_database_keeps_the_list_within_the_budget(session, listed):
    call = a_call(budget_cents=100_000_000, max_grant_cents=60_000_000)
    statement = db.update(Call).where(Call.id == call.id).values(listed_cents=listed)

    with pytest.raises(Exception, match="ck_call_listed"), db.session.begin_nested():
        db.session.execute(statement)


# Reads


def test_the_public_list_shows_no_draft_and_open_calls_first(session):
    now = clock.now().replace(microsecond=0)
    programme = a_programme()
    a_call(programme, state=State.DRAFTED)
    far = a_call(programme, closes_at=now + timedelta(days=40))
    near = a_call(programme, closes_at=now + timedelta(days=3))
    later = a_call(programme, opens_at=now + timedelta(days=2), closes_at=now + timedelta(days=60))

    found = list(db.session.scalars(queries.catalogue(now)))

    assert found == [near, far, later]


def test_the_public_list_is_searched_without_accents_and_filtered_by_phase(session):
    now = clock.now()
    programme = a_programme()
    named = a_call(programme, title_fr="Réseaux de l’énergie marine")
    other = a_call(programme)

    def search(**conditions):
        return list(db.session.scalars(queries.catalogue(now, **conditions)))

    assert search(text="ENERGIE reseaux") == [named]
    assert search(text=other.ref.lower()) == [other]
    assert search(text="%ENERGIE%MARINE%") == [named]
    assert search(text="seventy%five_percent") == []
    assert set(search(phase=queries.Phase.OPEN)) == {named, other}
    assert search(phase=queries.Phase.CLOSED) == []


def test_an_officer_is_told_what_to_publish_to_decide_and_to_announce(session):
    call = a_call()
    officer = an_officer()

    before = queries.tasks_for(officer)
    with clock.at(call.closes_at + timedelta(seconds=1)):
        after = queries.tasks_for(officer)

    assert before == []
    assert [(task.ref, task.endpoint) for task in after] == [(call.ref, "calls.desk")]
    assert queries.tasks_for(acting(a_person())) == []
