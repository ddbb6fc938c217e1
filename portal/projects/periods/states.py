"""The life of one reporting period: to be reported, submitted, perhaps returned, accepted.

That what it earned is paid follows from its payment.
"""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where the report of a period stands."""

    PLANNED = "planned"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Action(StrEnum):
    """What people do with the plan of a grant, and with the report of a period."""

    PLAN = "plan"
    PRE_FINANCE = "pre_finance"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    ACCEPT = "accept"
    CLOSE = "close"


class Kind(StrEnum):
    """What a grant is paid as; the values are those of the purposes of payments."""

    PRE_FINANCING = "pre_financing"
    INTERIM = "interim"
    BALANCE = "balance"


KIND_LABELS: dict[Kind, Text] = {
    Kind.PRE_FINANCING: _("Pre-financing"),
    Kind.INTERIM: _("Interim payment"),
    Kind.BALANCE: _("Payment of the balance"),
}

#: The coordinator has something to send.
TO_REPORT = (State.PLANNED, State.RETURNED)

LIFE: Life[State, Action] = Life(
    table={
        (State.PLANNED, Action.SUBMIT): State.SUBMITTED,
        (State.RETURNED, Action.SUBMIT): State.SUBMITTED,
        (State.SUBMITTED, Action.SEND_BACK): State.RETURNED,
        (State.SUBMITTED, Action.ACCEPT): State.ACCEPTED,
    },
    badges={
        State.PLANNED: Badge(p_("period", "To be reported"), "muted"),
        State.SUBMITTED: Badge(p_("period", "Submitted, to be checked"), "wait"),
        State.RETURNED: Badge(p_("period", "Returned for completion"), "wait"),
        State.ACCEPTED: Badge(p_("period", "Accepted"), "ok"),
    },
    labels={
        Action.PLAN: _("Lay down the reporting periods"),
        Action.PRE_FINANCE: _("Request the pre-financing"),
        Action.SUBMIT: _("Submit the periodic report"),
        Action.SEND_BACK: _("Send the report back"),
        Action.ACCEPT: _("Accept the report"),
        Action.CLOSE: _("Close the grant"),
    },
)
