"""The life of a match, from the first proposal to an exchange, a refusal or silence."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a match stands."""

    PROPOSED = "proposed"
    COUNTERED = "countered"
    ACCEPTED_BY_VO = "accepted_by_vo"
    ACCEPTED_BY_HO = "accepted_by_ho"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"


class Action(StrEnum):
    """What people do with a match, and the portal when nobody answers."""

    PROPOSE = "propose"
    COUNTER = "counter"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"


class Criterion(StrEnum):
    """What the score looks at (domain 2.8)."""

    SECTORS = "sectors"
    OBJECTIVES = "objectives"
    DAYS = "days"
    COUNTRY = "country"
    LANGUAGE = "language"
    HOST_KIND = "host_kind"


CRITERION_LABELS: dict[Criterion, Text] = {
    Criterion.SECTORS: _("Sectors in common"),
    Criterion.OBJECTIVES: _("Objectives and activities in common"),
    Criterion.DAYS: _("Days in common"),
    Criterion.COUNTRY: _("Country the visitor prefers"),
    Criterion.LANGUAGE: _("Working language in common"),
    Criterion.HOST_KIND: _("Kind of host the visitor prefers"),
}

#: States in which somebody may still answer.
OPEN = (State.PROPOSED, State.COUNTERED, State.ACCEPTED_BY_VO, State.ACCEPTED_BY_HO)

#: `accept` leads to `confirmed` with the second side; the first leads to the state named after it.
LIFE: Life[State, Action] = Life(
    table={
        (origin, action): target
        for origin in OPEN
        for action, target in (
            (Action.ACCEPT, State.CONFIRMED),
            (Action.COUNTER, State.COUNTERED),
            (Action.DECLINE, State.DECLINED),
            (Action.EXPIRE, State.EXPIRED),
        )
    },
    badges={
        State.PROPOSED: Badge(p_("match", "Proposed, to be answered"), "wait"),
        State.COUNTERED: Badge(p_("match", "Other days proposed"), "wait"),
        State.ACCEPTED_BY_VO: Badge(p_("match", "Accepted by the visitor"), "wait"),
        State.ACCEPTED_BY_HO: Badge(p_("match", "Accepted by the host"), "wait"),
        State.CONFIRMED: Badge(p_("match", "Confirmed"), "ok"),
        State.DECLINED: Badge(p_("match", "Declined"), "no"),
        State.EXPIRED: Badge(p_("match", "Expired without an answer"), "muted"),
    },
    labels={
        Action.PROPOSE: _("Propose a visit"),
        Action.COUNTER: _("Propose other days"),
        Action.ACCEPT: _("Accept"),
        Action.DECLINE: _("Decline"),
        Action.EXPIRE: _("Let it expire"),
    },
)
