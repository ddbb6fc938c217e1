"""What an exchange needs around it, made with the other rooms' tables: valid, one line each."""

import itertools
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, inspect

from portal.accounts.models import RoleGrant, User
from portal.accounts.states import State as AccountState
from portal.calls.models import Call
from portal.calls.proposals.models import Proposal
from portal.core.actors import SYSTEM, Role
from portal.core.columns import Instant
from portal.core.db import db
from portal.core.files import StoredFile
from portal.ledger import effects as ledger
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import State as BankState
from portal.partners.models import ClusterLink, Membership, Organisation
from portal.partners.rules import names
from portal.partners.sme.models import Assessment
from portal.partners.states import EccpProfile, OrganisationKind
from portal.partners.states import State as OrganisationState
from portal.programme.models import Programme
from portal.projects.models import Beneficiary, Envelope, Project
from portal.projects.states import Instrument
from portal.projects.states import State as ProjectState

TODAY = date(2026, 9, 7)
LILLE = (50_629_000, 3_057_000)
PDF = b"%PDF-1.4\nproof\n%%EOF\n"

_numbers = itertools.count(1)


def filled(model: type, **known: Any) -> Any:
    """A row of another room's table, with something harmless in every column that must be
    filled.
    """
    values = dict(known)
    for column in inspect(model).columns:
        words = getattr(column.type, "enum_class", None)
        if words and isinstance(values.get(column.key), str):
            values[column.key] = words(values[column.key])
        optional = column.nullable or column.default is not None or column.primary_key
        if optional or column.key in values or column.key == "version":
            continue
        values[column.key] = _harmless(column)
    row = model(**values)
    db.session.add(row)
    db.session.flush()
    return row


def _harmless(column: Any) -> Any:
    if isinstance(column.type, Instant):
        return datetime(2026, 1, 1, tzinfo=UTC)
    if isinstance(column.type, JSON):
        return []
    kind = column.type.python_type
    if issubclass(kind, StrEnum):
        return next(iter(kind))
    if kind is date:
        return date(2026, 1, 1)
    if kind is bytes:
        return b"x"
    return {bool: False, int: 1, str: "x"}[kind]


def a_person(
    name: str = "Vera Visite", *, roles: tuple[Role, ...] = (), language: str = "en"
) -> User:
    """Somebody with an active account."""
    number = next(_numbers)
    person = filled(
        User,
        ref=f"PER-2026-{number:04d}",
        name=name,
        email=f"person{number}@example.org",
        language=language,
        state=AccountState.ACTIVE,
        password_hash="unused",
    )
    for role in roles:
        filled(RoleGrant, person_id=person.id, role=role, revoked_at=None)
    return person


def an_organisation(
    name: str,
    kind: OrganisationKind = OrganisationKind.SME,
    country: str = "FR",
    *,
    place: tuple[int, int] = LILLE,
    people: tuple[User, ...] = (),
    in_cluster: bool = True,
    is_sme: bool | None = None,
    with_account: bool = True,
    **more: Any,
) -> Organisation:
    """A verified organisation with its people; by default in a profiled cluster, with an
    account.
    """
    number = next(_numbers)
    found = filled(
        Organisation,
        ref=f"ORG-2026-{number:04d}",
        legal_name=name,
        short_name=name[:60],
        search_name=names.fold(name),
        name_key=names.name_key(name),
        kind=kind,
        country=country,
        latitude_e6=place[0],
        longitude_e6=place[1],
        eccp_profile=EccpProfile.YES,
        state=OrganisationState.VERIFIED,
        verified_at=datetime(2026, 1, 1, tzinfo=UTC),
        **more,
    )
    for person in people:
        filled(
            Membership,
            user_id=person.id,
            organisation_id=found.id,
            valid_from=date(2020, 1, 1),
            valid_to=None,
            ended_at=None,
        )
    if in_cluster and kind is not OrganisationKind.CLUSTER:
        link_to_cluster(found)
    if is_sme if is_sme is not None else kind is OrganisationKind.SME:
        declare_sme(found)
    if with_account:
        give_account(found)
    return found


def link_to_cluster(organisation: Organisation) -> None:
    """Make it a member of a cluster profiled on ECCP."""
    cluster = an_organisation(
        f"Cluster of {organisation.legal_name}"[:200],
        OrganisationKind.CLUSTER,
        organisation.country,
        with_account=False,
    )
    filled(
        ClusterLink,
        organisation_id=organisation.id,
        cluster_id=cluster.id,
        valid_from=date(2020, 1, 1),
        valid_to=None,
    )


def declare_sme(organisation: Organisation, *, is_sme: bool = True) -> None:
    """Give it a self-assessment of this month."""
    category = {"category": next(iter(_category()))} if is_sme else {"category": None}
    filled(
        Assessment,
        ref=f"SME-2026-{next(_numbers):04d}",
        organisation_id=organisation.id,
        is_sme=is_sme,
        assessed_on=TODAY - timedelta(days=30),
        **category,
    )


def _category() -> type[StrEnum]:
    kind: type[StrEnum] = inspect(Assessment).columns.category.type.python_type
    return kind


def give_account(organisation: Organisation) -> None:
    """Give it a validated bank account."""
    number = next(_numbers)
    file = filled(StoredFile, content=PDF, size=len(PDF), sha256="0" * 64)
    filled(
        BankAccount,
        ref=f"ACC-2026-{number:04d}",
        organisation_id=organisation.id,
        holder=organisation.legal_name[:140],
        iban=f"FR76{number:023d}",
        evidence_id=file.id,
        state=BankState.VALIDATED,
        proposed_by_id=a_person("Proposer").id,
        validated_by_id=a_person("Checker").id,
        validated_at=datetime(2026, 1, 1, tzinfo=UTC),
        usable_from=date(2026, 1, 1),
    )


def a_programme(countries: tuple[str, ...] = ("FR", "PT", "PL", "DE", "BE")) -> Programme:
    """A programme in which these countries take part."""
    participation = inspect(Programme).mapper.registry._class_registry["Participation"]
    found = filled(
        Programme,
        ref=f"PROG{next(_numbers)}",
        name_en="Programme",
        name_fr="Programme",
        funding_rate_bp=7500,
    )
    for country in countries:
        filled(
            participation,
            programme_id=found.id,
            country=country,
            valid_from=date(2014, 1, 1),
            valid_to=None,
        )
    return found


def a_partnership(
    *members: Organisation,
    programme: Programme,
    envelope_cents: int = 1_000_000,
    acronym: str = "CLAMTEX",
    state: ProjectState = ProjectState.SIGNED,
) -> Project:
    """A signed project of these organisations, with an envelope for exchanges."""
    number = next(_numbers)
    call = filled(
        Call,
        ref=f"CALL-X-{number}",
        programme_id=programme.id,
        funding_rate_bp=7500,
        min_months=1,
        max_months=36,
        listed_cents=0,
    )
    proposal = filled(
        Proposal,
        ref=f"PRP-2026-{number:04d}",
        call_id=call.id,
        coordinator_id=members[0].id,
        requested_cents=0,
        eligible_cents=0,
    )
    ref = f"PRJ-2026-{number:04d}"
    book = ledger.open_book(ref, acronym)
    line = ledger.open_line(book, "exchanges", envelope_cents, position=1, actor=SYSTEM)
    project = filled(
        Project,
        ref=ref,
        proposal_id=proposal.id,
        call_id=call.id,
        programme_id=programme.id,
        acronym=acronym,
        title=f"{acronym} partnership",
        coordinator_id=members[0].id,
        total_cents=30_000_000,
        max_grant_cents=20_000_000,
        funding_rate_bp=7500,
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 12, 31),
        state=state,
        book_id=book.id,
        fingerprint="0" * 64,
        awarded_by_id=a_person("Officer").id,
        signed_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    for position, member in enumerate(members, start=1):
        role = "coordinator" if position == 1 else "partner"
        filled(
            Beneficiary,
            project_id=project.id,
            organisation_id=member.id,
            role=role,
            position=position,
        )
    filled(
        Envelope,
        project_id=project.id,
        instrument=Instrument.EXCHANGE,
        line_id=line.id,
        target=50,
    )
    return project
