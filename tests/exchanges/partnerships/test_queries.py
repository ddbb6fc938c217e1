"""A partnership's figures, its calendar, its map and its deadlines."""

from datetime import date, timedelta

import pytest

from portal.core.db import db
from portal.core.errors import NotFound
from portal.exchanges.models import Exchange
from portal.exchanges.partnerships import queries, rules
from portal.exchanges.partnerships.rules import Month
from portal.exchanges.partnerships.states import Due
from portal.exchanges.profiles.states import State as ProfileState
from portal.exchanges.states import State
from portal.ledger import queries as ledger
from portal.payments.models import Payment
from portal.projects import queries as projects
from portal.projects.models import Envelope
from tests.counting import selects
from tests.exchanges.builders import FIRST, LAST, a_world, an_exchange, at
from tests.exchanges.matches.builders import a_match
from tests.exchanges.partnerships.builders import (
    FUNCHAL,
    LYON,
    a_host,
    a_scene,
    a_visit,
    a_visitor,
)
from tests.exchanges.profiles.builders import a_profile
from tests.exchanges.surroundings import TODAY

OCTOBER = Month(date(2026, 10, 1))


def test_money_ties_to_the_postings_and_to_the_visits_to_the_cent(session):
    scene = a_scene()
    world = scene.world

    sheet = queries.sheet(world.project, TODAY)

    told = ledger.balances_as_of(world.project.book_id, date(2027, 1, 1))[0]
    money = sheet.figures
    assert sheet.reserved_cents == told.committed_cents + told.bound_cents > 0
    assert money.certified_cents == told.certified_cents > 0
    assert (money.paid_cents, money.available_cents) == (told.paid_cents, told.available_cents)
    assert sheet.total.held_cents == money.engaged_cents
    held = db.session.scalars(db.select(Exchange)).all()
    assert sheet.total.held_cents == sum(one.held_cents for one in held)


def test_visits_are_counted_by_state_and_by_what_the_clock_adds(session):
    scene = a_scene()

    def names(day):
        sheet = queries.sheet(scene.world.project, day)
        return {one.name: (one.physical, one.virtual) for one in sheet.tallies}

    one = (1, 0)
    apart = {"signed.0", "approved.0", "validated.0", "cancelled.0"}
    assert names(TODAY) == dict.fromkeys(apart | {"agreed.0"}, one)
    assert names(FIRST) == dict.fromkeys(apart | {"agreed.1"}, one)
    assert names(LAST + timedelta(days=1)) == dict.fromkeys(apart | {"agreed.2"}, one)


def test_the_worst_case_follows_the_target_of_the_partnership(session):
    world = a_world()

    sheet = queries.sheet(world.project, TODAY)

    assert sheet.worst_case_cents == sheet.standing.target * sheet.terms.cap_cents
    assert sheet.tallies == ()
    assert sheet.keeps_until == date(2032, 12, 31)


def test_a_project_without_exchanges_has_no_such_page(session):
    world = a_world()
    db.session.execute(db.delete(Envelope).where(Envelope.project_id == world.project.id))

    with pytest.raises(NotFound):
        queries.sheet(world.project, TODAY)


def test_the_fingerprint_follows_the_figures(session):
    world = a_world()
    before = queries.sheet(world.project, TODAY).fingerprint
    again = queries.sheet(world.project, TODAY).fingerprint

    an_exchange(world, State.APPROVED)

    assert before == again != queries.sheet(world.project, TODAY).fingerprint


def test_a_month_has_the_visits_that_touch_it_and_no_other(session):
    world = a_world()
    inside = a_visit(world, "Inside")
    a_visit(world, "Cancelled", State.CANCELLED)
    days = {
        "departure_on": date(2026, 10, 29),
        "first_on": date(2026, 10, 30),
        "last_on": date(2026, 11, 5),
        "return_on": date(2026, 11, 6),
    }
    across = a_visit(world, "Across", **days)

    def refs(month):
        query = queries.in_month(world.project.id, Month(month))
        return [one.ref for one in db.session.scalars(query)]

    assert refs(date(2026, 10, 1)) == [inside.ref, across.ref]
    assert refs(date(2026, 11, 1)) == [across.ref]
    assert refs(date(2026, 12, 1)) == refs(date(2026, 9, 1)) == []
    counted = rules.visits_by_day(queries.spans(world.project.id, OCTOBER), OCTOBER)
    assert counted[LAST] == 1
    assert LAST + timedelta(days=1) not in counted
    assert counted[date(2026, 11, 1)] == 1


def test_a_day_names_three_visits_and_counts_them_all(session):
    world = a_world()
    refs = [a_visit(world, f"Firm {number}", State.SIGNED).ref for number in range(4)]

    named = queries.named(world.project.id, OCTOBER)
    counted = rules.visits_by_day(queries.spans(world.project.id, OCTOBER), OCTOBER)

    assert [one.ref for one in named[FIRST]] == refs[:3]
    assert counted[FIRST] == 4
    assert named[LAST + timedelta(days=1)] == []


def test_visits_between_the_same_towns_are_one_journey(session):
    world = a_world()
    porto, funchal = (
        a_host(world, "Porto Têxtil", town="Porto", place=(41_150_000, -8_611_000)),
        a_host(world, "Madeira Linho", town="Funchal", place=FUNCHAL),
    )
    a_visit(world, "One", town="Lille", host=porto)
    a_visit(world, "Two", town="Lille", host=porto)
    a_visit(world, "Three", town="Lyon", place=LYON, host=funchal)
    a_visit(world, "Called off", State.CANCELLED, town="Lyon", place=LYON, host=porto)
    a_visit(world, "On screen", town="Lyon", place=LYON, host=porto, virtual=True)

    found = queries.journeys(world.project.id)

    told = [(one.origin.town, one.destination.town, one.visits) for one in found.shown]
    assert told == [("Lille", "Porto", 2), ("Lyon", "Funchal", 1)]
    assert (found.pairs, found.visits, found.left_out) == (2, 3, 0)
    assert found.shown[1].origin.point.latitude_e6 == LYON[0]


def test_beyond_the_cap_pairs_of_places_are_counted(session, monkeypatch):
    world = a_world()
    for number, town in enumerate(("Lille", "Lyon", "Metz")):
        a_visit(world, f"Firm {number}", town=town)
    monkeypatch.setattr(rules, "MOST_JOURNEYS", 2)

    found = queries.journeys(world.project.id)

    assert (len(found.shown), found.pairs, found.visits, found.left_out) == (2, 3, 3, 1)


def test_every_kind_of_deadline_is_listed_by_its_day(session):
    world = a_world()
    match = a_match(world)
    waiting = a_profile(world, ProfileState.SUBMITTED, organisation=a_visitor(world, "Newcomer"))
    building = a_visit(world, "Building", State.BUILDING)
    agreed = a_visit(world, "Agreed", State.AGREED)
    validated = a_visit(world, "Validated", State.VALIDATED)
    payment = db.session.scalars(db.select(Payment)).one()

    found = queries.deadlines(queries.sheet(world.project, TODAY))

    told = {one.kind: (one.ref, one.due_on) for one in found.shown}
    assert told == {
        Due.REGISTRATION: (waiting.ref, waiting.answer_due_on),
        Due.PROPOSAL: (match.ref, match.answer_by),
        Due.COMMITMENT: (building.ref, date(2026, 10, 1)),
        Due.REPORT: (agreed.ref, date(2026, 10, 31)),
        Due.PAYMENT: (validated.ref, payment.due_on),
        Due.RETENTION: (world.project.ref, date(2032, 12, 31)),
    }
    assert [one.due_on for one in found.shown] == sorted(one.due_on for one in found.shown)
    assert found.total == 6


def test_what_another_partnership_watches_is_not_listed(session):
    scene = a_scene()

    found = queries.deadlines(queries.sheet(scene.world.host_project, TODAY))

    assert {one.kind for one in found.shown} == {Due.RETENTION}
    assert queries.journeys(scene.world.host_project.id).visits == 0


def test_a_proposal_nobody_can_answer_any_more_is_no_deadline(session):
    world = a_world()
    match = a_match(world)

    def kinds(day):
        found = queries.deadlines(queries.sheet(world.project, day))
        return {one.kind for one in found.shown}

    assert Due.PROPOSAL in kinds(match.answer_by)
    assert Due.PROPOSAL not in kinds(match.answer_by + timedelta(days=1))


def test_the_number_of_statements_does_not_grow_with_the_visits(session):
    world = a_world()
    ref = world.project.ref

    def cost():
        db.session.expire_all()
        project = projects.by_ref(ref)
        with selects() as seen:
            sheet = queries.sheet(project, TODAY)
            queries.deadlines(sheet)
            queries.spans(project.id, OCTOBER)
            queries.named(project.id, OCTOBER)
            list(queries.listed(project.id, sheet.envelope.line_id))
        return len(seen)

    with at():
        few = cost()
        for number in range(4):
            a_visit(world, f"Firm {number}", State.AGREED)
        many = cost()

    assert few == many <= 14
