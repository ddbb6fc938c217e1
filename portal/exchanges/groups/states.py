"""The life of a group, and the places of exchanges in it."""

from enum import StrEnum

from portal.core.i18n import _, p_
from portal.core.states import Badge, Life
from portal.exchanges.states import State as ExchangeState


class State(StrEnum):
    """Where a group stands."""

    OPEN = "open"
    CLOSED = "closed"


class Action(StrEnum):
    """What people do with a group, and the daily job when all its visits have ended."""

    OPEN_GROUP = "open_group"
    EDIT = "edit"
    INVITE = "invite"
    APPLY = "apply"
    ADMIT = "admit"
    DECLINE = "decline"
    LEAVE = "leave"
    CLOSE = "close"


class Place(StrEnum):
    """What an exchange is to a group."""

    APPLIED = "applied"
    INVITED = "invited"
    JOINED = "joined"
    DECLINED = "declined"
    LEFT = "left"


#: Places in which an exchange takes part in the group, or may still do so.
HELD = (Place.APPLIED, Place.INVITED, Place.JOINED)
#: States in which nothing more happens to a visit.
ENDED = (
    ExchangeState.VALIDATED,
    ExchangeState.REFUSED,
    ExchangeState.CANCELLED,
    ExchangeState.NO_SHOW,
)

PLACE_BADGES: dict[Place, Badge] = {
    Place.APPLIED: Badge(p_("group visit", "Asks to join"), "wait"),
    Place.INVITED: Badge(p_("group visit", "Invited"), "wait"),
    Place.JOINED: Badge(p_("group visit", "Takes part"), "ok"),
    Place.DECLINED: Badge(p_("group visit", "Declined"), "no"),
    Place.LEFT: Badge(p_("group visit", "Has left"), "muted"),
}

LIFE: Life[State, Action] = Life(
    table={
        **{
            (State.OPEN, action): State.OPEN
            for action in (
                Action.EDIT,
                Action.INVITE,
                Action.APPLY,
                Action.ADMIT,
                Action.DECLINE,
                Action.LEAVE,
            )
        },
        (State.OPEN, Action.CLOSE): State.CLOSED,
    },
    badges={
        State.OPEN: Badge(p_("group visit", "Open"), "info"),
        State.CLOSED: Badge(p_("group visit", "Closed"), "muted"),
    },
    labels={
        Action.OPEN_GROUP: _("Open a group visit"),
        Action.EDIT: _("Change the programme"),
        Action.INVITE: _("Invite an exchange"),
        Action.APPLY: _("Ask to join a group visit"),
        Action.ADMIT: _("Accept into the group visit"),
        Action.DECLINE: _("Decline a place in the group visit"),
        Action.LEAVE: _("Leave the group visit"),
        Action.CLOSE: _("Close the group visit"),
    },
)
