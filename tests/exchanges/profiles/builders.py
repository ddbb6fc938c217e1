"""Profiles around the small programme of `tests/exchanges/builders.py`, valid by default."""

from datetime import date
from typing import Any

from portal.exchanges.profiles import operations
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.rules import Answers, Period
from portal.exchanges.profiles.states import ActivityType, Objective, State, WishKind
from portal.partners.models import Organisation
from tests.exchanges.builders import World, at
from tests.exchanges.surroundings import PDF

WEEKS = Period(date(2026, 10, 5), date(2026, 10, 30))
WISHES = {
    WishKind.SECTOR: ("ecosystem-textile",),
    WishKind.OBJECTIVE: (Objective.NETWORKING.value,),
    WishKind.ACTIVITY: (ActivityType.NETWORKING.value,),
    WishKind.LANGUAGE: ("en",),
}


def some_answers(*, visits: bool = True, hosts: bool = False, **changes: Any) -> Answers:
    """What a complete profile says."""
    wishes = {**WISHES, **changes.pop("wishes", {})}
    values = {"motivation": "Find a weaver.", "periods": (WEEKS,), **changes}
    return Answers(visits=visits, hosts=hosts, wishes=wishes, **values)


def a_profile(
    world: World,
    state: State = State.DRAFT,
    *,
    who: str = "visitor",
    organisation: Organisation | None = None,
    manager: str | None = None,
    **changes: Any,
) -> Profile:
    """A profile of the visitor (or of the host, `who="host"`) brought to a state."""
    hosting = who == "host"
    owner = organisation or (world.host if hosting else world.visitor)
    project = world.host_project if hosting else world.project
    answers = some_answers(**{"visits": not hosting, "hosts": hosting, **changes})
    actor, answering = (
        world.actor(who),
        world.actor(manager or ("receiver" if hosting else "payer")),
    )
    with at():
        found = operations.start(owner, answers, cv=(PDF, "cv.pdf"), actor=actor)
        if state is State.DRAFT:
            return found
        operations.submit(found, project=project, actor=actor)
        if state is State.RETURNED:
            operations.send_back(found, reason="Say more", actor=answering)
        if state is State.REJECTED:
            operations.reject(found, reason="Elsewhere", actor=answering)
        if state in (State.ACCEPTED, State.SUSPENDED):
            operations.accept(found, actor=answering)
        if state is State.SUSPENDED:
            operations.suspend(found, reason="For now", actor=answering)
        if state is State.WITHDRAWN:
            operations.withdraw(found, actor=actor)
    assert found.state is state
    return found
