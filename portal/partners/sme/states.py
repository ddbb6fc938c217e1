"""The life of a declaration of SME status, and the words it is made of."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a declaration stands."""

    DECLARED = "declared"
    CONFIRMED = "confirmed"
    CONTESTED = "contested"


class Action(StrEnum):
    """What people do with a declaration."""

    DECLARE = "declare"
    CONFIRM = "confirm"
    CONTEST = "contest"


class Category(StrEnum):
    """The categories of Recommendation 2003/361/EC, smallest first."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"


class Investor(StrEnum):
    """Who holds the share; all but the first two are exceptions (domain 4.2)."""

    ENTERPRISE = "enterprise"
    PUBLIC_BODY = "public_body"
    PUBLIC_INVESTMENT = "public_investment"
    VENTURE_CAPITAL = "venture_capital"
    BUSINESS_ANGEL = "business_angel"
    UNIVERSITY = "university"
    INSTITUTIONAL = "institutional"
    LOCAL_AUTHORITY = "local_authority"


CATEGORY_LABELS: dict[Category, Text] = {
    Category.MICRO: _("Micro-enterprise"),
    Category.SMALL: _("Small enterprise"),
    Category.MEDIUM: _("Medium-sized enterprise"),
}

INVESTOR_LABELS: dict[Investor, Text] = {
    Investor.ENTERPRISE: _("Ordinary enterprise"),
    Investor.PUBLIC_BODY: _("Public body"),
    Investor.PUBLIC_INVESTMENT: _("Public investment corporation"),
    Investor.VENTURE_CAPITAL: _("Venture capital company"),
    Investor.BUSINESS_ANGEL: _("Business angel (less than EUR 1.25 million invested)"),
    Investor.UNIVERSITY: _("University or non-profit research centre"),
    Investor.INSTITUTIONAL: _("Institutional investor or regional development fund"),
    Investor.LOCAL_AUTHORITY: _(
        "Small local authority (budget under EUR 10 million, fewer than 5,000 inhabitants)"
    ),
}

LIFE: Life[State, Action] = Life(
    table={
        (State.DECLARED, Action.CONFIRM): State.CONFIRMED,
        (State.DECLARED, Action.CONTEST): State.CONTESTED,
        (State.CONFIRMED, Action.CONTEST): State.CONTESTED,
        (State.CONTESTED, Action.CONFIRM): State.CONFIRMED,
    },
    badges={
        State.DECLARED: Badge(p_("SME status", "Declared"), "wait"),
        State.CONFIRMED: Badge(p_("SME status", "Confirmed"), "ok"),
        State.CONTESTED: Badge(p_("SME status", "Contested"), "no"),
    },
    labels={
        Action.DECLARE: _("Declare the SME status"),
        Action.CONFIRM: _("Confirm the status"),
        Action.CONTEST: _("Contest the status"),
    },
)
