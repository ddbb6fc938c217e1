"""The life of one exchange: from the first draft to validation, refusal or cancellation.

An action that takes several people (`sign`) or several pieces (`report`, `confirm_attendance`)
leads to its state with the last of them; until then the exchange stays where it is. That a stay
goes on or is over follows from the clock, that it is paid from the payment: neither is a state
(house 3.1).
"""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life
from portal.exchanges.profiles.states import ACTIVITY_LABELS, ActivityType

__all__ = [
    "ACTIVITY_LABELS",
    "EVIDENCE_LABELS",
    "EXCUSE_BADGES",
    "HOLDING_MONEY",
    "KLASS_LABELS",
    "LIFE",
    "OUTCOME_BADGES",
    "OVER",
    "PAID",
    "PARTY_LABELS",
    "PASSAGE_LABELS",
    "REPORTER_LABELS",
    "UNDER_WAY",
    "WITHOUT_VISIT",
    "Action",
    "ActivityType",
    "EvidenceKind",
    "Klass",
    "Outcome",
    "Party",
    "Passage",
    "Reporter",
    "State",
]


class State(StrEnum):
    """Where an exchange stands."""

    BUILDING = "building"
    SIGNED = "signed"
    APPROVED = "approved"
    AGREED = "agreed"
    REPORTED = "reported"
    RETURNED = "returned"
    VALIDATED = "validated"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Action(StrEnum):
    """What people do with an exchange."""

    START = "start"
    EDIT = "edit"
    SIGN = "sign"
    WAIVE = "waive"
    PROPOSE_OVERRIDE = "propose_override"
    GRANT_OVERRIDE = "grant_override"
    DECLINE_OVERRIDE = "decline_override"
    APPROVE = "approve"
    ACCEPT_AGREEMENT = "accept_agreement"
    CONCLUDE = "conclude"
    AMEND = "amend"
    ACCEPT_AMENDMENT = "accept_amendment"
    DECLINE_AMENDMENT = "decline_amendment"
    WITHDRAW_AMENDMENT = "withdraw_amendment"
    CONFIRM_ATTENDANCE = "confirm_attendance"
    REPORT = "report"
    PROPOSE_FORCE_MAJEURE = "propose_force_majeure"
    GRANT_FORCE_MAJEURE = "grant_force_majeure"
    DECLINE_FORCE_MAJEURE = "decline_force_majeure"
    SEND_BACK = "send_back"
    VALIDATE = "validate"
    REFUSE = "refuse"
    CANCEL = "cancel"
    MARK_NO_SHOW = "mark_no_show"


class Party(StrEnum):
    """Who signs (domain 2.2, 2.7)."""

    VISITOR = "visitor"
    HOST = "host"
    VISITOR_PARTNERSHIP = "visitor_partnership"
    HOST_PARTNERSHIP = "host_partnership"


PARTY_LABELS: dict[Party, Text] = {
    Party.VISITOR: _("Visiting organisation"),
    Party.HOST: _("Host organisation"),
    Party.VISITOR_PARTNERSHIP: _("Visitor’s partnership"),
    Party.HOST_PARTNERSHIP: _("Host’s partnership"),
}


class Reporter(StrEnum):
    """Which side a closing report comes from."""

    VISITOR = "visitor"
    HOST = "host"


class EvidenceKind(StrEnum):
    """What a piece of evidence proves (domain 2.7, 12-12)."""

    TRAVEL = "travel"
    PRESENCE = "presence"


class Passage(StrEnum):
    """What the host confirms by the visitor’s code, in this order."""

    ARRIVAL = "arrival"
    DEPARTURE = "departure"


PASSAGE_LABELS: dict[Passage, Text] = {
    Passage.ARRIVAL: _("Arrival"),
    Passage.DEPARTURE: p_("exchange", "Departure from the host"),
}

REPORTER_LABELS: dict[Reporter, Text] = {
    Reporter.VISITOR: _("Report of the visitor"),
    Reporter.HOST: _("Report of the host"),
}

EVIDENCE_LABELS: dict[EvidenceKind, Text] = {
    EvidenceKind.TRAVEL: _("Proof of travel"),
    EvidenceKind.PRESENCE: _("Proof of presence"),
}


class Outcome(StrEnum):
    """How the proposal of an amendment ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


#: How an amendment is shown; under None while it is open.
OUTCOME_BADGES: dict[Outcome | None, Badge] = {
    None: Badge(p_("amendment", "Proposed, to be accepted"), "wait"),
    Outcome.ACCEPTED: Badge(p_("amendment", "In force"), "ok"),
    Outcome.DECLINED: Badge(p_("amendment", "Declined"), "no"),
    Outcome.WITHDRAWN: Badge(p_("amendment", "Withdrawn"), "muted"),
    Outcome.LAPSED: Badge(p_("amendment", "Lapsed"), "muted"),
}


#: How force majeure is shown, by what was decided; under None while it waits.
EXCUSE_BADGES: dict[bool | None, Badge] = {
    None: Badge(p_("force majeure", "Proposed, to be decided"), "wait"),
    True: Badge(p_("force majeure", "Recognised"), "ok"),
    False: Badge(p_("force majeure", "Not recognised"), "no"),
}


class Klass(StrEnum):
    """The three exclusive classes of exchanges (domain 2.10, 12-02, 12-03)."""

    SME = "a"
    OTHER = "b"
    INTERNAL = "c"


KLASS_LABELS: dict[Klass, Text] = {
    Klass.SME: _("With an SME"),
    Klass.OTHER: _("Other participants"),
    Klass.INTERNAL: _("Internal to the partnerships"),
}


class Reading(StrEnum):
    """How strictly an exchange is sorted into its class (domain 2.10): the first is the scheme’s,
    the others are reported beside it.
    """

    EITHER = "either"
    VISITOR = "visitor"
    BOTH = "both"


READING_LABELS: dict[Reading, Text] = {
    Reading.EITHER: _("The scheme’s reading: an SME on either side"),
    Reading.VISITOR: _("Stricter: the visitor is an SME"),
    Reading.BOTH: _("Stricter: neither side of “others” is a beneficiary"),
}


class Why(StrEnum):
    """Why a waiting file is suggested, or left for later."""

    SME_BEHIND = "sme_behind"
    OTHER_BEHIND = "other_behind"
    LONGEST = "longest"
    HINDERED = "hindered"
    NO_MONEY = "no_money"
    OUT_OF_REACH = "out_of_reach"


#: States that give the visitor its right to one physical visit back (domain 2.3 E07, 12-18).
WITHOUT_VISIT = (State.REFUSED, State.CANCELLED, State.NO_SHOW)
#: States in which money is set aside or owed for the exchange.
HOLDING_MONEY = (State.APPROVED, State.AGREED, State.REPORTED, State.RETURNED, State.VALIDATED)

#: What the clock and the payment tell of an exchange; shown, never stored.
UNDER_WAY = Badge(p_("exchange", "Stay under way"), "info")
OVER = Badge(p_("exchange", "Stay over, reports due"), "wait")
PAID = Badge(p_("exchange", "Paid"), "ok")

LIFE: Life[State, Action] = Life(
    table={
        (State.BUILDING, Action.SIGN): State.SIGNED,
        (State.BUILDING, Action.EDIT): State.BUILDING,
        (State.BUILDING, Action.WAIVE): State.BUILDING,
        (State.BUILDING, Action.CANCEL): State.CANCELLED,
        (State.SIGNED, Action.APPROVE): State.APPROVED,
        (State.SIGNED, Action.WAIVE): State.SIGNED,
        (State.SIGNED, Action.PROPOSE_OVERRIDE): State.SIGNED,
        (State.SIGNED, Action.GRANT_OVERRIDE): State.SIGNED,
        (State.SIGNED, Action.DECLINE_OVERRIDE): State.SIGNED,
        (State.SIGNED, Action.SEND_BACK): State.BUILDING,
        (State.SIGNED, Action.CANCEL): State.CANCELLED,
        (State.APPROVED, Action.ACCEPT_AGREEMENT): State.APPROVED,
        (State.APPROVED, Action.CONCLUDE): State.AGREED,
        (State.APPROVED, Action.CANCEL): State.CANCELLED,
        (State.AGREED, Action.AMEND): State.AGREED,
        (State.AGREED, Action.ACCEPT_AMENDMENT): State.AGREED,
        (State.AGREED, Action.DECLINE_AMENDMENT): State.AGREED,
        (State.AGREED, Action.WITHDRAW_AMENDMENT): State.AGREED,
        (State.AGREED, Action.CONFIRM_ATTENDANCE): State.REPORTED,
        (State.AGREED, Action.REPORT): State.REPORTED,
        (State.AGREED, Action.PROPOSE_FORCE_MAJEURE): State.AGREED,
        (State.AGREED, Action.GRANT_FORCE_MAJEURE): State.AGREED,
        (State.AGREED, Action.DECLINE_FORCE_MAJEURE): State.AGREED,
        (State.AGREED, Action.MARK_NO_SHOW): State.NO_SHOW,
        (State.AGREED, Action.CANCEL): State.CANCELLED,
        (State.REPORTED, Action.VALIDATE): State.VALIDATED,
        (State.REPORTED, Action.PROPOSE_FORCE_MAJEURE): State.REPORTED,
        (State.REPORTED, Action.GRANT_FORCE_MAJEURE): State.REPORTED,
        (State.REPORTED, Action.DECLINE_FORCE_MAJEURE): State.REPORTED,
        (State.REPORTED, Action.SEND_BACK): State.RETURNED,
        (State.REPORTED, Action.REFUSE): State.REFUSED,
        (State.RETURNED, Action.REPORT): State.REPORTED,
        (State.RETURNED, Action.PROPOSE_FORCE_MAJEURE): State.RETURNED,
        (State.RETURNED, Action.GRANT_FORCE_MAJEURE): State.RETURNED,
        (State.RETURNED, Action.DECLINE_FORCE_MAJEURE): State.RETURNED,
        (State.RETURNED, Action.REFUSE): State.REFUSED,
    },
    badges={
        State.BUILDING: Badge(p_("exchange", "Being built"), "info"),
        State.SIGNED: Badge(p_("exchange", "Signed, to be approved"), "wait"),
        State.APPROVED: Badge(p_("exchange", "Approved, agreement to be signed"), "wait"),
        State.AGREED: Badge(p_("exchange", "Agreed"), "ok"),
        State.REPORTED: Badge(p_("exchange", "Reported, to be validated"), "wait"),
        State.RETURNED: Badge(p_("exchange", "Returned for completion"), "wait"),
        State.VALIDATED: Badge(p_("exchange", "Validated"), "ok"),
        State.REFUSED: Badge(p_("exchange", "Refused"), "no"),
        State.CANCELLED: Badge(p_("exchange", "Cancelled"), "muted"),
        State.NO_SHOW: Badge(p_("exchange", "Visitor did not come"), "no"),
    },
    labels={
        Action.START: _("Start an exchange"),
        Action.EDIT: _("Edit"),
        Action.SIGN: _("Sign the commitment to quality"),
        Action.WAIVE: _("Grant a waiver to the host"),
        Action.PROPOSE_OVERRIDE: _("Propose to override the quota"),
        Action.GRANT_OVERRIDE: _("Let the quota be overridden"),
        Action.DECLINE_OVERRIDE: _("Decline to override the quota"),
        Action.APPROVE: _("Approve"),
        Action.ACCEPT_AGREEMENT: _("Accept the financial agreement"),
        Action.CONCLUDE: _("Conclude the financial agreement"),
        Action.AMEND: _("Propose other days"),
        Action.ACCEPT_AMENDMENT: _("Accept the amendment"),
        Action.DECLINE_AMENDMENT: _("Decline the amendment"),
        Action.WITHDRAW_AMENDMENT: _("Withdraw the amendment"),
        Action.CONFIRM_ATTENDANCE: _("Confirm the attendance by code"),
        Action.REPORT: _("File the closing report"),
        Action.PROPOSE_FORCE_MAJEURE: _("Propose force majeure"),
        Action.GRANT_FORCE_MAJEURE: _("Recognise force majeure"),
        Action.DECLINE_FORCE_MAJEURE: _("Do not recognise force majeure"),
        Action.SEND_BACK: _("Send back for completion"),
        Action.VALIDATE: _("Validate"),
        Action.REFUSE: _("Refuse"),
        Action.CANCEL: _("Cancel the exchange"),
        Action.MARK_NO_SHOW: _("Record that the visitor did not come"),
    },
)
