"""Several exchanges to one host on the days of the story, and a group of them."""

import itertools
from datetime import date
from typing import Any

from portal.exchanges import queries as exchanges
from portal.exchanges.groups import operations, queries
from portal.exchanges.groups.models import GroupVisit
from portal.exchanges.models import Exchange
from tests.exchanges.builders import World, an_exchange, at
from tests.exchanges.surroundings import an_organisation

FIRST, LAST = date(2026, 10, 13), date(2026, 10, 14)
_numbers = itertools.count(1)


def a_programme(**changes: Any) -> dict[str, Any]:
    """What a host writes about the days."""
    values = {
        "title": "Two days at the mill",
        "objectives": "See recycled yarn being made.",
        "agenda": "Tuesday: the mill. Wednesday: the dyers.",
        "first_on": FIRST,
        "last_on": LAST,
    }
    return {**values, **changes}


def another_visit(world: World, **changes: Any) -> Exchange:
    """An exchange of a visitor of its own, to the same host on the same days, being built."""
    if "visitor" not in changes:
        name = f"Visitor {next(_numbers)}"
        changes["visitor"] = an_organisation(name, people=(world.people["visitor"],))
    return an_exchange(world, **changes)


def a_group(world: World, exchange: Exchange | None = None, **changes: Any) -> GroupVisit:
    """A group the host has opened around an exchange; its visitor is invited."""
    with at():
        first = exchange or an_exchange(world)
        return operations.open_group(first, actor=world.actor("host"), **a_programme(**changes))


def joined(world: World, group: GroupVisit, exchange: Exchange) -> Exchange:
    """Let an exchange take part: invited by the host unless it has a place, accepted by the
    visitor.
    """
    with at():
        group = queries.by_ref(group.ref)
        if group.place_of(exchange.id) is None:
            group = operations.invite(group, exchange=exchange, actor=world.actor("host"))
        operations.admit(group, exchange=exchange, actor=world.actor("visitor"))
    return exchanges.by_ref(exchange.ref)


def a_group_of(world: World, count: int = 2) -> tuple[GroupVisit, list[Exchange]]:
    """A group in which so many exchanges take part."""
    first = an_exchange(world)
    group = a_group(world, first)
    visits = [first, *(another_visit(world) for _ in range(count - 1))]
    return group, [joined(world, group, one) for one in visits]
