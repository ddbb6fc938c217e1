"""The life of one entry of a bank file, and what an entry can say."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Whether somebody still has to look at the entry."""

    APPLIED = "applied"
    WAITING = "waiting"
    DISMISSED = "dismissed"


class Action(StrEnum):
    """What people do with bank files and their entries."""

    TAKE_IN = "take_in"
    ATTRIBUTE = "attribute"
    DISMISS = "dismiss"


class Kind(StrEnum):
    """The family of the file, whatever its version."""

    STATUS = "pain.002"
    STATEMENT = "camt.053"
    NOTIFICATION = "camt.054"


class Outcome(StrEnum):
    """What an entry says of a payment (domain 7.5)."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_CHANGE = "accepted_with_change"
    EXECUTED = "executed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    CREDIT = "credit"
    UNKNOWN = "unknown"


KIND_LABELS: dict[Kind, Text] = {
    Kind.STATUS: _("Status report"),
    Kind.STATEMENT: _("Account statement"),
    Kind.NOTIFICATION: _("Debit and credit notification"),
}

OUTCOME_LABELS: dict[Outcome, Text] = {
    Outcome.PENDING: p_("bank", "Received, not yet decided"),
    Outcome.ACCEPTED: p_("bank", "Accepted by the bank"),
    Outcome.ACCEPTED_WITH_CHANGE: p_("bank", "Accepted by the bank with a change"),
    Outcome.EXECUTED: p_("bank", "Executed"),
    Outcome.REJECTED: p_("bank", "Rejected"),
    Outcome.CANCELLED: p_("bank", "Cancelled before execution"),
    Outcome.RETURNED: p_("bank", "Returned"),
    Outcome.CREDIT: p_("bank", "Credit without a return reason"),
    Outcome.UNKNOWN: p_("bank", "To be examined"),
}

LIFE: Life[State, Action] = Life(
    table={
        (State.WAITING, Action.ATTRIBUTE): State.APPLIED,
        (State.WAITING, Action.DISMISS): State.DISMISSED,
    },
    badges={
        State.APPLIED: Badge(p_("bank entry", "Entered"), "ok"),
        State.WAITING: Badge(p_("bank entry", "To be attributed"), "wait"),
        State.DISMISSED: Badge(p_("bank entry", "Set aside"), "muted"),
    },
    labels={
        Action.TAKE_IN: _("Import a bank file"),
        Action.ATTRIBUTE: _("Attribute to a payment"),
        Action.DISMISS: _("Set the entry aside"),
    },
)
