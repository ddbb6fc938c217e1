"""The life of a draft edition, and how a past visit differs under it."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a draft stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class Action(StrEnum):
    """What people do with a draft."""

    DRAFT = "draft"
    EDIT = "edit"
    PUBLISH = "publish"
    DISCARD = "discard"


class Difference(StrEnum):
    """What would become of a past visit under other terms."""

    SAME = "same"
    HIGHER = "higher"
    LOWER = "lower"
    REFUSED = "refused"
    ADMITTED = "admitted"


DIFFERENCE_BADGES: dict[Difference, Badge] = {
    Difference.SAME: Badge(p_("replay", "No difference"), "muted"),
    Difference.HIGHER: Badge(p_("replay", "Higher amount"), "info"),
    Difference.LOWER: Badge(p_("replay", "Lower amount"), "wait"),
    Difference.REFUSED: Badge(p_("replay", "Would be refused"), "no"),
    Difference.ADMITTED: Badge(p_("replay", "Would be admitted"), "ok"),
}


class Halving(StrEnum):
    """Whether other terms would halve an amount that is not halved, or the other way round."""

    UNCHANGED = "unchanged"
    HALVED = "halved"
    WHOLE = "whole"


HALVING_LABELS: dict[Halving, Text] = {
    Halving.UNCHANGED: p_("replay", "As before"),
    Halving.HALVED: p_("replay", "Would be halved"),
    Halving.WHOLE: p_("replay", "Would no longer be halved"),
}

LIFE: Life[State, Action] = Life(
    table={
        (State.DRAFT, Action.EDIT): State.DRAFT,
        (State.DRAFT, Action.PUBLISH): State.PUBLISHED,
        (State.DRAFT, Action.DISCARD): State.DISCARDED,
    },
    badges={
        State.DRAFT: Badge(p_("edition", "Draft, to be published"), "wait"),
        State.PUBLISHED: Badge(p_("edition", "Published"), "ok"),
        State.DISCARDED: Badge(p_("edition", "Discarded"), "muted"),
    },
    labels={
        Action.DRAFT: _("Draft the next edition"),
        Action.EDIT: _("Change the draft"),
        Action.PUBLISH: _("Publish the edition"),
        Action.DISCARD: _("Discard the draft"),
    },
)
