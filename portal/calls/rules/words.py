"""The rules of a call in words, as its page shows them; computed from the terms, so never stale."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from portal.calls.rules.terms import Terms
from portal.core import formats
from portal.core.i18n import Text, _, n_, p_
from portal.partners.states import KIND_LABELS, OrganisationKind


def rate(basis_points: int) -> str:
    """A rate as people read it: "75 %", "7 %"."""
    return formats.percent(basis_points, 10_000, 2)


def consortium(terms: Terms) -> list[Text]:
    """Who may apply, one sentence for each rule."""
    return list(_consortium(terms))


def money(terms: Terms) -> list[Text]:
    """What is paid, one sentence for each rule."""
    return list(_money(terms))


def project(terms: Terms) -> list[Text]:
    """How long, and how much text, one sentence for each rule."""
    months = _(
        "The project lasts %(least)s to %(most)s months.",
        least=terms.min_months,
        most=terms.max_months,
    )
    abstract = _(
        "The abstract has at most %(most)s characters.", most=formats.number(terms.abstract_limit)
    )
    return [months, abstract]


def value(name: str, kept: Any) -> Text:
    """A term's value, as a corrigendum keeps it, for people: amounts, rates, moments, words."""
    if kept in ("", None, []):
        return "—"
    if isinstance(kept, bool):
        return p_("answer", "Yes") if kept else p_("answer", "No")
    if name.endswith("_cents"):
        return formats.money(kept)
    if name.endswith("_bp"):
        return rate(kept)
    if name.endswith("_at"):
        return formats.moment(datetime.fromisoformat(kept))
    if name == "eligible_kinds":
        return formats.listing(KIND_LABELS[OrganisationKind(kind)] for kind in kept)
    return formats.number(kept) if isinstance(kept, int) else str(kept)


def _consortium(terms: Terms) -> Iterator[Text]:
    yield n_(
        "At least %(num)s independent legal entity applies.",
        "At least %(num)s independent legal entities apply together.",
        terms.min_entities,
    )
    if terms.min_countries > 1:
        yield n_(
            "They come from at least %(num)s participating country.",
            "They come from at least %(num)s different participating countries.",
            terms.min_countries,
        )
    else:
        yield _("Every entity is established in a participating country.")
    if terms.min_smes:
        yield n_(
            "At least %(num)s of them is an SME.",
            "At least %(num)s of them are SMEs.",
            terms.min_smes,
        )
    if terms.requires_region_category:
        yield _("At least one of them is from a less developed or transition region.")
    if terms.requires_eccp:
        yield _(
            "Each has a profile on the European Cluster Collaboration Platform, or has requested "
            "one."
        )
    if terms.eligible_kinds:
        kinds = (KIND_LABELS[OrganisationKind(kind)] for kind in terms.eligible_kinds)
        yield _("Open to: %(kinds)s.", kinds=formats.listing(kinds))
    if terms.single_application:
        yield _("An organisation coordinates one proposal only.")


def _money(terms: Terms) -> Iterator[Text]:
    yield _(
        "The grant covers at most %(rate)s of the eligible costs, and at most %(greatest)s.",
        rate=rate(terms.funding_rate_bp),
        greatest=formats.money(terms.max_grant_cents),
    )
    if terms.min_grant_cents:
        yield _(
            "The requested grant is at least %(smallest)s.",
            smallest=formats.money(terms.min_grant_cents),
        )
    yield _(
        "Indirect costs are %(rate)s of the direct costs without subcontracting and without "
        "support to third parties.",
        rate=rate(terms.indirect_rate_bp),
    )
    if terms.sme_share_bp:
        yield _(
            "At least %(share)s of the whole budget reaches the innovation of SMEs directly.",
            share=rate(terms.sme_share_bp),
        )
