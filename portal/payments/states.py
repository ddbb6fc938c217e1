"""The life of a payment, what people do with it, and what it is for."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a payment stands (domain 6.4)."""

    REQUESTED = "requested"
    VERIFIED = "verified"
    AUTHORISED = "authorised"
    SENT = "sent"
    ACCEPTED_BY_BANK = "accepted_by_bank"
    EXECUTED = "executed"
    REFUSED = "refused"
    REJECTED_BY_BANK = "rejected_by_bank"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What people and the bank do with a payment."""

    VERIFY = "verify"
    AUTHORISE = "authorise"
    SEND = "send"
    ACCEPT = "accept"
    SETTLE = "settle"
    REFUSE = "refuse"
    REJECT = "reject"
    TAKE_BACK = "take_back"
    AMEND = "amend"
    CANCEL = "cancel"
    REQUEST_AGAIN = "request_again"
    SUSPEND = "suspend"
    RESUME = "resume"


class Purpose(StrEnum):
    """What kind of debt is paid; the legal date depends on it (domain 6.5)."""

    LUMP_SUM = "lump_sum"
    INSTALMENT = "instalment"
    PRE_FINANCING = "pre_financing"
    INTERIM = "interim"
    BALANCE = "balance"


class BankFormat(StrEnum):
    """The credit transfer messages the portal writes (domain 7.1)."""

    PAIN_09 = "pain.001.001.09"
    PAIN_03 = "pain.001.001.03"


PURPOSE_LABELS: dict[Purpose, Text] = {
    Purpose.LUMP_SUM: _("Lump sum of an exchange"),
    Purpose.INSTALMENT: _("Instalment of a voucher"),
    Purpose.PRE_FINANCING: _("Pre-financing of a grant"),
    Purpose.INTERIM: _("Interim payment of a grant"),
    Purpose.BALANCE: _("Balance of a grant"),
}

#: Ended without money arriving: the debt remains, and a new payment may be asked for.
ENDED = (State.REFUSED, State.CANCELLED, State.REJECTED_BY_BANK, State.RETURNED)
#: Failed at a check or at the bank: to be asked for again, or cancelled for good.
FAILED = (State.REFUSED, State.REJECTED_BY_BANK, State.RETURNED)
#: With the bank, which has not yet paid.
AT_BANK = (State.SENT, State.ACCEPTED_BY_BANK)
#: Somebody still has to do something before the money arrives.
OPEN = (State.REQUESTED, State.VERIFIED, State.AUTHORISED, *AT_BANK)

#: Not yet released: its clock may be suspended, and while it is, nobody signs.
UNSENT = (State.REQUESTED, State.VERIFIED, State.AUTHORISED)

#: The bank rejects a payment before it was executed, and returns it after. Asking again leaves the
#: old payment as it is and makes a new one, linked to it (domain 6.4); so does amending, which ends
#: a payment not yet sent in favour of one with another amount or account. Cancelling a failed one
#: says that nothing more will be paid.
LIFE: Life[State, Action] = Life(
    table={
        (State.REQUESTED, Action.VERIFY): State.VERIFIED,
        (State.VERIFIED, Action.AUTHORISE): State.AUTHORISED,
        (State.AUTHORISED, Action.SEND): State.SENT,
        (State.SENT, Action.ACCEPT): State.ACCEPTED_BY_BANK,
        (State.SENT, Action.SETTLE): State.EXECUTED,
        (State.ACCEPTED_BY_BANK, Action.SETTLE): State.EXECUTED,
        (State.SENT, Action.REJECT): State.REJECTED_BY_BANK,
        (State.ACCEPTED_BY_BANK, Action.REJECT): State.REJECTED_BY_BANK,
        (State.EXECUTED, Action.TAKE_BACK): State.RETURNED,
        (State.REQUESTED, Action.REFUSE): State.REFUSED,
        (State.VERIFIED, Action.REFUSE): State.REFUSED,
        (State.AUTHORISED, Action.REFUSE): State.REFUSED,
        (State.REQUESTED, Action.AMEND): State.CANCELLED,
        (State.VERIFIED, Action.AMEND): State.CANCELLED,
        (State.AUTHORISED, Action.AMEND): State.CANCELLED,
        (State.REQUESTED, Action.CANCEL): State.CANCELLED,
        (State.VERIFIED, Action.CANCEL): State.CANCELLED,
        (State.AUTHORISED, Action.CANCEL): State.CANCELLED,
        (State.REFUSED, Action.CANCEL): State.CANCELLED,
        (State.REJECTED_BY_BANK, Action.CANCEL): State.CANCELLED,
        (State.RETURNED, Action.CANCEL): State.CANCELLED,
        (State.REFUSED, Action.REQUEST_AGAIN): State.REFUSED,
        (State.CANCELLED, Action.REQUEST_AGAIN): State.CANCELLED,
        (State.REJECTED_BY_BANK, Action.REQUEST_AGAIN): State.REJECTED_BY_BANK,
        (State.RETURNED, Action.REQUEST_AGAIN): State.RETURNED,
        **{(state, Action.SUSPEND): state for state in UNSENT},
        **{(state, Action.RESUME): state for state in UNSENT},
    },
    badges={
        State.REQUESTED: Badge(p_("payment", "Requested"), "wait"),
        State.VERIFIED: Badge(p_("payment", "Verified"), "wait"),
        State.AUTHORISED: Badge(p_("payment", "Authorised"), "wait"),
        State.SENT: Badge(p_("payment", "Sent to the bank"), "info"),
        State.ACCEPTED_BY_BANK: Badge(p_("payment", "Accepted by the bank"), "info"),
        State.EXECUTED: Badge(p_("payment", "Executed"), "ok"),
        State.REFUSED: Badge(p_("payment", "Refused"), "no"),
        State.REJECTED_BY_BANK: Badge(p_("payment", "Rejected by the bank"), "no"),
        State.RETURNED: Badge(p_("payment", "Returned by the bank"), "no"),
        State.CANCELLED: Badge(p_("payment", "Cancelled"), "muted"),
    },
    labels={
        Action.VERIFY: _("Verify the payment"),
        Action.AUTHORISE: _("Authorise the payment"),
        Action.SEND: _("Send to the bank"),
        Action.ACCEPT: _("Accepted by the bank"),
        Action.SETTLE: _("Enter the execution date"),
        Action.REFUSE: _("Refuse the payment"),
        Action.REJECT: _("Rejected by the bank"),
        Action.TAKE_BACK: _("Returned by the bank"),
        Action.AMEND: _("Change the amount or the account"),
        Action.CANCEL: _("Cancel the payment"),
        Action.REQUEST_AGAIN: _("Request the payment again"),
        Action.SUSPEND: _("Suspend the payment"),
        Action.RESUME: _("Resume the payment"),
    },
)
