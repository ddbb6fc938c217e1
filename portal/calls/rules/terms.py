"""The terms of a call: everything an officer writes and a corrigendum may change."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from portal.core.i18n import Text, _

#: Share of the whole budget that must reach SMEs in an INNOSUP-1 project (domain 3.3, V-10).
INNOSUP_SME_SHARE_BP = 7500
#: Maximum length of the abstract, in characters; no source prints one (assumption), so every call
#: has its own.
ABSTRACT_LIMIT = 2000
#: Months from the deadline until applicants must know: 6, and 5 in Horizon 2020 (domain 5.6).
MONTHS_TO_INFORM = 6
MONTHS_TO_INFORM_H2020 = 5


@dataclass(frozen=True)
class Terms:
    """The terms of a call; amounts in cents, rates in basis points (7500 is 75 %)."""

    title_en: str
    title_fr: str
    summary_en: str
    summary_fr: str
    budget_cents: int
    max_grant_cents: int
    funding_rate_bp: int
    indirect_rate_bp: int
    min_months: int
    max_months: int
    opens_at: datetime
    closes_at: datetime
    min_grant_cents: int = 0
    min_entities: int = 1
    min_countries: int = 1
    min_smes: int = 0
    requires_region_category: bool = False
    requires_eccp: bool = False
    single_application: bool = False
    eligible_kinds: tuple[str, ...] = ()
    sme_share_bp: int = 0
    abstract_limit: int = ABSTRACT_LIMIT
    months_to_inform: int = MONTHS_TO_INFORM

    def values(self) -> dict[str, Any]:
        """The terms by name, as the columns of a call hold them."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return found | {"eligible_kinds": list(self.eligible_kinds)}


#: How each term is called in corrigenda and fault messages.
LABELS: dict[str, Text] = {
    "title_en": _("Title in English"),
    "title_fr": _("Title in French"),
    "summary_en": _("Summary in English"),
    "summary_fr": _("Summary in French"),
    "budget_cents": _("Budget of the call"),
    "max_grant_cents": _("Maximum grant"),
    "min_grant_cents": _("Minimum grant"),
    "funding_rate_bp": _("Funding rate"),
    "indirect_rate_bp": _("Rate of indirect costs"),
    "min_months": _("Minimum duration"),
    "max_months": _("Maximum duration"),
    "opens_at": _("Opening"),
    "closes_at": _("Deadline"),
    "min_entities": _("Independent legal entities"),
    "min_countries": _("Different countries"),
    "min_smes": _("SMEs in the consortium"),
    "requires_region_category": _("Less developed or transition region"),
    "requires_eccp": _("Profile on the European Cluster Collaboration Platform"),
    "single_application": _("One proposal for each coordinator"),
    "eligible_kinds": _("Kinds of organisation that may take part"),
    "sme_share_bp": _("Share that must reach SMEs directly"),
    "abstract_limit": _("Maximum length of the abstract"),
    "months_to_inform": _("Months until applicants are informed"),
}

#: What may still be corrected after the deadline: texts and budget, never the rules of the game.
CORRECTABLE_AFTER_CLOSING = frozenset(
    {"title_en", "title_fr", "summary_en", "summary_fr", "budget_cents", "months_to_inform"}
)


def terms_of(call: Any) -> Terms:
    """The terms of a call as plain data."""
    found = {each.name: getattr(call, each.name) for each in fields(Terms)}
    return Terms(**found | {"eligible_kinds": tuple(call.eligible_kinds)})


def changes(before: Terms, after: Terms) -> dict[str, tuple[Any, Any]]:
    """What differs between two versions: value before and after, by name of the term."""
    return {
        each.name: (getattr(before, each.name), getattr(after, each.name))
        for each in fields(Terms)
        if getattr(before, each.name) != getattr(after, each.name)
    }


def stored(value: Any) -> Any:
    """A term's value as a corrigendum and the trail keep it: whole numbers, words, ISO instants."""
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
