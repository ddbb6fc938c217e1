"""The life of a grant agreement: from its preparation to its end.

Two people sign, one for the coordinator and one for the agency; the second signature leads to
"signed". That a signed project is running, or that its last day is past, follows from the clock and
is no state.
"""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a grant agreement stands."""

    PREPARATION = "preparation"
    SIGNED = "signed"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    TERMINATED = "terminated"


class Action(StrEnum):
    """What people do with a project; `close` is asked for by the room of reporting periods."""

    AWARD = "award"
    SIGN = "sign"
    SHIFT_BUDGET = "shift_budget"
    SUSPEND = "suspend"
    RESUME = "resume"
    TERMINATE = "terminate"
    CLOSE = "close"


class Instrument(StrEnum):
    """What an envelope hands to third parties."""

    EXCHANGE = "exchange"
    VOUCHER = "voucher"


class Side(StrEnum):
    """The two parties to a grant agreement."""

    COORDINATOR = "coordinator"
    AGENCY = "agency"


#: How a signed project is shown between its first and its last day.
RUNNING = Badge(p_("project", "Running"), "ok")
#: How a signed project is shown once its last day is past.
ENDED = Badge(p_("project", "Ended, to be closed"), "wait")

INSTRUMENT_LABELS: dict[Instrument, Text] = {
    Instrument.EXCHANGE: _("ClusterXchange lump sums"),
    Instrument.VOUCHER: _("Vouchers"),
}

SIDE_LABELS: dict[Side, Text] = {
    Side.COORDINATOR: _("For the coordinator"),
    Side.AGENCY: _("For the granting authority"),
}

LIFE: Life[State, Action] = Life(
    table={
        (State.PREPARATION, Action.SIGN): State.SIGNED,
        (State.PREPARATION, Action.TERMINATE): State.TERMINATED,
        (State.SIGNED, Action.SHIFT_BUDGET): State.SIGNED,
        (State.SIGNED, Action.SUSPEND): State.SUSPENDED,
        (State.SIGNED, Action.TERMINATE): State.TERMINATED,
        (State.SIGNED, Action.CLOSE): State.CLOSED,
        (State.SUSPENDED, Action.RESUME): State.SIGNED,
        (State.SUSPENDED, Action.TERMINATE): State.TERMINATED,
        (State.TERMINATED, Action.CLOSE): State.CLOSED,
    },
    badges={
        State.PREPARATION: Badge(p_("project", "Agreement in preparation"), "wait"),
        State.SIGNED: Badge(p_("project", "Signed"), "ok"),
        State.SUSPENDED: Badge(p_("project", "Suspended"), "no"),
        State.CLOSED: Badge(p_("project", "Closed"), "muted"),
        State.TERMINATED: Badge(p_("project", "Terminated"), "no"),
    },
    labels={
        Action.AWARD: _("Award the grant"),
        Action.SIGN: _("Sign the grant agreement"),
        Action.SHIFT_BUDGET: _("Move money between lines"),
        Action.SUSPEND: _("Suspend the project"),
        Action.RESUME: _("Resume the project"),
        Action.TERMINATE: _("Terminate the project"),
        Action.CLOSE: _("Close the project"),
    },
)
