"""The life of a profile, from the first draft to the deletion of its personal data."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a profile stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Action(StrEnum):
    """What people do with a profile, and the portal when its time is over."""

    START = "start"
    EDIT = "edit"
    SUBMIT = "submit"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    REJECT = "reject"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"
    CLOSE = "close"


class Part(StrEnum):
    """The two sides of a visit."""

    VISITOR = "visitor"
    HOST = "host"


class WishKind(StrEnum):
    """What a profile names several of."""

    SECTOR = "sector"
    OBJECTIVE = "objective"
    ACTIVITY = "activity"
    LANGUAGE = "language"
    COUNTRY = "country"
    HOST_KIND = "host_kind"


class Objective(StrEnum):
    """What a visit is to bring (seed 000; domain 2.7)."""

    MARKET_ACCESS = "market_access"
    NETWORKING = "networking"
    TRAINING = "training"
    EXPERIENCE = "experience"
    CAPACITY = "capacity"


class ActivityType(StrEnum):
    """What a visit may be about (ClusterXchange landing page; domain 2.7)."""

    CAPACITY_BUILDING = "capacity_building"
    SHARING_KNOWLEDGE = "sharing_knowledge"
    PROJECT_DEVELOPMENT = "project_development"
    MARKET_RESEARCH = "market_research"
    NETWORKING = "networking"


class Why(StrEnum):
    """Why a partnership is suggested."""

    CLUSTER = "cluster"
    SECTOR = "sector"
    REGION = "region"
    COUNTRY = "country"


PART_LABELS: dict[Part, Text] = {
    Part.VISITOR: _("Visit another organisation"),
    Part.HOST: _("Host a visitor"),
}

OBJECTIVE_LABELS: dict[Objective, Text] = {
    Objective.MARKET_ACCESS: _("New partners and market access"),
    Objective.NETWORKING: _("Networking"),
    Objective.TRAINING: _("On-the-job training"),
    Objective.EXPERIENCE: _("Sharing experience"),
    Objective.CAPACITY: _("Capacity building"),
}

ACTIVITY_LABELS: dict[ActivityType, Text] = {
    ActivityType.CAPACITY_BUILDING: _("Individual or group capacity building"),
    ActivityType.SHARING_KNOWLEDGE: _("Sharing knowledge, experience and information"),
    ActivityType.PROJECT_DEVELOPMENT: _(
        "Project development, innovation, research and development"
    ),
    ActivityType.MARKET_RESEARCH: _("Market research"),
    ActivityType.NETWORKING: _("Networking, new partners and business opportunities"),
}

WHY_LABELS: dict[Why, Text] = {
    Why.CLUSTER: _("a cluster of the organisation belongs to it"),
    Why.SECTOR: _("it works in a sector of the organisation"),
    Why.REGION: _("one of its members is in the same region"),
    Why.COUNTRY: _("one of its members is in the same country"),
}

#: States in which an organisation may begin another profile.
OVER = (State.REJECTED, State.WITHDRAWN, State.CLOSED)
#: States in which the partnership has the file in its hands.
WITH_PARTNERSHIP = (State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.SUSPENDED)

LIFE: Life[State, Action] = Life(
    table={
        (State.DRAFT, Action.SUBMIT): State.SUBMITTED,
        (State.DRAFT, Action.EDIT): State.DRAFT,
        (State.DRAFT, Action.WITHDRAW): State.WITHDRAWN,
        (State.DRAFT, Action.CLOSE): State.CLOSED,
        (State.SUBMITTED, Action.ACCEPT): State.ACCEPTED,
        (State.SUBMITTED, Action.SEND_BACK): State.RETURNED,
        (State.SUBMITTED, Action.REJECT): State.REJECTED,
        (State.SUBMITTED, Action.WITHDRAW): State.WITHDRAWN,
        (State.RETURNED, Action.SUBMIT): State.SUBMITTED,
        (State.RETURNED, Action.EDIT): State.RETURNED,
        (State.RETURNED, Action.WITHDRAW): State.WITHDRAWN,
        (State.RETURNED, Action.CLOSE): State.CLOSED,
        (State.ACCEPTED, Action.SUSPEND): State.SUSPENDED,
        (State.ACCEPTED, Action.WITHDRAW): State.WITHDRAWN,
        (State.ACCEPTED, Action.CLOSE): State.CLOSED,
        (State.SUSPENDED, Action.REINSTATE): State.ACCEPTED,
        (State.SUSPENDED, Action.WITHDRAW): State.WITHDRAWN,
        (State.SUSPENDED, Action.CLOSE): State.CLOSED,
        (State.REJECTED, Action.CLOSE): State.CLOSED,
        (State.WITHDRAWN, Action.CLOSE): State.CLOSED,
    },
    badges={
        State.DRAFT: Badge(p_("profile", "Draft"), "muted"),
        State.SUBMITTED: Badge(p_("profile", "Submitted, to be answered"), "wait"),
        State.RETURNED: Badge(p_("profile", "Returned for completion"), "wait"),
        State.ACCEPTED: Badge(p_("profile", "Accepted"), "ok"),
        State.REJECTED: Badge(p_("profile", "Rejected"), "no"),
        State.SUSPENDED: Badge(p_("profile", "Suspended"), "no"),
        State.WITHDRAWN: Badge(p_("profile", "Withdrawn"), "muted"),
        State.CLOSED: Badge(p_("profile", "Closed, data deleted"), "muted"),
    },
    labels={
        Action.START: _("Create a profile"),
        Action.EDIT: _("Edit"),
        Action.SUBMIT: _("Submit to a partnership"),
        Action.ACCEPT: _("Accept"),
        Action.SEND_BACK: _("Send back for completion"),
        Action.REJECT: _("Reject"),
        Action.SUSPEND: _("Suspend"),
        Action.REINSTATE: _("Reinstate"),
        Action.WITHDRAW: _("Withdraw the profile"),
        Action.CLOSE: _("Close and delete the personal data"),
    },
)
