"""The life of a recovery, why money must come back, and the words for both."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a recovery stands (domain 6.6)."""

    DRAFTED = "drafted"
    PRE_INFORMATION = "pre_information"
    CONTESTED = "contested"
    ANSWERED = "answered"
    ISSUED = "issued"
    PAID = "paid"
    OFFSET = "offset"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What people do with a recovery, and what follows when nothing is open any more."""

    DRAFT = "draft"
    INFORM = "inform"
    CONTEST = "contest"
    UPHOLD = "uphold"
    REDUCE = "reduce"
    DROP = "drop"
    WITHDRAW = "withdraw"
    ISSUE = "issue"
    RECEIVE = "receive"
    NET = "net"
    PROPOSE_WAIVER = "propose_waiver"
    REFUSE_WAIVER = "refuse_waiver"
    WAIVE = "waive"
    RELEASE = "release"
    CLOSE_PAID = "close_paid"
    CLOSE_OFFSET = "close_offset"


class Cause(StrEnum):
    """Why money that was paid is not due."""

    SHORTENED = "shortened"
    REJECTED = "rejected"
    ERROR = "error"
    AUDIT = "audit"
    BALANCE = "balance"


CAUSE_LABELS: dict[Cause, Text] = {
    Cause.SHORTENED: _("Visit shortened or cancelled after the payment"),
    Cause.REJECTED: _("Milestone of a voucher rejected after the payment"),
    Cause.ERROR: _("Paid in error"),
    Cause.AUDIT: _("Finding of an audit"),
    Cause.BALANCE: _("Balance of a grant below what was paid"),
}

#: Not issued yet: nothing is owed, and the recovery can still be withdrawn.
BEFORE_ISSUE = (State.DRAFTED, State.PRE_INFORMATION, State.CONTESTED, State.ANSWERED)
#: Over, one way or another.
CLOSED = (State.PAID, State.OFFSET, State.WAIVED, State.WITHDRAWN)

LIFE: Life[State, Action] = Life(
    table={
        (State.DRAFTED, Action.INFORM): State.PRE_INFORMATION,
        (State.DRAFTED, Action.WITHDRAW): State.WITHDRAWN,
        (State.PRE_INFORMATION, Action.CONTEST): State.CONTESTED,
        (State.PRE_INFORMATION, Action.ISSUE): State.ISSUED,
        (State.PRE_INFORMATION, Action.WITHDRAW): State.WITHDRAWN,
        (State.CONTESTED, Action.UPHOLD): State.ANSWERED,
        (State.CONTESTED, Action.REDUCE): State.ANSWERED,
        (State.CONTESTED, Action.DROP): State.WITHDRAWN,
        (State.ANSWERED, Action.ISSUE): State.ISSUED,
        (State.ANSWERED, Action.WITHDRAW): State.WITHDRAWN,
        (State.ISSUED, Action.RECEIVE): State.ISSUED,
        (State.ISSUED, Action.NET): State.ISSUED,
        (State.ISSUED, Action.CLOSE_PAID): State.PAID,
        (State.ISSUED, Action.CLOSE_OFFSET): State.OFFSET,
        (State.ISSUED, Action.PROPOSE_WAIVER): State.ISSUED,
        (State.ISSUED, Action.REFUSE_WAIVER): State.ISSUED,
        (State.ISSUED, Action.WAIVE): State.WAIVED,
        (State.PAID, Action.RELEASE): State.PAID,
        (State.OFFSET, Action.RELEASE): State.OFFSET,
        (State.WAIVED, Action.RELEASE): State.WAIVED,
    },
    badges={
        State.DRAFTED: Badge(p_("recovery", "Drafted"), "muted"),
        State.PRE_INFORMATION: Badge(p_("recovery", "Debtor informed"), "wait"),
        State.CONTESTED: Badge(p_("recovery", "Contested"), "wait"),
        State.ANSWERED: Badge(p_("recovery", "Comments answered"), "wait"),
        State.ISSUED: Badge(p_("recovery", "Debit note issued"), "info"),
        State.PAID: Badge(p_("recovery", "Paid back"), "ok"),
        State.OFFSET: Badge(p_("recovery", "Set off"), "ok"),
        State.WAIVED: Badge(p_("recovery", "Waived"), "muted"),
        State.WITHDRAWN: Badge(p_("recovery", "Withdrawn"), "muted"),
    },
    labels={
        Action.DRAFT: _("Recover an amount"),
        Action.INFORM: _("Inform the debtor"),
        Action.CONTEST: _("Comment on the recovery"),
        Action.UPHOLD: _("Uphold the amount"),
        Action.REDUCE: _("Reduce the amount"),
        Action.DROP: _("Give up the recovery"),
        Action.WITHDRAW: _("Withdraw the recovery"),
        Action.ISSUE: _("Issue the debit note"),
        Action.RECEIVE: _("Enter a receipt"),
        Action.NET: _("Set off against a payment"),
        Action.PROPOSE_WAIVER: _("Propose a waiver"),
        Action.REFUSE_WAIVER: _("Refuse the waiver"),
        Action.WAIVE: _("Approve the waiver"),
        Action.RELEASE: _("Release what came back"),
        Action.CLOSE_PAID: _("Recovery paid back"),
        Action.CLOSE_OFFSET: _("Recovery set off"),
    },
)
