"""Two officers at the same instant: a cap is never passed, and the loser reads what is left."""

from typing import Any

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db, transaction
from portal.ledger import queries as ledger
from portal.partners.models import Membership
from portal.vouchers import queries
from tests.projects.builders import a_person_with
from tests.racing import race
from tests.vouchers.builders import Scene, a_scene

AWARD = "tests.vouchers.racers:award"


def a_scene_without_mail() -> tuple[Scene, dict[str, Any]]:
    """A firm nobody speaks for any more, and what both officers ask with."""
    with transaction():
        scene = a_scene()
        for membership in db.session.query(Membership).filter_by(organisation_id=scene.firm.id):
            membership.valid_to, membership.ended_at = clock.today(), clock.now()
        common = {
            "project": scene.project.ref,
            "holder": scene.firm.ref,
            "starts_on": clock.today().isoformat(),
        }
    return scene, common


def two_officers() -> list[int]:
    with transaction():
        return [a_person_with(Role.OFFICER).id for _ in range(2)]


def standing(scene: Scene) -> queries.CapStanding:
    db.session.rollback()
    return queries.cap_standing(scene.project.id, scene.firm.id, clock.today())


def test_of_40_000_and_30_000_at_the_same_instant_one_succeeds(committed):
    scene, common = a_scene_without_mail()
    asked = [
        common | {"officer": officer, "cents": cents}
        for officer, cents in zip(two_officers(), (4_000_000, 3_000_000), strict=True)
    ]

    outcomes = race(committed.url, AWARD, asked)

    (winner,) = [given["cents"] for given, one in zip(asked, outcomes, strict=True) if one.won]
    (loser,) = [one for one in outcomes if not one.won]
    left = {4_000_000: "€20,000.00", 3_000_000: "€30,000.00"}[winner]
    assert loser.kind == "RuleBroken"
    assert f"at most {left} is left" in loser.words
    assert standing(scene).used_cents == winner
    assert queries.cap_mismatches() == []
    assert ledger.mismatches() == []


def test_the_last_euro_of_a_cap_is_awarded_once(committed):
    scene, common = a_scene_without_mail()
    first, second = two_officers()
    (done,) = race(committed.url, AWARD, [common | {"officer": first, "cents": 5_900_000}])
    assert done.won
    asked = [common | {"officer": officer, "cents": 100_000} for officer in (first, second)]

    outcomes = race(committed.url, AWARD, asked)

    assert sorted(one.won for one in outcomes) == [False, True]
    assert standing(scene).left_cents == 0
    assert queries.cap_mismatches() == []


def test_both_succeed_when_there_is_room_for_both(committed):
    scene, common = a_scene_without_mail()
    asked = [common | {"officer": officer, "cents": 3_000_000} for officer in two_officers()]

    outcomes = race(committed.url, AWARD, asked)

    assert [one.won for one in outcomes] == [True, True]
    assert standing(scene).left_cents == 0
    assert ledger.mismatches() == []
