"""Group visits: one in Dresden that is over, one at Atelier Garonne that three visitors join and a
fourth asks to join.
"""

from collections.abc import Callable
from datetime import date, timedelta

from portal.cli.story import visits
from portal.cli.story.cast import actor
from portal.cli.story.stage import scene
from portal.cli.story.visits import AEROLINK, Visit
from portal.core.actors import SYSTEM
from portal.exchanges import operations as exchange_operations
from portal.exchanges import queries as exchanges
from portal.exchanges.groups import operations, queries
from portal.exchanges.rules import commitment
from portal.exchanges.states import Party
from portal.projects.models import Project
from portal.projects.queries import by_ref

HOST = "applicant"
#: Who comes, by whom, and how many nights after the Monday of the shared week.
_VISITORS = (
    ("graz", "alumna", 4, "Compare how panels are measured before they are glued."),
    ("tampere", "alumnus", 4, "See small series of light parts being made."),
    ("zagreb", "alumna", 3, "Find a workshop for the panels of a mountain rescue sledge."),
    ("brno", "alumnus", 4, "Learn how the workshop is certified for aircraft."),
)
_AGENDA = "Monday: the workshop, in two groups. Tuesday: measuring and gluing, hands on. Wednesday: suppliers of the region."


def perform(ref: str, today: date) -> None:
    """The host opens the group around the first exchange; the others are invited or ask."""
    project = by_ref(ref)
    first, second, third, fourth = (_start(project, today, *one) for one in _VISITORS)
    monday = exchanges.by_ref(first).first_on
    with scene(today - timedelta(days=9), 11):
        group = operations.open_group(
            exchanges.by_ref(first),
            title="Light panels, from drawing to flight",
            objectives="Show several clusters the same workshop once, and let them meet.",
            agenda=_AGENDA,
            first_on=monday,
            last_on=monday + timedelta(days=2),
            actor=actor(HOST),
        ).ref
    with scene(today - timedelta(days=8), 11):
        _take(operations.admit, group, first, "alumna")
        _take(operations.invite, group, second, HOST)
        _take(operations.apply, group, third, "alumna")
    with scene(today - timedelta(days=7), 11):
        _take(operations.admit, group, second, "alumnus")
        _take(operations.admit, group, third, HOST)
    with scene(today - timedelta(days=5), 11):
        operations.edit(
            queries.by_ref(group),
            title="Light panels, from drawing to flight",
            objectives="Show several clusters the same workshop once, and let them meet.",
            agenda=f"{_AGENDA} Each evening: half an hour to compare notes.",
            first_on=monday,
            last_on=monday + timedelta(days=2),
            actor=actor(HOST),
        )
    with scene(today - timedelta(days=3), 11):
        _take(operations.apply, group, fourth, "alumnus")
    with scene(today - timedelta(days=2), 11):
        exchange = exchanges.by_ref(first)
        exchange_operations.sign(
            exchange,
            party=Party.VISITOR,
            fingerprint=commitment.fingerprint(exchange.commitment),
            traveller_entitled=True,
            actor=actor("alumna"),
        )


def hold_in_dresden(refs: list[str], day: date) -> None:
    """The visits of one week to Dresden share a day there."""
    first, second = refs
    monday = exchanges.by_ref(first).first_on
    with scene(day, 11):
        group = operations.open_group(
            exchanges.by_ref(first),
            title="Measuring by light",
            objectives="Let two partnerships see the laboratory in one go, and meet.",
            agenda="Tuesday: the laboratory in the morning, both delegations at one table in the afternoon.",
            first_on=monday + timedelta(days=1),
            last_on=monday + timedelta(days=1),
            actor=actor("host"),
        ).ref
        _take(operations.invite, group, second, "host")
    with scene(day + timedelta(days=1), 11):
        _take(operations.admit, group, first, "alumna")
        _take(operations.admit, group, second, "alumnus")


def close_what_is_over(day: date) -> None:
    """The daily job closes the groups whose visits have all ended."""
    with scene(day, 4):
        operations.close(actor=SYSTEM)


def _start(
    project: Project, today: date, visitor: str, login: str, nights: int, objectives: str
) -> str:
    visit = Visit(
        visitor, login, "garonne", HOST, AEROLINK, "coordinator", AEROLINK, "coordinator", 10,
        "building", nights, objectives=objectives,
    )  # fmt: skip
    return visits.perform(visit, {AEROLINK: project}, today)


def _take(verb: Callable[..., object], group: str, exchange: str, login: str) -> None:
    verb(queries.by_ref(group), exchange=exchanges.by_ref(exchange), actor=actor(login))
