"""Two people at the same instant, each in a process of their own."""

import pytest

from portal.core.db import db, transaction
from portal.exchanges import queries as exchanges
from portal.exchanges.groups import queries
from portal.exchanges.groups.states import HELD, Place
from portal.exchanges.rules import commitment
from tests.exchanges.builders import a_world, an_exchange
from tests.exchanges.groups.builders import a_group, a_group_of, another_visit
from tests.racing import race

RACER = "tests.exchanges.groups.racers:take"


def test_an_exchange_comes_into_one_of_two_groups(committed):
    with transaction():
        world = a_world()
        groups = [a_group(world, another_visit(world)).ref for _ in range(2)]
        mine, person = an_exchange(world).ref, world.people["visitor"].id

    outcomes = race(
        committed.url,
        RACER,
        [{"verb": "apply", "group": ref, "exchange": mine, "person_id": person} for ref in groups],
    )

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    loser = next(outcome for outcome in outcomes if not outcome.won)
    assert loser.kind in ("RuleBroken", "Stale")
    db.session.rollback()
    held = [one for ref in groups for one in queries.by_ref(ref).members if one.state in HELD]
    assert len([one for one in held if one.exchange.ref == mine]) == 1


@pytest.mark.parametrize("verbs", [("admit", "admit"), ("admit", "decline")])
def test_of_two_answers_about_a_place_one_counts(committed, verbs):
    with transaction():
        world = a_world()
        mine = an_exchange(world)
        group, ref = a_group(world, mine).ref, mine.ref
        person = world.people["visitor"].id

    outcomes = race(
        committed.url,
        RACER,
        [{"verb": verb, "group": group, "exchange": ref, "person_id": person} for verb in verbs],
    )

    assert sorted(outcome.won for outcome in outcomes) == [False, True], outcomes
    db.session.rollback()
    (place,) = queries.by_ref(group).members
    taken = place.state is Place.JOINED
    assert taken or place.state is Place.DECLINED
    assert (exchanges.by_ref(ref).programme is not None) is taken


@pytest.mark.parametrize("verb", ["edit", "leave"])
def test_nobody_signs_a_programme_that_changes_or_goes_at_that_instant(committed, verb):
    with transaction():
        world = a_world()
        group, (mine, _other) = a_group_of(world)
        group, ref, host = group.ref, mine.ref, world.people["host"].id

    outcomes = race(
        committed.url,
        RACER,
        [
            {"verb": verb, "group": group, "exchange": ref, "person_id": host},
            {"verb": "sign", "exchange": ref, "person_id": host},
        ],
    )

    assert any(outcome.won for outcome in outcomes), outcomes
    db.session.rollback()
    found = exchanges.by_ref(ref)
    now = commitment.fingerprint(found.commitment)
    assert all(one.fingerprint == now for one in found.signatures)
    member = queries.by_ref(group).place_of(found.id)
    programme = queries.by_ref(group).programme
    assert found.programme == (programme if member else None)
