"""Who may visit and who may host: each rule of domain 2.2 and 2.3 by its name.

What concerns the visit itself (`visit_faults`) is refused when it is started; what an organisation
can still bring in (`standing_faults`: a membership, a declaration) is shown until the approval asks
for it. CXC-E03 (a person's nationality decides nothing by itself) is kept by asking for no
nationality at all. CXC-E11 (an accepted profile) is asked for where visits are matched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import _, current_language
from portal.core.places import country_name
from portal.exchanges.rules.terms import Terms
from portal.partners.states import KIND_LABELS, OrganisationKind

#: Kinds that take part in their own right; all others come as members of a cluster (domain 2.2,
#: 12-06).
IN_THEIR_OWN_RIGHT = (OrganisationKind.CLUSTER, OrganisationKind.NETWORK)
#: How long somebody from elsewhere must have lived in a participating country, in days (CXC-E04).
RESIDENCE_DAYS = 183


@dataclass(frozen=True)
class Side:
    """One of the two organisations, on the day that counts.

    `country` is that of the registered establishment used for the exchange (CXC-E02, 12-21).
    """

    name: str
    kind: OrganisationKind
    country: str
    #: Whether the country takes part in the programme.
    participates: bool
    #: Whether it belongs to a cluster organisation profiled on ECCP.
    in_profiled_cluster: bool
    #: The self-assessment in force (less than twelve months old): True, False, or None without one.
    is_sme: bool | None
    legal_group: str = ""
    suspended: bool = False


@dataclass(frozen=True)
class EarlierVisit:
    """A physical visit that has already used the visitor's right."""

    ref: str
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Visit:
    """A visit as the rules of eligibility see it."""

    visitor: Side
    host: Side
    same_organisation: bool
    virtual: bool
    #: What the visitor declared of the person who travels (CXC-E04).
    traveller_entitled: bool
    #: Whether the agency lets the host take part without a cluster (CXC-E06).
    host_waived: bool = False
    earlier: EarlierVisit | None = None


def visit_faults(visit: Visit, terms: Terms) -> Iterator[Fault]:
    """What makes this visit impossible whatever happens before the approval."""
    yield from e01_participating_countries(visit)
    yield from e07_one_visit(visit)
    yield from e09_unrelated(visit)
    yield from kinds(visit, terms)
    yield from suspended(visit)


def standing_faults(visit: Visit) -> Iterator[Fault]:
    """What is missing today and can still be brought in before the approval."""
    yield from e04_traveller(visit)
    yield from e05_cluster_member(visit)
    yield from e10_sme_declaration(visit)


def faults(visit: Visit, terms: Terms) -> Iterator[Fault]:
    """Everything that stands in the way of an approval."""
    yield from visit_faults(visit, terms)
    yield from standing_faults(visit)


def alone(
    side: Side, field: str, terms: Terms, earlier: EarlierVisit | None = None
) -> Iterator[Fault]:
    """What keeps one organisation from a part, "visitor" or "host", whoever the other is."""
    yield from _participates(side, field)
    yield from _kind(side, field, terms)
    yield from _belongs_to_cluster(side, field)
    yield from _suspended(side, field)
    if field == "visitor":
        yield from _declares_sme(side)
        if earlier is not None:
            yield has_visited(side.name, earlier)


def e01_participating_countries(visit: Visit) -> Iterator[Fault]:
    """Both countries take part and they differ; the seat decides, nobody's passport (E01 to
    E03).
    """
    yield from _participates(visit.visitor, "visitor")
    yield from _participates(visit.host, "host")
    if visit.visitor.country == visit.host.country and not visit.same_organisation:
        yield Fault(
            _(
                "Visitor and host are established in the same country. Choose a host in another "
                "one."
            ),
            "host",
            "CXC-E01",
        )


def _participates(side: Side, field: str) -> Iterator[Fault]:
    if side.participates:
        return
    yield Fault(
        _(
            "%(name)s is established in %(country)s, which does not take part in the programme.",
            name=side.name,
            country=country_name(side.country, current_language()),
        ),
        field,
        "CXC-E01",
        {"country": side.country},
    )


def e04_traveller(visit: Visit) -> Iterator[Fault]:
    """The traveller is from a participating country, or settled and in business there."""
    yield from undeclared_traveller(visit.virtual, visit.traveller_entitled)


def undeclared_traveller(virtual: bool, entitled: bool) -> Iterator[Fault]:
    """The fault of a traveller for whom the visitor has declared nothing; nobody travels
    virtually.
    """
    if virtual or entitled:
        return
    yield Fault(
        _(
            "The visitor has not yet declared that the traveller is a national of a participating "
            "country, or has lived in one for %(days)s days with a residence permit and runs or "
            "intends to start a business there.",
            days=RESIDENCE_DAYS,
        ),
        "traveller_entitled",
        "CXC-E04",
    )


def e05_cluster_member(visit: Visit) -> Iterator[Fault]:
    """Members only: an SME or support organisation comes through a cluster profiled on ECCP (E05,
    E06).

    A business network does not do. The agency may let an SME host without it, never visit.
    """
    yield from _belongs_to_cluster(visit.visitor, "visitor")
    if visit.host_waived and visit.host.kind is OrganisationKind.SME:
        return
    yield from _belongs_to_cluster(visit.host, "host")


def _belongs_to_cluster(side: Side, field: str) -> Iterator[Fault]:
    if side.kind in IN_THEIR_OWN_RIGHT or side.in_profiled_cluster:
        return
    yield Fault(
        _(
            "%(name)s is not a member of a cluster organisation with a profile on the "
            "European Cluster Collaboration Platform; membership of a business network is not "
            "enough. Ask the cluster to record the membership.",
            name=side.name,
        ),
        field,
        "CXC-E05",
    )


def e07_one_visit(visit: Visit) -> Iterator[Fault]:
    """One physical visit per organisation; a virtual one neither needs nor uses the right (E07,
    E08).
    """
    if visit.virtual or visit.earlier is None:
        return
    yield has_visited(visit.visitor.name, visit.earlier)


def has_visited(name: str, earlier: EarlierVisit) -> Fault:
    """The fault of a second visit, naming the first (CXC-E07)."""
    return Fault(
        _(
            "%(name)s already has its one visit of the scheme: %(ref)s, %(days)s. It may still "
            "host, or take part in a virtual exchange.",
            name=name,
            ref=earlier.ref,
            days=formats.day_range(earlier.first_on, earlier.last_on),
        ),
        "visitor",
        "CXC-E07",
        {"earlier": earlier.ref},
    )


def e09_unrelated(visit: Visit) -> Iterator[Fault]:
    """Nobody visits oneself or a sister company."""
    if visit.same_organisation:
        yield Fault(
            _("An organisation cannot visit itself. Choose another host."), "host", "CXC-E09"
        )
        return
    group = visit.visitor.legal_group
    if group and group == visit.host.legal_group:
        yield Fault(
            _(
                "Visitor and host belong to the same legal group (%(group)s). Choose another host.",
                group=group,
            ),
            "host",
            "CXC-E09",
        )


def e10_sme_declaration(visit: Visit) -> Iterator[Fault]:
    """A visitor registered as an SME has a self-assessment of less than twelve months that says
    so.
    """
    yield from _declares_sme(visit.visitor)


def _declares_sme(side: Side) -> Iterator[Fault]:
    if side.kind is not OrganisationKind.SME or side.is_sme:
        return
    name = side.name
    if side.is_sme is None:
        yield Fault(
            _(
                "%(name)s has no SME self-assessment of less than twelve months. File one before "
                "the approval.",
                name=name,
            ),
            "visitor",
            "CXC-E10",
        )
        return
    yield Fault(
        _(
            "According to its self-assessment %(name)s is not an SME. Correct its kind of "
            "organisation.",
            name=name,
        ),
        "visitor",
        "CXC-E10",
    )


def kinds(visit: Visit, terms: Terms) -> Iterator[Fault]:
    """Only the kinds of organisation of the edition visit and host (domain 2.2, 12-05)."""
    yield from _kind(visit.visitor, "visitor", terms)
    yield from _kind(visit.host, "host", terms)


def _kind(side: Side, field: str, terms: Terms) -> Iterator[Fault]:
    allowed = terms.visitor_kinds if field == "visitor" else terms.host_kinds
    if side.kind in allowed:
        return
    yield Fault(
        _(
            "%(name)s is registered as “%(kind)s”. In this edition these may take part: "
            "%(allowed)s.",
            name=side.name,
            kind=KIND_LABELS[side.kind],
            allowed=formats.listing(KIND_LABELS[kind] for kind in allowed),
        ),
        field,
        "2.2",
    )


def suspended(visit: Visit) -> Iterator[Fault]:
    """A suspended organisation takes part in nothing new."""
    yield from _suspended(visit.visitor, "visitor")
    yield from _suspended(visit.host, "host")


def _suspended(side: Side, field: str) -> Iterator[Fault]:
    if side.suspended:
        yield Fault(_("%(name)s is suspended from the programme.", name=side.name), field, "2.3")
