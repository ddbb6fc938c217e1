"""What is written when an edition is drafted and published."""

from collections.abc import Mapping

from portal.core.db import db
from portal.exchanges.editions.models import DraftCeiling, EditionDraft
from portal.exchanges.editions.rules.draft import Proposed
from portal.exchanges.editions.rules.values import VALUES
from portal.exchanges.models import HostCeiling, Scheme

_NAMED = ("code", "title_en", "title_fr", "valid_from")
_VALUES = tuple(value.name for value in VALUES)
#: Names in the trail that calls use for something else.
_TOLD = {"sme_share_bp": "with_smes_bp", "other_share_bp": "by_others_bp"}
_LISTS = ("visitor_kinds", "host_kinds", "evidence_kinds", "reminder_days")


def columns(proposed: Proposed) -> dict[str, object]:
    """A proposed edition as the columns keep it."""
    terms = proposed.terms
    values = {name: getattr(terms, name) for name in _VALUES}
    return {
        **values,
        **{name: list(values[name]) for name in _LISTS},
        "code": terms.edition,
        "title_en": proposed.title_en.strip(),
        "title_fr": proposed.title_fr.strip(),
        "valid_from": proposed.valid_from,
    }


def ceilings(amounts: Mapping[str, int]) -> list[DraftCeiling]:
    """Amounts in cents by country as rows of a draft."""
    return [
        DraftCeiling(country=country, amount_cents=cents)
        for country, cents in sorted(amounts.items())
    ]


def replace_ceilings(draft: EditionDraft, amounts: Mapping[str, int]) -> None:
    """Give a draft other ceilings; the old ones go first, for a country has one."""
    draft.ceilings.clear()
    db.session.flush()
    draft.ceilings = ceilings(amounts)


def enact(draft: EditionDraft) -> Scheme:
    """Write the terms and the ceilings of a draft where the rules read them."""
    names = (*_NAMED, *_VALUES)
    scheme = Scheme(**{name: getattr(draft, name) for name in names})
    db.session.add(scheme)
    db.session.add_all(
        HostCeiling(
            country=row.country,
            amount_cents=row.amount_cents,
            valid_from=draft.valid_from,
            note=draft.ref,
        )
        for row in draft.ceilings
    )
    db.session.flush()
    return scheme


def shown(draft: EditionDraft) -> dict[str, object]:
    """What the trail keeps of a draft: every value, and the ceilings it lays down."""
    found = {_TOLD.get(name, name): getattr(draft, name) for name in (*_NAMED, *_VALUES)}
    return {
        "state": draft.state,
        **found,
        "new_ceilings": [f"{row.country} {row.amount_cents}" for row in draft.ceilings],
    }
