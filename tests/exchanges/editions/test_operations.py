"""Editions are drafted, replayed, published by somebody else; visits keep what they agreed to."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.audit.queries import trail_of
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.core.refusals import refusal
from portal.exchanges import operations as visits
from portal.exchanges import queries as exchanges
from portal.exchanges.editions import operations, queries
from portal.exchanges.editions.models import EditionDraft
from portal.exchanges.editions.queries import Period
from portal.exchanges.editions.rules import replay as rules
from portal.exchanges.editions.states import Difference, State
from portal.exchanges.models import HostCeiling, Scheme
from portal.exchanges.states import EvidenceKind, Reporter
from portal.exchanges.states import State as VisitState
from tests.exchanges.builders import (
    FIRST,
    LAST,
    RETURN,
    a_report,
    an_exchange,
    at,
    refused,
    report_both,
    start,
)
from tests.exchanges.editions.builders import (
    BEGINS,
    a_draft,
    a_world_with_two_officers,
    proposed,
    published,
)
from tests.exchanges.surroundings import PDF, TODAY

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def world(session):
    return a_world_with_two_officers()


def test_a_draft_keeps_only_the_ceilings_that_change(world):
    draft = a_draft(world, cap_cents=50_000, ceilings={"PT": 78_000, "ES": 90_000})

    assert draft.ref.startswith("EDI-2026-")
    assert draft.new_ceilings == {"ES": 90_000}
    assert draft.terms.cap_cents == 50_000
    assert exchanges.scheme_on(BEGINS).code == "CXC-PILOT", "nothing is in force yet"


def test_officers_are_asked_to_publish_and_everybody_who_works_by_it_is_told(world, mails):
    draft = a_draft(world)
    world.people["receiver"].language = "fr"

    published(world, draft)

    told = {
        who: [(mail.subject, mail.language) for mail in mails(to=world.people[who].email)]
        for who in ("officer", "deputy", "payer", "receiver", "visitor")
    }
    out = "ClusterXchange: the edition CXC-NEXT is published"
    assert told == {
        "officer": [(out, "en")],
        "deputy": [("Edition CXC-NEXT: to be published by another officer", "en")],
        "payer": [(out, "en")],
        "receiver": [("ClusterXchange\u00a0: l’édition CXC-NEXT est publiée", "fr")],
        "visitor": [],
    }
    path = f"/scheme-editions/CXC-NEXT/{BEGINS.isoformat()}"
    assert path in mails(to=world.people["payer"].email)[-1].body


def test_every_fault_of_a_draft_is_told_at_once(world):
    with refused("CXC-L01", "CXC-K04", "2.10", "2.10"):
        a_draft(
            world,
            cap_cents=0,
            sme_share_bp=9_000,
            other_share_bp=9_000,
            valid_from=date(2020, 1, 1),
        )


def newest(subject):
    """The entry told last: each scene begins at the same moment, so the numbers say."""
    return max(trail_of(subject), key=lambda one: one.number)


def test_the_author_alone_edits_and_the_trail_keeps_both_sides(world):
    draft = a_draft(world, ceilings={"PT": 90_000})
    with at():
        with pytest.raises(NotAllowed):
            operations.edit(draft, proposed(), actor=world.actor("deputy"))
        operations.edit(
            draft, proposed(cap_cents=60_000, ceilings={"PT": 91_000}), actor=world.actor("officer")
        )

    entry = newest(draft.ref)
    assert entry.verb == "edition_draft.edit"
    assert (entry.before["cap_cents"], entry.after["cap_cents"]) == (110_000, 60_000)
    assert (entry.before["new_ceilings"], entry.after["new_ceilings"]) == (
        ["PT 90000"],
        ["PT 91000"],
    )


def test_publication_puts_terms_and_ceilings_in_force_and_keeps_what_was_known(world):
    an_exchange(world, VisitState.AGREED)
    draft = published(world, a_draft(world, cap_cents=50_000, ceilings={"ES": 90_000}))

    day_before = BEGINS - timedelta(days=1)
    assert draft.state is State.PUBLISHED
    assert exchanges.scheme_on(day_before).code == "CXC-PILOT"
    assert exchanges.scheme_on(BEGINS).terms == draft.terms
    assert (exchanges.ceiling("ES", day_before), exchanges.ceiling("ES", BEGINS)) == (
        83_000,
        90_000,
    )
    kept = rules.from_json(draft.replay)
    assert (kept.visits, kept.old_cents, kept.new_cents) == (1, 78_000, 50_000)
    assert kept.differences[Difference.LOWER] == 1
    entry = newest(draft.ref)
    assert entry.details["new_cents"] == 50_000
    assert entry.details["replayed_from"] == "2026-01-01"
    assert trail_of("CXC-NEXT")[0].verb == "scheme.publish"
    assert [one.visits for one in queries.editions()] == [0, 1]


def test_the_author_cannot_publish_not_even_past_the_operation(world):
    draft = a_draft(world)
    author = world.actor("officer")
    with at(), pytest.raises(NotAllowed):
        operations.publish(draft, first_on=FIRST, last_on=LAST, actor=author)

    past_the_operation = update(EditionDraft).values(
        state=State.PUBLISHED,
        published_by_id=author.id,
        published_at=draft.drafted_at,
        scheme_id=exchanges.scheme_on(TODAY).id,
        replayed_from=FIRST,
        replayed_until=LAST,
    )
    with pytest.raises(IntegrityError) as broken, db.session.begin_nested():
        db.session.execute(past_the_operation)
    assert [str(fault.message) for fault in refusal(broken.value).faults] == [
        "Another officer than the author publishes an edition."
    ]


def test_a_draft_that_waited_too_long_is_not_published_with_its_old_day(world):
    draft = a_draft(world)

    with refused("2.10"):
        published(world, draft, day=BEGINS + timedelta(days=1))

    assert published(world, draft, day=BEGINS).state is State.PUBLISHED


def test_nothing_is_published_that_was_not_the_one_shown(world):
    draft = a_draft(world, cap_cents=50_000)
    seen = rules.fingerprint(draft.proposed, queries.replay(draft, YEAR).summary)
    an_exchange(world, VisitState.APPROVED)

    def publish(seen):
        with at():
            operations.publish(
                draft,
                first_on=YEAR.first_on,
                last_on=YEAR.last_on,
                seen=seen,
                actor=world.actor("deputy"),
            )

    with refused("2.10"):
        publish(seen)
    publish(rules.fingerprint(draft.proposed, queries.replay(draft, YEAR).summary))


@pytest.mark.parametrize("change", ["edit", "publish", "discard"])
@pytest.mark.parametrize("end", [State.PUBLISHED, State.DISCARDED])
def test_what_is_no_draft_any_more_stays_as_it_is(world, change, end):
    draft = a_draft(world)
    deputy = world.actor("deputy")
    with at():
        if end is State.PUBLISHED:
            published(world, draft)
        else:
            operations.discard(draft, reason="No", actor=deputy)
        steps = {
            "edit": lambda: operations.edit(draft, proposed(), actor=world.actor("officer")),
            "publish": lambda: operations.publish(
                draft, first_on=FIRST, last_on=LAST, actor=deputy
            ),
            "discard": lambda: operations.discard(draft, reason="No", actor=deputy),
        }
        with pytest.raises(IllegalStep):
            steps[change]()


@pytest.mark.parametrize(
    "statement",
    [
        "update scheme set cap_cents = 1 where code = 'CXC-NEXT'",
        "delete from host_ceiling where country = 'ES'",
        "update edition_draft set cap_cents = 1",
        "delete from edition_draft",
        "update edition_draft_ceiling set amount_cents = 1",
        "delete from edition_draft_ceiling",
        "insert into edition_draft_ceiling (draft_id, country, amount_cents) "
        "select id, 'FR', 1 from edition_draft",
    ],
)
def test_the_database_keeps_what_is_published(world, statement):
    published(world, a_draft(world, ceilings={"ES": 90_000}))

    with pytest.raises(IntegrityError) as broken, db.session.begin_nested():
        db.session.execute(db.text(statement))
    assert isinstance(refusal(broken.value), RuleBroken)


def test_a_visit_agreed_under_the_first_edition_is_validated_under_its_cap_and_halving(world):
    visit = an_exchange(world, VisitState.AGREED)
    published(
        world,
        a_draft(
            world,
            edition="CXC-PILOT",
            cap_cents=10_000,
            whole_from_days=20,
            valid_from=TODAY + timedelta(days=1),
        ),
    )

    with at(RETURN):
        assert exchanges.scheme_on(RETURN).cap_cents == 10_000
        report_both(world, visit)
        visits.validate(visit, first_on=FIRST, last_on=LAST, actor=world.actor("payer"))

    assert visit.final_cents == 78_000
    assert [step["code"] for step in visit.final_steps][-1] == "whole"


def test_a_visit_not_yet_agreed_follows_its_own_edition_only(world):
    """A new code leaves those begun before in their edition; the same code takes them along."""
    other = an_exchange(world, VisitState.SIGNED)
    published(world, a_draft(world, cap_cents=50_000, valid_from=TODAY + timedelta(days=1)))
    with at(TODAY + timedelta(days=2)):
        assert exchanges.assess(other, TODAY + timedelta(days=2)).priced.sum.cents == 78_000
        same = proposed(edition="CXC-NEXT", cap_cents=40_000, valid_from=TODAY + timedelta(days=3))
        assert operations.draft(same, actor=world.actor("officer")).code == "CXC-NEXT"
        with refused("CXC-E07"):
            operations.draft(
                proposed(edition="CXC-PILOT", valid_from=TODAY + timedelta(days=4)),
                actor=world.actor("officer"),
            )


def test_an_edition_that_asks_for_presence_alone_is_complete_without_a_ticket(world):
    published(
        world,
        a_draft(world, evidence_kinds=(EvidenceKind.PRESENCE,), valid_from=TODAY),
    )
    visit = an_exchange(world, VisitState.AGREED)

    with at(RETURN):
        for side, who, proof in (
            (Reporter.VISITOR, "visitor", (PDF, "attendance.pdf")),
            (Reporter.HOST, "host", None),
        ):
            visits.report(visit, side=side, presence=proof, actor=world.actor(who), **a_report())

    assert visit.state is VisitState.REPORTED
    assert visit.scheme.code == "CXC-NEXT"


def test_a_virtual_exchange_after_the_last_day_of_the_edition_is_not_begun(world):
    published(world, a_draft(world, virtual_until=date(2026, 9, 30), valid_from=TODAY))

    with at(), refused("CXC-T05"):
        start(world, virtual=True)


def test_the_replay_of_the_terms_in_force_differs_nowhere(world):
    for state in (VisitState.APPROVED,):
        an_exchange(world, state)
    found = queries.replay(a_draft(world), YEAR)

    assert found.summary.visits == 1
    assert found.differing == []


def test_a_replay_looks_at_approved_visits_of_its_period_alone(world):
    visit = an_exchange(world, VisitState.VALIDATED)
    draft = a_draft(world, cap_cents=50_000, valid_from=date(2027, 1, 1))

    def seen(first, last):
        return [row.past.ref for row in queries.replay(draft, Period(first, last)).rows]

    assert seen(FIRST, FIRST) == [visit.ref]
    assert seen(FIRST + timedelta(days=1), LAST) == []
    assert seen(TODAY, FIRST - timedelta(days=1)) == []


def test_a_period_with_too_many_visits_is_refused_in_words(world, monkeypatch):
    an_exchange(world, VisitState.APPROVED)
    draft = a_draft(world)
    monkeypatch.setattr(queries, "MOST_REPLAYED", 0)

    with pytest.raises(RuleBroken) as broken:
        queries.replay(draft, YEAR)
    assert "shorter one" in str(broken.value.faults[0].message)


def test_two_editions_never_begin_on_one_day(world):
    first, second = a_draft(world), a_draft(world, edition="CXC-OTHER")
    published(world, first)

    with refused("2.10"):
        published(world, second)
    assert len(db.session.scalars(db.select(Scheme.id)).all()) == 2
    assert (
        db.session.scalar(db.select(HostCeiling.id).where(HostCeiling.note == second.ref)) is None
    )
