"""The life of one survey: asked, then answered or lapsed."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life
from portal.exchanges.states import Reporter


class State(StrEnum):
    """Where a survey stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    LAPSED = "lapsed"


class Action(StrEnum):
    """What the daily job does with a survey, and the organisation that is asked."""

    ASK = "ask"
    REMIND = "remind"
    ANSWER = "answer"
    LAPSE = "lapse"


class Contact(StrEnum):
    """Whether the two organisations are still in touch."""

    REGULAR = "regular"
    OCCASIONAL = "occasional"
    NONE = "none"


CONTACT_LABELS: dict[Contact, Text] = {
    Contact.REGULAR: _("Yes, regularly"),
    Contact.OCCASIONAL: _("Yes, now and then"),
    Contact.NONE: _("No"),
}

#: Whom a survey is asked of; the sides are those of the closing reports.
SIDE_LABELS: dict[Reporter, Text] = {
    Reporter.VISITOR: p_("survey", "Visitor"),
    Reporter.HOST: p_("survey", "Host"),
}

LIFE: Life[State, Action] = Life(
    table={
        (State.ASKED, Action.ANSWER): State.ANSWERED,
        (State.ASKED, Action.REMIND): State.ASKED,
        (State.ASKED, Action.LAPSE): State.LAPSED,
    },
    badges={
        State.ASKED: Badge(p_("survey", "To be answered"), "wait"),
        State.ANSWERED: Badge(p_("survey", "Answered"), "ok"),
        State.LAPSED: Badge(p_("survey", "Not answered in time"), "muted"),
    },
    labels={
        Action.ASK: p_("survey", "Ask"),
        Action.REMIND: p_("survey", "Remind"),
        Action.ANSWER: p_("survey", "Answer the survey"),
        Action.LAPSE: p_("survey", "Close without an answer"),
    },
)
