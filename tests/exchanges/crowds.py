"""Many officers at one queue: the scene, and what must hold whoever comes first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.db import db
from portal.exchanges.models import Exchange
from portal.exchanges.states import Klass, State
from tests.exchanges.builders import World, a_file, a_world, aim
from tests.exchanges.surroundings import an_organisation
from tests.racing import race

#: What one visit of the scene costs, in cents.
COST = 78_000
#: The partnership aims at so many: four with SMEs, two by others, room for two internal ones.
TARGET = 8
#: The queue: what serves the minima, and three times as many internal files as there is room for.
FILES = ((Klass.SME, 4), (Klass.OTHER, 2), (Klass.INTERNAL, 6))
ROOM_FOR_INTERNAL = 2
#: How many at once start the one visit of the same organisation.
VISITS_STARTED = 3


@dataclass(frozen=True)
class Crowd:
    """The scene and what each process is to do in it."""

    world: World
    visitor: str
    #: How many lump sums the envelope pays: one less than the quota lets through.
    paid_for: int
    given: list[dict[str, Any]]


def a_crowd(officers: int) -> Crowd:
    """A queue and `officers` processes: three start one visit, the others approve, several at the
    same file when there are more of them than files.
    """
    whole = [klass for klass, number in FILES for _ in range(number)]
    approving = officers - VISITS_STARTED
    taken = [(number * 5) % len(whole) for number in range(approving)]
    internal = sum(whole[place] is Klass.INTERNAL for place in set(taken))
    paid_for = len(set(taken)) - max(0, internal - ROOM_FOR_INTERNAL) - 1
    world = a_world(envelope_cents=paid_for * COST)
    aim(world, TARGET)
    refs = {place: a_file(world, whole[place]).ref for place in sorted(set(taken))}
    once = an_organisation("Only once", people=(world.people["visitor"],))
    manager, visitor = world.people["payer"].id, world.people["visitor"].id
    given: list[dict[str, Any]] = [{"ref": refs[place], "person_id": manager} for place in taken]
    given += [
        {
            "visitor": once.ref,
            "host": world.host.ref,
            "project": world.project.ref,
            "person_id": visitor,
        }
    ] * VISITS_STARTED
    return Crowd(world, once.ref, paid_for, given)


def rush(url: str, given: Sequence[dict[str, Any]]) -> Counter[str]:
    """Let one process for each set of arguments go at the same moment; how often each outcome
    came, "" being success.
    """
    outcomes = race(url, "tests.exchanges.racers:queue", given)
    return Counter(outcome.kind for outcome in outcomes)


def approved_classes(project_id: int) -> list[Klass]:
    """The class of every exchange the partnership has approved."""
    query = db.select(Exchange.klass).where(Exchange.project_id == project_id)
    return list(db.session.scalars(query.where(Exchange.state == State.APPROVED)))


def visits_of(crowd: Crowd) -> int:
    """How many visits the organisation that may make one has."""
    wanted = Exchange.visitor.has(ref=crowd.visitor)
    return db.session.query(Exchange).filter(wanted).count()


def wrongs(crowd: Crowd, *, approved: list[Klass], available: int, visits: int) -> list[str]:
    """What does not hold after the race; empty when everything does."""
    internal = approved.count(Klass.INTERNAL)
    checks = {
        f"{len(approved)} approved, {crowd.paid_for} paid for": len(approved) == crowd.paid_for,
        f"{internal} internal, room for {ROOM_FOR_INTERNAL}": internal <= ROOM_FOR_INTERNAL,
        f"{available} cents left": available == 0,
        f"{visits} visits of {crowd.visitor}": visits == 1,
    }
    return [words for words, holds in checks.items() if not holds]
