"""The life of a bank account."""

from enum import StrEnum

from portal.core.i18n import _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Whether money may go to the account."""

    PROPOSED = "proposed"
    VALIDATED = "validated"
    FROZEN = "frozen"
    RETIRED = "retired"


class Action(StrEnum):
    """What people do with an account."""

    PROPOSE = "propose"
    VALIDATE = "validate"
    LIFT = "lift"
    FREEZE = "freeze"
    RETIRE = "retire"


class Hold(StrEnum):
    """Why no payment to an account is signed or sent for now; derived, never stored."""

    #: Not validated, frozen or retired.
    INVALID = "invalid"
    #: Another account is proposed for the organisation.
    CHANGING = "changing"
    #: A replacement account in its waiting period.
    WAITING = "waiting"


LIFE: Life[State, Action] = Life(
    table={
        (State.PROPOSED, Action.VALIDATE): State.VALIDATED,
        (State.FROZEN, Action.VALIDATE): State.VALIDATED,
        (State.VALIDATED, Action.LIFT): State.VALIDATED,
        (State.VALIDATED, Action.FREEZE): State.FROZEN,
        (State.PROPOSED, Action.RETIRE): State.RETIRED,
        (State.VALIDATED, Action.RETIRE): State.RETIRED,
        (State.FROZEN, Action.RETIRE): State.RETIRED,
    },
    badges={
        State.PROPOSED: Badge(p_("bank account", "Waiting for validation"), "wait"),
        State.VALIDATED: Badge(p_("bank account", "Validated"), "ok"),
        State.FROZEN: Badge(p_("bank account", "Frozen"), "no"),
        State.RETIRED: Badge(p_("bank account", "Retired"), "muted"),
    },
    labels={
        Action.PROPOSE: _("Propose a bank account"),
        Action.VALIDATE: _("Validate the account"),
        Action.LIFT: _("Lift the waiting period"),
        Action.FREEZE: _("Freeze the account"),
        Action.RETIRE: _("Retire the account"),
    },
)
