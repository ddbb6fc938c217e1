"""The life of an organisation in the portal, and the kinds of organisation there are."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """What the programme knows of an organisation."""

    REGISTERED = "registered"
    VERIFIED = "verified"
    SUSPENDED = "suspended"


class Action(StrEnum):
    """What people do with an organisation."""

    REGISTER = "register"
    EDIT = "edit"
    VERIFY = "verify"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    ADD_MEMBER = "add_member"
    REMOVE_MEMBER = "remove_member"
    LINK_CLUSTER = "link_cluster"
    UNLINK_CLUSTER = "unlink_cluster"


class OrganisationKind(StrEnum):
    """The types of organisation of the scheme (domain 2.2)."""

    CLUSTER = "cluster"
    NETWORK = "network"
    SSO = "sso"
    SME = "sme"
    TRAINING = "training"
    LARGE = "large"
    PUBLIC = "public"


class EccpProfile(StrEnum):
    """Whether the organisation has a profile on the European Cluster Collaboration Platform."""

    YES = "yes"
    NO = "no"
    REQUESTED = "requested"


KIND_LABELS: dict[OrganisationKind, Text] = {
    OrganisationKind.CLUSTER: _("Cluster organisation"),
    OrganisationKind.NETWORK: _("Business network"),
    OrganisationKind.SSO: _("Scaling-up support organisation"),
    OrganisationKind.SME: _("SME"),
    OrganisationKind.TRAINING: _("Training provider"),
    OrganisationKind.LARGE: _("Large company"),
    OrganisationKind.PUBLIC: _("Public authority or innovation agency"),
}

ECCP_LABELS: dict[EccpProfile, Text] = {
    EccpProfile.YES: _("Profile published"),
    EccpProfile.NO: _("No profile"),
    EccpProfile.REQUESTED: _("Profile requested"),
}

#: The table says nothing of one detail: an edit of the identity of a verified organisation takes
#: the verification away (`rules/identity.py`); any other edit leaves the state alone.
LIFE: Life[State, Action] = Life(
    table={
        (State.REGISTERED, Action.VERIFY): State.VERIFIED,
        (State.REGISTERED, Action.EDIT): State.REGISTERED,
        (State.VERIFIED, Action.EDIT): State.VERIFIED,
        (State.REGISTERED, Action.ADD_MEMBER): State.REGISTERED,
        (State.VERIFIED, Action.ADD_MEMBER): State.VERIFIED,
        (State.REGISTERED, Action.REMOVE_MEMBER): State.REGISTERED,
        (State.VERIFIED, Action.REMOVE_MEMBER): State.VERIFIED,
        (State.SUSPENDED, Action.REMOVE_MEMBER): State.SUSPENDED,
        (State.REGISTERED, Action.LINK_CLUSTER): State.REGISTERED,
        (State.VERIFIED, Action.LINK_CLUSTER): State.VERIFIED,
        (State.REGISTERED, Action.UNLINK_CLUSTER): State.REGISTERED,
        (State.VERIFIED, Action.UNLINK_CLUSTER): State.VERIFIED,
        (State.REGISTERED, Action.SUSPEND): State.SUSPENDED,
        (State.VERIFIED, Action.SUSPEND): State.SUSPENDED,
        (State.SUSPENDED, Action.REINSTATE): State.REGISTERED,
    },
    badges={
        State.REGISTERED: Badge(p_("organisation", "Waiting for verification"), "wait"),
        State.VERIFIED: Badge(p_("organisation", "Verified"), "ok"),
        State.SUSPENDED: Badge(p_("organisation", "Suspended"), "no"),
    },
    labels={
        Action.REGISTER: _("Register the organisation"),
        Action.EDIT: _("Edit"),
        Action.VERIFY: _("Verify"),
        Action.SUSPEND: _("Suspend"),
        Action.REINSTATE: _("Reinstate"),
        Action.ADD_MEMBER: _("Add a member"),
        Action.REMOVE_MEMBER: _("Remove a member"),
        Action.LINK_CLUSTER: _("Link to a cluster"),
        Action.UNLINK_CLUSTER: _("End a cluster link"),
    },
)
