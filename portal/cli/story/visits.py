"""ClusterXchange visits in every state, each begun, signed, approved and reported by its own people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from portal.cli.story.cast import actor, organisation
from portal.cli.story.stage import monday, paper, scene
from portal.exchanges import operations, queries
from portal.exchanges.models import Exchange
from portal.exchanges.rules import commitment
from portal.exchanges.states import ActivityType, Party, Reporter
from portal.projects.models import Project

FRIDAY = 4


@dataclass(frozen=True)
class Visit:
    """One visit: who goes where, paid by whom, in which week from today, and how far it gets."""

    visitor: str
    visitor_login: str
    host: str
    host_login: str
    #: Short names of the paying and of the host's partnership, and their managers' logins.
    partnership: str
    manager: str
    host_partnership: str
    host_manager: str
    week: int
    reaches: str
    nights: int = FRIDAY
    #: Nights actually spent, when the stay was cut short.
    spent: int | None = None
    objectives: str = "Compare measuring methods on the line and prepare a joint offer."
    virtual: bool = False


AEROLINK, MEDTEXNET = "AEROLINK", "MEDTEXNET"
A, M = ("coordinator", AEROLINK), ("manager", MEDTEXNET)

VISITS = (
    Visit("minho", "firm4", "elbe", "host", M[1], M[0], A[1], A[0], -12, "paid",
          objectives="Test photonic quality control on technical textiles."),
    Visit("baltic", "firm7", "garonne", "applicant", A[1], A[0], A[1], A[0], -9, "paid", 3,
          objectives="Fit pressure sensors to composite parts made in Toulouse."),
    Visit("oulu", "lab", "athens", "manager", A[1], A[0], M[1], "manager2", -8, "validated",
          objectives="Bring the digital test bed of Oulu to the hub’s young firms."),
    Visit("cork", "firm5", "minho", "firm4", A[1], A[0], M[1], M[0], -7, "validated",
          objectives="Learn how recycled fibres are spun at industrial scale."),
    Visit("elbe", "host", "garonne", "applicant", A[1], A[0], A[1], A[0], -4, "reported",
          objectives="Inspect aircraft panels with a new optical head."),
    Visit("dacia", "firm2", "minho", "firm4", M[1], M[0], M[1], "manager2", -3, "returned", spent=1,
          objectives="Find a partner for smart work clothes."),
    Visit("trakia", "firm3", "oulu", "lab", M[1], M[0], A[1], A[0], -1, "agreed", 11,
          objectives="Programme a robot cell with open interfaces."),
    Visit("rade", "firm6", "elbe", "host", A[1], "coordinator2", A[1], "coordinator2", 4, "agreed",
          objectives="Prepare an underwater robot with a laser scanner."),
    Visit("saxony", "host", "torino", "manager2", A[1], A[0], M[1], M[0], 6, "approved",
          objectives="Plan a common training offer for the members of both clusters."),
    Visit("garonne", "applicant", "trakia", "firm3", A[1], A[0], M[1], M[0], 7, "signed",
          objectives="Automate the sanding of small composite parts."),
    Visit("tvt", "neptune", "athens", "manager", A[1], A[0], M[1], "manager2", 9, "building",
          objectives="Prepare a joint action on ports and blue growth."),
    Visit("scs", "scs", "plovdiv", "firm3", M[1], M[0], M[1], M[0], 5, "cancelled",
          objectives="Compare services for the members of both clusters."),
    Visit("athens", "manager", "saxony", "host", A[1], A[0], A[1], A[0], -10, "no_show",
          objectives="See how the cluster of Dresden runs its laboratories."),
    Visit("plovdiv", "firm3", "oulu", "lab", M[1], M[0], A[1], A[0], -11, "refused",
          objectives="Prepare a common proposal on mechatronics."),
)  # fmt: skip

#: The steps on the way, each reached by every visit that goes at least that far.
_WAY = ("signed", "approved", "agreed", "reported", "validated")
_STOPS = {
    "paid": "validated",
    "returned": "reported",
    "refused": "reported",
    "cancelled": "approved",
    "no_show": "agreed",
}


def perform(visit: Visit, projects: dict[str, Project], today: date) -> str:
    """Lead one visit to where the story leaves it; returns its reference."""
    return perform_together((visit,), projects, today)[0]


def perform_together(
    visits: Sequence[Visit],
    projects: dict[str, Project],
    today: date,
    before_signing: Callable[[list[str], date], None] | None = None,
) -> list[str]:
    """Lead visits of one week, each to where the story leaves it; returns their references.

    Each step is taken for all of them in one scene. `before_signing` is told what was begun and the
    day after: what is shared belongs to what is signed.
    """
    first = monday(visits[0].week, today)
    last = first + timedelta(days=max(visit.nights for visit in visits))
    begun = min(first - timedelta(days=40), today - timedelta(days=12))
    with scene(begun):
        refs = [_start(visit, projects, first).ref for visit in visits]
    if before_signing is not None:
        before_signing(refs, begun + timedelta(days=1))
    days = {
        "signed": begun + timedelta(days=3),
        "approved": begun + timedelta(days=6),
        "agreed": begun + timedelta(days=9),
        "reported": min(last + timedelta(days=6), today - timedelta(days=2)),
        "validated": min(last + timedelta(days=9), today - timedelta(days=1)),
    }
    known = list(zip(visits, refs, strict=True))
    for step in _WAY:
        going = [(visit, ref) for visit, ref in known if step in _steps(visit)]
        _together(_TAKE[step], going, days[step], 14)
    ending = [(visit, ref) for visit, ref in known if visit.reaches in _END]
    _together(_end, ending, min(last + timedelta(days=8), today - timedelta(days=1)), 16)
    return refs


def _together(
    take: Callable[[Visit, Exchange], None],
    known: Sequence[tuple[Visit, str]],
    day: date,
    hour: int,
) -> None:
    if not known:
        return
    with scene(day, hour):
        for visit, ref in known:
            take(visit, queries.by_ref(ref))


def _steps(visit: Visit) -> tuple[str, ...]:
    reached = _STOPS.get(visit.reaches, visit.reaches)
    return _WAY[: _WAY.index(reached) + 1] if reached in _WAY else ()


def _start(visit: Visit, projects: dict[str, Project], first: date) -> Exchange:
    last = first + timedelta(days=visit.nights)
    return operations.start(
        visitor=organisation(visit.visitor),
        host=organisation(visit.host),
        project=projects[visit.partnership],
        host_project=projects[visit.host_partnership],
        virtual=visit.virtual,
        departure_on=first - timedelta(days=1),
        first_on=first,
        last_on=last,
        return_on=last + timedelta(days=1),
        objectives=visit.objectives,
        activities=[ActivityType.SHARING_KNOWLEDGE, ActivityType.PROJECT_DEVELOPMENT],
        agenda="Monday: welcome and tour. Then work in pairs, with a review on the last day.",
        actor=actor(visit.visitor_login),
    )


def _sign(visit: Visit, exchange: Exchange) -> None:
    signatories = {
        Party.VISITOR: visit.visitor_login,
        Party.HOST: visit.host_login,
        Party.VISITOR_PARTNERSHIP: visit.manager,
        Party.HOST_PARTNERSHIP: visit.host_manager,
    }
    text = commitment.fingerprint(exchange.commitment)
    for party, login in signatories.items():
        if party is Party.HOST_PARTNERSHIP and exchange.one_partnership:
            continue
        operations.sign(
            queries.by_ref(exchange.ref),
            party=party,
            fingerprint=text,
            traveller_entitled=party is Party.VISITOR,
            actor=actor(login),
        )


def _approve(visit: Visit, exchange: Exchange) -> None:
    operations.approve(exchange, actor=actor(visit.manager))


def _agree(visit: Visit, exchange: Exchange) -> None:
    operations.accept_agreement(exchange, actor=actor(visit.visitor_login))
    operations.conclude(queries.by_ref(exchange.ref), actor=actor(visit.manager))


def _report(visit: Visit, exchange: Exchange) -> None:
    said: dict[str, Any] = {
        "first_on": exchange.first_on,
        "last_on": exchange.last_on
        if visit.spent is None
        else exchange.first_on + timedelta(days=visit.spent),
        "activities": "Four working sessions, two tours of the shop floor, one meeting with members.",
        "results": "A test plan, two contacts for a joint offer, and a list of open questions.",
        "follow_up": "A call in a month, and a visit in the other direction in spring.",
    }
    operations.report(
        exchange,
        side=Reporter.VISITOR,
        satisfaction=5,
        travel=_proof(
            "Boarding passes", ("Passenger", "as named in the report"), ("Flights", "out and back")
        ),
        presence=_proof("Attendance sheet", ("Signed by", "the host, for each day")),
        actor=actor(visit.visitor_login),
        **said,
    )
    operations.report(
        queries.by_ref(exchange.ref),
        side=Reporter.HOST,
        satisfaction=4,
        actor=actor(visit.host_login),
        **said,
    )


@cache
def _proof(title: str, *rows: tuple[str, str]) -> tuple[bytes, str]:
    return paper(title, *rows)


def _validate(visit: Visit, exchange: Exchange) -> None:
    operations.validate(
        exchange, first_on=exchange.first_on, last_on=exchange.last_on, actor=actor(visit.manager)
    )


def _send_back(visit: Visit, exchange: Exchange) -> None:
    reason = "The attendance sheet does not show the last day. Please ask the host to complete it."
    operations.send_back(exchange, reason=reason, actor=actor(visit.manager))


def _refuse(visit: Visit, exchange: Exchange) -> None:
    reason = "The evidence shows a trade fair in the same week and no day at the host."
    operations.refuse(exchange, reason=reason, actor=actor(visit.manager))


def _cancel(visit: Visit, exchange: Exchange) -> None:
    reason = "The host’s building is closed for works in that week."
    operations.cancel(exchange, reason=reason, actor=actor(visit.manager))


def _mark_no_show(visit: Visit, exchange: Exchange) -> None:
    reason = "The visitor fell ill on the eve of the journey and did not travel."
    operations.mark_no_show(exchange, reason=reason, actor=actor(visit.manager))


def _end(visit: Visit, exchange: Exchange) -> None:
    _END[visit.reaches](visit, exchange)


_TAKE = {
    "signed": _sign,
    "approved": _approve,
    "agreed": _agree,
    "reported": _report,
    "validated": _validate,
}
_END = {"returned": _send_back, "refused": _refuse, "cancelled": _cancel, "no_show": _mark_no_show}
