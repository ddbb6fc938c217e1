"""Which organisations may be the one somebody is about to register a second time."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.partners.rules import identifiers, names

#: From which likeness two names in one country are thought to be one organisation (0 to 1000).
NEAR_IDENTICAL = 920
#: How many likely duplicates are named.
MOST_NAMED = 5
_SAME = 1000


@dataclass(frozen=True)
class Known:
    """A registered organisation as the duplicate check sees it."""

    ref: str
    legal_name: str
    name_key: str
    registration_number: str | None


def likely(
    legal_name: str, country: str, registration_number: str | None, known: Iterable[Known]
) -> list[Known]:
    """Those of `known` (all of that country) that may be the same, most alike first.

    Either the names are nearly identical once accents, case, punctuation and legal form are taken
    away, or both registration numbers name the same legal unit (two establishments of one SIREN).
    """
    key, unit = names.name_key(legal_name), identifiers.legal_unit(country, registration_number)
    found = [(_likeness(key, unit, country, other), other) for other in known]
    alike = [(score, other) for score, other in found if score >= NEAR_IDENTICAL]
    return [other for _score, other in sorted(alike, key=lambda pair: (-pair[0], pair[1].ref))]


def unanswered(found: list[Known], *, answered: bool) -> list[Fault]:
    """The question to answer before an organisation that looks like another is registered."""
    if answered or not found:
        return []
    named = formats.listing(f"{other.legal_name} ({other.ref})" for other in found[:MOST_NAMED])
    message = _(
        "Already registered under a similar name or number: %(organisations)s. If yours is another "
        "organisation, tick the box below; if it is the same, ask one of its members to add you.",
        organisations=named,
    )
    refs = ", ".join(other.ref for other in found)
    return [Fault(message, "not_a_duplicate", "ORG-DUP", {"organisations": refs})]


def _likeness(key: str, unit: str | None, country: str, other: Known) -> int:
    if unit and unit == identifiers.legal_unit(country, other.registration_number):
        return _SAME
    if key == other.name_key:
        return _SAME
    matcher = SequenceMatcher(None, key, other.name_key, autojunk=False)
    limit = NEAR_IDENTICAL / _SAME
    if matcher.real_quick_ratio() < limit or matcher.quick_ratio() < limit:
        return 0
    return round(matcher.ratio() * _SAME)
