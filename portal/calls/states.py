"""The life of a call, its kinds, and what the clock makes of a published one."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a call stands; forecast, open and closed are no states but follow from the clock."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    DECIDED = "decided"
    INFORMED = "informed"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What people do with a call; `decide`, `inform` and `conclude` come from rooms above."""

    DRAFT = "draft"
    EDIT = "edit"
    CLONE = "clone"
    PUBLISH = "publish"
    CORRECT = "correct"
    DECIDE = "decide"
    INFORM = "inform"
    CONCLUDE = "conclude"
    CANCEL = "cancel"


class Phase(StrEnum):
    """What the clock says of a call's window, both ends included to the second."""

    FORECAST = "forecast"
    OPEN = "open"
    CLOSED = "closed"


class CallKind(StrEnum):
    """What a call is for."""

    PARTNERSHIP = "partnership"
    INNOVATION = "innovation"
    VOUCHER = "voucher"


#: States in which the world may know of the call.
PUBLIC_STATES = frozenset(
    {State.PUBLISHED, State.DECIDED, State.INFORMED, State.CONCLUDED, State.CANCELLED}
)

KIND_LABELS: dict[CallKind, Text] = {
    CallKind.PARTNERSHIP: _("Cluster partnership"),
    CallKind.INNOVATION: _("Innovation project"),
    CallKind.VOUCHER: _("Innovation vouchers"),
}

PHASE_BADGES: dict[Phase, Badge] = {
    Phase.FORECAST: Badge(p_("call", "Forecast"), "muted"),
    Phase.OPEN: Badge(p_("call", "Open"), "ok"),
    Phase.CLOSED: Badge(p_("call", "Closed"), "info"),
}

LIFE: Life[State, Action] = Life(
    table={
        (State.DRAFTED, Action.PUBLISH): State.PUBLISHED,
        (State.DRAFTED, Action.EDIT): State.DRAFTED,
        (State.DRAFTED, Action.CLONE): State.DRAFTED,
        (State.DRAFTED, Action.CANCEL): State.CANCELLED,
        (State.PUBLISHED, Action.DECIDE): State.DECIDED,
        (State.PUBLISHED, Action.CORRECT): State.PUBLISHED,
        (State.PUBLISHED, Action.CLONE): State.PUBLISHED,
        (State.PUBLISHED, Action.CANCEL): State.CANCELLED,
        (State.DECIDED, Action.INFORM): State.INFORMED,
        (State.DECIDED, Action.CLONE): State.DECIDED,
        (State.INFORMED, Action.CLONE): State.INFORMED,
        (State.INFORMED, Action.CONCLUDE): State.CONCLUDED,
        (State.CONCLUDED, Action.CLONE): State.CONCLUDED,
        (State.CANCELLED, Action.CLONE): State.CANCELLED,
    },
    badges={
        State.DRAFTED: Badge(p_("call", "Draft"), "muted"),
        State.PUBLISHED: Badge(p_("call", "Published"), "info"),
        State.DECIDED: Badge(p_("call", "Decided"), "info"),
        State.INFORMED: Badge(p_("call", "Applicants informed"), "ok"),
        State.CONCLUDED: Badge(p_("call", "Concluded"), "muted"),
        State.CANCELLED: Badge(p_("call", "Cancelled"), "no"),
    },
    labels={
        Action.DRAFT: _("Draft a call"),
        Action.EDIT: p_("call", "Edit the draft"),
        Action.CLONE: _("Copy as a new draft"),
        Action.PUBLISH: _("Publish the call"),
        Action.CORRECT: _("Publish a corrigendum"),
        Action.DECIDE: _("Close the lists and decide"),
        Action.INFORM: _("Inform the applicants"),
        Action.CONCLUDE: _("Conclude the call"),
        Action.CANCEL: _("Cancel the call"),
    },
)
