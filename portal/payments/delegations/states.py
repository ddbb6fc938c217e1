"""The life of a delegation."""

from enum import StrEnum

from portal.core.actors import Role
from portal.core.i18n import _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Whether the right is lent; the days are asked apart."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    REVOKED = "revoked"


class Action(StrEnum):
    """What people do with a delegation."""

    PROPOSE = "propose"
    APPROVE = "approve"
    DECLINE = "decline"
    REVOKE = "revoke"


#: The rights that can be lent: the three signatures after the request (domain 6.3).
SIGNING = (Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT)
#: Those a right can be lent to: staff who read every payment anyway and may change things. So a
#: delegation widens no reading, and no auditor signs.
DELEGATES = (Role.OFFICER, *SIGNING)
#: How an approved delegation stands on a day outside its own.
NOT_YET = Badge(p_("delegation", "Not yet begun"), "info")
OVER = Badge(p_("delegation", "Over"), "muted")

LIFE: Life[State, Action] = Life(
    table={
        (State.PROPOSED, Action.APPROVE): State.APPROVED,
        (State.PROPOSED, Action.DECLINE): State.DECLINED,
        (State.PROPOSED, Action.REVOKE): State.REVOKED,
        (State.APPROVED, Action.REVOKE): State.REVOKED,
    },
    badges={
        State.PROPOSED: Badge(p_("delegation", "Waiting for approval"), "wait"),
        State.APPROVED: Badge(p_("delegation", "In force"), "ok"),
        State.DECLINED: Badge(p_("delegation", "Declined"), "no"),
        State.REVOKED: Badge(p_("delegation", "Revoked"), "muted"),
    },
    labels={
        Action.PROPOSE: _("Propose a delegation"),
        Action.APPROVE: _("Approve the delegation"),
        Action.DECLINE: _("Decline the delegation"),
        Action.REVOKE: _("Revoke the delegation"),
    },
)
