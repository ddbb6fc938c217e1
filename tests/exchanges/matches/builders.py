"""A visitor and a host that fit, and proposals between them."""

from datetime import date
from typing import Any

from portal.exchanges.matches import operations
from portal.exchanges.matches.models import Match
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.states import State as ProfileState
from portal.exchanges.rules.stay import Journey
from tests.exchanges.builders import DEPARTURE, FIRST, LAST, RETURN, World, at
from tests.exchanges.profiles.builders import a_profile

JOURNEY = Journey(DEPARTURE, FIRST, LAST, RETURN)
LATER = Journey(date(2026, 10, 18), date(2026, 10, 19), date(2026, 10, 23), date(2026, 10, 24))


def a_pair(world: World) -> tuple[Profile, Profile]:
    """The accepted profiles of the visitor and of the host."""
    accepted = ProfileState.ACCEPTED
    return a_profile(world, accepted), a_profile(world, accepted, who="host")


def a_match(world: World, *, by: str = "visitor", **changes: Any) -> Match:
    """A visit proposed by the visitor, or by somebody else."""
    visitor, host = changes.pop("pair", None) or a_pair(world)
    values = {"journey": JOURNEY, "actor": world.actor(by), **changes}
    with at():
        return operations.propose(visitor, host, **values)
