"""Proposals ready for an award, and projects made from them: valid by default, one line each."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from portal.accounts.models import User
from portal.calls.models import Call
from portal.calls.proposals.models import CostItem, Proposal, ProposalPartner
from portal.calls.proposals.states import CostCategory, PartnerRole
from portal.calls.proposals.states import State as ProposalState
from portal.calls.states import CallKind
from portal.calls.states import State as CallState
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.ids import next_reference
from portal.partners.models import Organisation
from portal.programme.models import Programme
from portal.projects import operations, queries
from portal.projects.models import Project
from tests.partners.builders import a_cluster, a_person, acting, give_role
from tests.programme.builders import a_programme

_numbers = iter(range(1, 1_000_000))

#: What each partner of the usual consortium asks for: personnel of its own, and what is handed on.
COSTS = (
    (0, CostCategory.PERSONNEL, 10_000_000, False),
    (1, CostCategory.PERSONNEL, 5_000_000, False),
    (1, CostCategory.TRAVEL, 1_000_000, False),
    (0, CostCategory.VOUCHERS, 60_000_000, True),
    (0, CostCategory.EXCHANGES, 5_000_000, False),
)


@dataclass
class Cast:
    """A consortium and its people: one manager for each partner, and an officer from outside."""

    clusters: list[Organisation] = field(default_factory=list)
    people: list[User] = field(default_factory=list)

    @property
    def coordinator(self) -> Actor:
        """The coordinator's manager at work."""
        return acting(self.people[0], Role.MANAGER)

    @property
    def partner(self) -> Actor:
        """The other partner's manager at work."""
        return acting(self.people[1], Role.MANAGER)


def a_cast(partners: int = 2) -> Cast:
    """Clusters with one manager each."""
    people = [a_person_with(Role.MANAGER) for _ in range(partners)]
    return Cast([a_cluster(person) for person in people], people)


def a_person_with(role: Role, name: str = "") -> User:
    """Somebody who holds a role."""
    person = a_person(name)
    give_role(person, role)
    return person


def an_officer() -> Actor:
    """A programme officer at work."""
    return acting(a_person_with(Role.OFFICER, "Olga Officer"), Role.OFFICER)


def a_call(programme: Programme | None = None, **overrides: Any) -> Call:
    """An INNOSUP call whose applicants are informed."""
    decided = datetime(2026, 6, 1, 9, tzinfo=UTC)
    said: dict[str, Any] = {
        "ref": f"INNOSUP-{next(_numbers)}",
        "programme_id": (programme or a_programme()).id,
        "kind": CallKind.INNOVATION,
        "title_en": "Clusters for SMEs",
        "title_fr": "Des pôles pour les PME",
        "summary_en": "",
        "summary_fr": "",
        "budget_cents": 2_515_000_000,
        "max_grant_cents": 500_000_000,
        "funding_rate_bp": 7000,
        "indirect_rate_bp": 2500,
        "sme_share_bp": 0,
        "min_months": 12,
        "max_months": 36,
        "abstract_limit": 2000,
        "months_to_inform": 5,
        "opens_at": datetime(2026, 1, 15, 9, tzinfo=UTC),
        "closes_at": datetime(2026, 4, 3, 15, tzinfo=UTC),
        "state": CallState.INFORMED,
        "drafted_at": datetime(2026, 1, 2, 9, tzinfo=UTC),
        "published_at": datetime(2026, 1, 10, 9, tzinfo=UTC),
        "decided_at": decided,
        "informed_at": decided,
        **overrides,
    }
    call = Call(**said)
    db.session.add(call)
    db.session.flush()
    return call


def a_listed_proposal(
    cast: Cast | None = None,
    *,
    call: Call | None = None,
    costs: tuple[tuple[int, CostCategory, int, bool], ...] = COSTS,
    indirect_cents: int = 4_000_000,
    **overrides: Any,
) -> Proposal:
    """A proposal on the main list: `costs` are (partner's place, category, cents, for SMEs)."""
    cast, call = cast or a_cast(), call or a_call()
    eligible = sum(cents for _, _, cents, _ in costs) + indirect_cents
    said: dict[str, Any] = {
        "ref": next_reference("PRP", 2026),
        "call_id": call.id,
        "coordinator_id": cast.clusters[0].id,
        "acronym": f"CLUE{next(_numbers)}",
        "title": "Clusters for a useful economy",
        "months": 24,
        "requested_cents": eligible * 7 // 10,
        "eligible_cents": eligible,
        "state": ProposalState.MAIN_LIST,
        "list_position": next(_numbers),
        "started_at": datetime(2026, 2, 1, 9, tzinfo=UTC),
        "submitted_at": datetime(2026, 4, 1, 9, tzinfo=UTC),
        **overrides,
    }
    proposal = Proposal(**said)
    db.session.add(proposal)
    db.session.flush()
    _add_parts(proposal, cast, costs)
    return proposal


def _add_parts(
    proposal: Proposal, cast: Cast, costs: tuple[tuple[int, CostCategory, int, bool], ...]
) -> None:
    for place, cluster in enumerate(cast.clusters):
        partner = ProposalPartner(
            proposal_id=proposal.id,
            organisation_id=cluster.id,
            role=PartnerRole.PARTNER if place else PartnerRole.COORDINATOR,
            position=place + 1,
            invited_at=proposal.started_at,
            confirmed_at=proposal.started_at,
        )
        db.session.add(partner)
    for place, category, cents, sme_direct in costs:
        item = CostItem(
            proposal_id=proposal.id,
            organisation_id=cast.clusters[place].id,
            category=category,
            amount_cents=cents,
            sme_direct=sme_direct,
        )
        db.session.add(item)
    db.session.flush()


def an_award(cast: Cast | None = None, **overrides: Any) -> Project:
    """A project in preparation, awarded by an officer from outside."""
    starts_on = overrides.pop("starts_on", None) or clock.today().replace(day=1)
    return operations.award(
        a_listed_proposal(cast, **overrides), starts_on=starts_on, actor=an_officer()
    )


def a_project(cast: Cast | None = None, **overrides: Any) -> Project:
    """A signed project that began this month, with envelopes for vouchers and exchanges."""
    cast = cast or a_cast()
    project = an_award(cast, **overrides)
    operations.sign(project, actor=cast.coordinator)
    operations.sign(project, actor=an_officer())
    return queries.by_ref(project.ref)
