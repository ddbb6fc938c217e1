"""The life of one milestone: due, submitted, perhaps returned, accepted.

That it is paid follows from its payment.
"""

from enum import StrEnum

from portal.core.i18n import _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a milestone stands."""

    DUE = "due"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Action(StrEnum):
    """What people do with a milestone."""

    SUBMIT = "submit"
    SEND_BACK = "send_back"
    ACCEPT = "accept"
    POSTPONE = "postpone"


LIFE: Life[State, Action] = Life(
    table={
        (State.DUE, Action.SUBMIT): State.SUBMITTED,
        (State.RETURNED, Action.SUBMIT): State.SUBMITTED,
        (State.SUBMITTED, Action.ACCEPT): State.ACCEPTED,
        (State.SUBMITTED, Action.SEND_BACK): State.RETURNED,
        (State.DUE, Action.POSTPONE): State.DUE,
        (State.RETURNED, Action.POSTPONE): State.RETURNED,
    },
    badges={
        State.DUE: Badge(p_("milestone", "Due"), "muted"),
        State.SUBMITTED: Badge(p_("milestone", "Submitted, to be reviewed"), "wait"),
        State.RETURNED: Badge(p_("milestone", "Returned for completion"), "wait"),
        State.ACCEPTED: Badge(p_("milestone", "Accepted"), "ok"),
    },
    labels={
        Action.SUBMIT: _("Submit the proof"),
        Action.SEND_BACK: _("Send back for completion"),
        Action.ACCEPT: _("Accept the milestone"),
        Action.POSTPONE: _("Postpone the due date"),
    },
)
