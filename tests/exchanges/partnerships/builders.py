"""A partnership with visits in every stage of their life, between towns that are known."""

from dataclasses import dataclass
from typing import Any

from portal.exchanges.models import Exchange
from portal.exchanges.states import State
from portal.partners.models import Organisation
from portal.partners.states import OrganisationKind
from tests.exchanges.builders import World, a_world, an_exchange
from tests.exchanges.surroundings import LILLE, an_organisation

LYON = (45_764_000, 4_835_700)
FUNCHAL = (32_666_900, -16_924_100)


@dataclass
class Scene:
    """The world, and the visits in it by state."""

    world: World
    visits: dict[State, Exchange]


def a_visitor(world: World, name: str, *, town: str = "Lille", place=LILLE) -> Organisation:
    """Another small firm that may travel, spoken for by the visitor's person."""
    return an_organisation(name, people=(world.people["visitor"],), town=town, place=place)


def a_visit(world: World, name: str, state: State = State.APPROVED, **changes: Any) -> Exchange:
    """A visit of a firm of its own, brought to a state."""
    seat = {key: changes.pop(key) for key in ("town", "place") if key in changes}
    return an_exchange(world, state, visitor=a_visitor(world, name, **seat), **changes)


def a_scene() -> Scene:
    """One visit in each of these states."""
    world = a_world()
    states = (State.SIGNED, State.APPROVED, State.AGREED, State.VALIDATED, State.CANCELLED)
    return Scene(world, {state: a_visit(world, f"Firm {state}", state) for state in states})


def a_host(world: World, name: str, *, town: str, place, country: str = "PT") -> Organisation:
    """Another cluster that receives, spoken for by the host's person."""
    return an_organisation(
        name,
        OrganisationKind.CLUSTER,
        country,
        place=place,
        town=town,
        people=(world.people["host"],),
    )
