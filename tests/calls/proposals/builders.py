"""Proposals: from a draft to an outcome; made by their own operations, valid by default."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from portal.accounts.models import User
from portal.calls.models import Call
from portal.calls.proposals import operations, queries
from portal.calls.proposals.models import Proposal
from portal.calls.proposals.rules import Application, Line, Member
from portal.calls.proposals.states import CostCategory, PartnerRole
from portal.core import clock
from portal.partners.models import Organisation
from portal.partners.states import EccpProfile, OrganisationKind
from tests.calls.builders import a_call, an_officer
from tests.partners.builders import a_cluster, a_person, acting

#: Costs that ask for 75 % of 107 000 EUR: 100 000 EUR of personnel and 7 % indirect costs.
PERSONNEL_CENTS = 10_000_000


def a_member(number: int = 1, **overrides: Any) -> Member:
    """A confirmed cluster of the consortium; the first one coordinates."""
    country, region = (("FR", "FRJ2"), ("LV", "LV00"), ("BE", "BE10"))[(number - 1) % 3]
    return Member(
        **{
            "organisation_id": number,
            "ref": f"ORG-2019-{number:04d}",
            "name": f"Cluster {number}",
            "country": country,
            "region": region,
            "role": PartnerRole.COORDINATOR if number == 1 else PartnerRole.PARTNER,
            "kind": OrganisationKind.CLUSTER,
            "eccp": EccpProfile.YES,
            **overrides,
        }
    )


def a_line(
    cents: int,
    category: CostCategory = CostCategory.PERSONNEL,
    *,
    by: int = 1,
    sme: bool = False,
    note: str = "Money for SMEs",
) -> Line:
    """One line of a budget, in cents."""
    return Line(by, category, cents, sme, note if sme else "")


def an_application(**overrides: Any) -> Application:
    """A complete application of three clusters from three countries."""
    complete = Application(
        ref="PRP-2019-0001",
        call_ref="COS-CLUSTER-2018-03-02",
        acronym="WATERLINK",
        title="Clusters for clean water",
        abstract="Three clusters exchange what they know about water.",
        months=24,
        themes=("water-smart",),
        members=(a_member(1), a_member(2), a_member(3)),
        lines=(a_line(PERSONNEL_CENTS),),
    )
    return replace(complete, **overrides)


def a_draft(
    call: Call | None = None,
    *,
    coordinator: Organisation | None = None,
    person: User | None = None,
    complete: bool = True,
    cents: int = PERSONNEL_CENTS,
) -> Proposal:
    """A draft of one cluster to an open call; complete unless said otherwise."""
    call, person = call or a_call(), person or a_person()
    coordinator = coordinator or a_cluster(person)
    actor = acting(person)
    proposal = operations.start(
        call, organisation=coordinator.ref, acronym="WATERLINK", title="Clean water", actor=actor
    )
    if complete:
        fill_in(proposal, person, cents=cents)
    return proposal


def fill_in(
    proposal: Proposal, person: User, *, cents: int = PERSONNEL_CENTS, lines: Sequence[Line] = ()
) -> None:
    """Fill in what every call asks for."""
    actor = acting(person)
    operations.edit(
        proposal,
        acronym=proposal.acronym,
        title=proposal.title,
        abstract="Three clusters exchange what they know about water.",
        months=24,
        themes=["water-smart"],
        version=proposal.identity_version,
        actor=actor,
    )
    operations.plan_costs(
        proposal,
        lines=lines or [a_line(cents, by=proposal.coordinator_id)],
        asked_cents=None,
        planned_exchanges=None,
        planned_vouchers=None,
        version=proposal.costs_version,
        actor=actor,
    )


def a_submitted(call: Call | None = None, **overrides: Any) -> Proposal:
    """A proposal submitted to an open call."""
    person = overrides.pop("person", None) or a_person()
    proposal = a_draft(call, person=person, **overrides)
    operations.submit(proposal, honour=True, mandate=True, actor=acting(person))
    return queries.by_ref(proposal.ref)


def closed(call: Call) -> Any:
    """The clock just after the deadline of the call, as a context."""
    return clock.at(call.closes_at + timedelta(minutes=1))


def a_listed(call: Call | None = None, **overrides: Any) -> Proposal:
    """A proposal on the main list of a call that was decided and informed, ready for its award."""
    call = call or a_call()
    proposal = a_submitted(call, **overrides)
    officer = an_officer()
    with closed(call):
        operations.place_on_main_list(proposal, actor=officer)
        operations.decide(call, actor=officer)
        operations.inform(call, actor=officer)
    return queries.by_ref(proposal.ref)
