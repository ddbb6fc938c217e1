"""Two people at the same instant, each in a process of their own."""

import pytest

from portal.core.actors import Role
from portal.core.db import db, transaction
from portal.exchanges.models import HostCeiling, Scheme
from tests.exchanges.builders import at
from tests.exchanges.editions.builders import a_draft, a_world_with_two_officers
from tests.exchanges.surroundings import a_person
from tests.racing import race


@pytest.mark.parametrize("drafts", [1, 2])
def test_of_two_publications_at_the_same_instant_exactly_one_is_in_force(committed, drafts):
    """Of one draft by two officers, and of two drafts that begin on the same day."""
    with transaction():
        world = a_world_with_two_officers()
        with at():
            third = a_person("Theo Third", roles=(Role.OFFICER,))
        people = [world.people["deputy"].id, third.id]
        codes = ["CXC-NEXT", "CXC-OTHER"][:drafts]
        refs = [a_draft(world, edition=code, ceilings={"ES": 90_000}).ref for code in codes]

    outcomes = race(
        committed.url,
        "tests.exchanges.editions.racers:publish",
        [
            {"ref": ref, "person_id": person}
            for ref, person in zip((refs * 2)[:2], people, strict=True)
        ],
    )

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    loser = next(outcome for outcome in outcomes if not outcome.won)
    assert loser.kind in ("IllegalStep", "RuleBroken", "Stale")
    db.session.rollback()
    assert len(db.session.scalars(db.select(Scheme.id)).all()) == 2
    spain = db.select(HostCeiling.id).where(HostCeiling.country == "ES")
    assert len(db.session.scalars(spain).all()) == 2
