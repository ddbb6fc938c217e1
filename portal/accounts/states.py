"""The life of an account."""

from enum import StrEnum

from portal.core.i18n import _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where an account stands."""

    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class Action(StrEnum):
    """What can happen to an account."""

    ACTIVATE = "activate"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


LIFE: Life[State, Action] = Life(
    table={
        (State.INVITED, Action.ACTIVATE): State.ACTIVE,
        (State.ACTIVE, Action.SUSPEND): State.SUSPENDED,
        (State.INVITED, Action.SUSPEND): State.SUSPENDED,
        (State.SUSPENDED, Action.REINSTATE): State.ACTIVE,
    },
    badges={
        State.INVITED: Badge(p_("account", "Invited"), "wait"),
        State.ACTIVE: Badge(p_("account", "Active"), "ok"),
        State.SUSPENDED: Badge(p_("account", "Suspended"), "no"),
    },
    labels={
        Action.ACTIVATE: _("Activate the account"),
        Action.SUSPEND: _("Suspend the account"),
        Action.REINSTATE: _("Reinstate the account"),
    },
)
