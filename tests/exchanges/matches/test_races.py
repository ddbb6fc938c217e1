"""Two people at the same instant, each in a process of their own."""

from portal.core.db import db, transaction
from portal.exchanges.matches import queries
from portal.exchanges.matches.states import State
from portal.exchanges.models import Exchange
from tests.exchanges.builders import a_world
from tests.exchanges.matches.builders import a_match
from tests.racing import race


def test_of_two_opposite_answers_at_the_same_instant_exactly_one_counts(committed):
    with transaction():
        world = a_world()
        match, host = a_match(world).ref, world.people["host"].id
    verbs = ("accept", "decline")

    outcomes = race(
        committed.url,
        "tests.exchanges.matches.racers:answer",
        [{"ref": match, "person_id": host, "verb": verb} for verb in verbs],
    )

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    loser = next(outcome for outcome in outcomes if not outcome.won)
    assert loser.kind in ("IllegalStep", "Stale")
    db.session.rollback()
    kept = queries.by_ref(match)
    accepted = next(o for o, verb in zip(outcomes, verbs, strict=True) if verb == "accept").won
    assert kept.state is (State.CONFIRMED if accepted else State.DECLINED)
    assert (kept.exchange is not None) is accepted
    assert len(db.session.scalars(db.select(Exchange.id)).all()) == int(accepted)


def test_both_sides_agree_at_the_same_instant_to_what_a_partnership_proposed(committed):
    with transaction():
        world = a_world()
        match = a_match(world, by="payer").ref
        people = {part: world.people[part].id for part in ("visitor", "host")}

    outcomes = race(
        committed.url,
        "tests.exchanges.matches.racers:answer",
        [
            {"ref": match, "person_id": person, "verb": "accept", "part": part}
            for part, person in people.items()
        ],
    )

    db.session.rollback()
    kept = queries.by_ref(match)
    both = all(outcome.won for outcome in outcomes)
    assert (kept.state is State.CONFIRMED) is both
    assert len(db.session.scalars(db.select(Exchange.id)).all()) == int(both)
