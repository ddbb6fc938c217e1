"""The life of one voucher: offered, signed, and over.

Two people sign, one for the holder and one for the project; the second signature leads to "signed".
That a signed voucher is running follows from the clock and is no state.
"""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a voucher stands."""

    OFFERED = "offered"
    SIGNED = "signed"
    CLOSED = "closed"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What people do with vouchers; `close` follows from the last accepted milestone."""

    DEFINE_INSTRUMENT = "define_instrument"
    AWARD = "award"
    SIGN = "sign"
    WITHDRAW = "withdraw"
    TERMINATE = "terminate"
    CLOSE = "close"


class AmountMode(StrEnum):
    """How the amount of a voucher is set (domain 3.4)."""

    FIXED = "fixed"
    UP_TO = "up_to"
    RANGE = "range"


class Trigger(StrEnum):
    """What earns an instalment."""

    START = "start"
    INTERIM = "interim"
    FINAL = "final"


class Side(StrEnum):
    """The two parties to a sub-grant agreement."""

    HOLDER = "holder"
    PROJECT = "project"


#: How a signed voucher is shown from its first day on.
RUNNING = Badge(p_("voucher", "Running"), "info")

AMOUNT_MODE_LABELS: dict[AmountMode, Text] = {
    AmountMode.FIXED: _("Fixed lump sum"),
    AmountMode.UP_TO: _("Up to a maximum"),
    AmountMode.RANGE: _("Between a minimum and a maximum"),
}

TRIGGER_LABELS: dict[Trigger, Text] = {
    Trigger.START: _("Work plan and start of the work"),
    Trigger.INTERIM: _("Interim report"),
    Trigger.FINAL: _("Final report and results"),
}

SIDE_LABELS: dict[Side, Text] = {
    Side.HOLDER: _("For the holder of the voucher"),
    Side.PROJECT: _("For the project"),
}

LIFE: Life[State, Action] = Life(
    table={
        (State.OFFERED, Action.SIGN): State.SIGNED,
        (State.OFFERED, Action.WITHDRAW): State.WITHDRAWN,
        (State.SIGNED, Action.TERMINATE): State.TERMINATED,
        (State.SIGNED, Action.CLOSE): State.CLOSED,
    },
    badges={
        State.OFFERED: Badge(p_("voucher", "Offered, to be signed"), "wait"),
        State.SIGNED: Badge(p_("voucher", "Signed"), "ok"),
        State.CLOSED: Badge(p_("voucher", "Closed"), "muted"),
        State.TERMINATED: Badge(p_("voucher", "Terminated"), "no"),
        State.WITHDRAWN: Badge(p_("voucher", "Withdrawn"), "muted"),
    },
    labels={
        Action.DEFINE_INSTRUMENT: _("Define an instrument"),
        Action.AWARD: _("Award a voucher"),
        Action.SIGN: _("Sign the sub-grant agreement"),
        Action.WITHDRAW: _("Withdraw the offer"),
        Action.TERMINATE: _("Terminate the voucher"),
        Action.CLOSE: _("Close the voucher"),
    },
)
