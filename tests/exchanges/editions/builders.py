"""Drafts of editions around the story of exchanges."""

from dataclasses import replace
from datetime import date
from typing import Any

from portal.core.actors import Role
from portal.exchanges import queries as exchanges
from portal.exchanges.editions import operations
from portal.exchanges.editions.models import EditionDraft
from portal.exchanges.editions.rules.draft import Proposed
from tests.exchanges.builders import World, a_world, at
from tests.exchanges.surroundings import TODAY, a_person

#: The first day of the next edition, after the visit of the story has been agreed.
BEGINS = date(2026, 10, 1)


def a_world_with_two_officers() -> World:
    """The world of exchanges, and a second officer who publishes what the first drafted."""
    world = a_world()
    with at():
        world.people["deputy"] = a_person("Dora Deputy", roles=(Role.OFFICER,))
    return world


def proposed(
    *, valid_from: date = BEGINS, ceilings: dict[str, int] | None = None, **changes: Any
) -> Proposed:
    """The terms in force under a new code, with what is to be otherwise."""
    now = exchanges.scheme_on(TODAY).terms
    terms = replace(now, **{"edition": "CXC-NEXT", **changes})
    return Proposed(
        terms, "ClusterXchange, next", "ClusterXchange, suite", valid_from, ceilings or {}
    )


def a_draft(world: World, **changes: Any) -> EditionDraft:
    """A draft by the officer."""
    with at():
        return operations.draft(
            proposed(**changes), note="Half the money.", actor=world.actor("officer")
        )


def published(world: World, draft: EditionDraft, day: date = TODAY) -> EditionDraft:
    """The draft, published by the other officer on a day."""
    with at(day):
        return operations.publish(
            draft,
            first_on=date(2026, 1, 1),
            last_on=date(2026, 12, 31),
            actor=world.actor("deputy"),
        )
