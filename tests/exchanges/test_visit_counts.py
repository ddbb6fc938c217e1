"""Where visits stand, as the database counts it: what the exchanges themselves say."""

from datetime import timedelta

import pytest

from portal.core.db import db
from portal.exchanges import operations, queries
from portal.exchanges.models import VisitCount, VisitWay
from portal.exchanges.states import State
from tests.exchanges.builders import FIRST, LAST, a_world, an_exchange, at
from tests.exchanges.partnerships.builders import a_visit


@pytest.mark.parametrize("state", list(State), ids=str)
def test_counts_follow_a_visit_to_every_state(session, state):
    world = a_world()

    an_exchange(world, state)

    assert queries.misplaced() == []
    kept = db.session.execute(
        db.select(VisitCount.state, VisitCount.first_on, VisitCount.last_on).where(
            VisitCount.visits > 0
        )
    ).all()
    assert [tuple(row) for row in kept] == [(state, FIRST, LAST)]


def test_counts_follow_other_days_and_a_shorter_stay(session):
    world = a_world()
    planned, spent = a_visit(world, "Planned", State.BUILDING), an_exchange(world, State.REPORTED)
    with at():
        operations.edit(
            planned,
            virtual=True,
            departure_on=planned.departure_on,
            first_on=planned.first_on,
            last_on=planned.last_on + timedelta(days=1),
            return_on=planned.return_on + timedelta(days=1),
            objectives="On screen",
            activities=["networking"],
            agenda="Monday",
            actor=world.actor("visitor"),
        )

    with at(LAST + timedelta(days=4)):
        operations.validate(
            spent,
            first_on=FIRST,
            last_on=LAST - timedelta(days=1),
            actor=world.actor("payer"),
        )

    assert queries.misplaced() == []
    held = db.session.scalars(db.select(VisitCount.cents).where(VisitCount.state == "validated"))
    assert held.all() == [39_000]


@pytest.mark.parametrize("side", ["visitor", "host"])
def test_ways_follow_an_organisation_that_moves(session, side):
    world = a_world()
    an_exchange(world, State.APPROVED)
    mover = getattr(world, side)

    mover.town, mover.latitude_e6 = "Elsewhere", mover.latitude_e6 + 1_000_000
    db.session.flush()

    assert queries.misplaced() == []
    column = VisitWay.from_town if side == "visitor" else VisitWay.to_town
    assert db.session.scalars(db.select(column).where(VisitWay.visits > 0)).all() == ["Elsewhere"]


def test_a_count_that_was_tampered_with_is_named(session):
    world = a_world()
    an_exchange(world, State.AGREED)
    agreed = VisitCount.state == State.AGREED, VisitWay.state == State.AGREED
    db.session.execute(db.update(VisitCount).where(agreed[0]).values(visits=7))
    db.session.execute(db.update(VisitWay).where(agreed[1]).values(to_latitude_e6=0))

    found = queries.misplaced()

    assert [(one.kept, one.recounted) for one in found] == [(7, 1), (1, 1)]
    assert "agreed" in found[0].counter
