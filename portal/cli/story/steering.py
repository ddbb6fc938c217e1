"""Two partnerships near the limits of their quotas: one that steers, one that needed an override."""

from datetime import date, timedelta

from portal.cli.story.cast import actor
from portal.cli.story.stage import scene
from portal.cli.story.visits import AEROLINK, MEDTEXNET, Visit, perform
from portal.exchanges import operations, queries
from portal.projects.models import Project

#: What each partnership still means to pay for, and who laid it down.
_TARGETS = {AEROLINK: (10, "coordinator"), MEDTEXNET: (6, "manager")}

_INTERNAL = Visit(
    "torino", "manager2", "saxony", "host", MEDTEXNET, "manager", AEROLINK, "coordinator", 6, "approved",
    objectives="Agree on one catalogue of services for the members of both clusters.",
)  # fmt: skip
_OVERRIDDEN = Visit(
    "scs", "scs", "torino", "manager2", MEDTEXNET, "manager", MEDTEXNET, "manager", 7, "signed",
    objectives="Prepare the common training offer that both strategies announce.",
)  # fmt: skip
_PROPOSED = Visit(
    "plovdiv", "firm3", "torino", "manager2", MEDTEXNET, "manager", MEDTEXNET, "manager", 8, "signed",
    objectives="Compare how both clusters advise young firms.",
)  # fmt: skip
_WAITING = (
    Visit("aerospace", "coordinator2", "plovdiv", "firm3", AEROLINK, "coordinator", AEROLINK, "coordinator", 8, "signed",
          objectives="Prepare a common test bed for robots in aircraft plants."),
    Visit("athens", "manager", "saxony", "host", AEROLINK, "coordinator", AEROLINK, "coordinator", 9, "signed",
          objectives="See how the cluster of Dresden runs its laboratories, at a second attempt."),
)  # fmt: skip


def steer(partnerships: dict[str, Project], today: date) -> None:
    """Lower the targets, fill the room for internal visits, and let two people override it once."""
    with scene(today - timedelta(days=11), 9):
        for name, (target, login) in _TARGETS.items():
            operations.set_terms(
                partnerships[name],
                amount_cents=None,
                shortest_days=None,
                target=target,
                valid_from=today - timedelta(days=11),
                actor=actor(login),
            )
    for visit in (*_WAITING, _INTERNAL):
        perform(visit, partnerships, today)
    ref = perform(_OVERRIDDEN, partnerships, today)
    _propose(
        ref,
        "Both strategies announce this training offer; the Commission has asked for it by name.",
        today - timedelta(days=5),
    )
    with scene(today - timedelta(days=4), 11):
        note = "Agreed, once: the next visits of MEDTEXNET go to other participants."
        operations.grant_override(queries.by_ref(ref), note=note, actor=actor("officer"))
    with scene(today - timedelta(days=3), 15):
        operations.approve(queries.by_ref(ref), actor=actor("manager"))
    ref = perform(_PROPOSED, partnerships, today)
    _propose(
        ref,
        "The advice to young firms is a deliverable of the partnership, due in spring.",
        today - timedelta(days=1),
    )


def _propose(ref: str, reason: str, day: date) -> None:
    with scene(day, 10):
        operations.propose_override(queries.by_ref(ref), reason=reason, actor=actor("manager"))
