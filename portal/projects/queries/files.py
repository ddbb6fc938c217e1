"""Reads of projects: one, many, their consortium and envelopes; and the locks."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.states import Badge
from portal.projects.models import (
    Beneficiary,
    Envelope,
    Project,
)
from portal.projects.rules import agreement
from portal.projects.states import ENDED, LIFE, RUNNING, Instrument, Side, State

#: How many tasks of one kind the desk shows.
MOST_TASKS = 50


def by_ref(ref: str) -> Project:
    """The project with this reference, with consortium, envelopes and signatures; or `NotFound`."""
    return _one(select(Project).where(Project.ref == ref).options(*_whole()))


def by_id(project_id: int) -> Project:
    """The project with this database id, as `by_ref` reads it; raises `NotFound`."""
    return _one(select(Project).where(Project.id == project_id).options(*_whole()))


def by_ids(project_ids: Collection[int]) -> dict[int, Project]:
    """Several projects by database id, in one query; unknown ids are left out."""
    if not project_ids:
        return {}
    found = db.session.scalars(select(Project).where(Project.id.in_(project_ids)))
    return {project.id: project for project in found}


def of_proposal(proposal_id: int) -> Project | None:
    """The project a proposal became, if it was awarded."""
    return db.session.scalar(select(Project).where(Project.proposal_id == proposal_id))


def lock_project(project_id: int) -> Project:
    """The project, fresh and locked until the end of the transaction, with its signatures."""
    query = select(Project).where(Project.id == project_id).options(*_whole())
    locked = query.with_for_update(of=Project).execution_options(populate_existing=True)
    return _one(locked)


def ensure_open_for_spending(project_id: int, day: date) -> Project:
    """The project, when new money of it may be committed on `day`; raises `RuleBroken` otherwise.

    Holds the row against a suspension at the same instant, without blocking other commitments.
    """
    query = select(Project).where(Project.id == project_id).options(*_whole())
    held = query.with_for_update(of=Project, read=True).execution_options(populate_existing=True)
    project = _one(held)
    agreement.ensure_open_for_spending(project.state, ends_on=project.ends_on, day=day)
    return project


def envelope(project_id: int, instrument: Instrument) -> Envelope | None:
    """What a project has set aside for exchanges or for vouchers, if anything."""
    query = select(Envelope).where(Envelope.project_id == project_id)
    return db.session.scalar(query.where(Envelope.instrument == instrument))


def agreement_of(project_id: int) -> dict[str, Any]:
    """What the parties to the grant agreement sign, as frozen at award."""
    query = select(Project.agreement).where(Project.id == project_id)
    found: dict[str, Any] = db.session.scalars(query).one()
    return found


def beneficiary_ids(project_id: int) -> frozenset[int]:
    """The organisations of the consortium, by database id."""
    query = select(Beneficiary.organisation_id).where(Beneficiary.project_id == project_id)
    return frozenset(db.session.scalars(query))


def beneficiaries(project_id: int) -> list[Beneficiary]:
    """The consortium with its organisations, the coordinator first."""
    query = select(Beneficiary).where(Beneficiary.project_id == project_id)
    ordered = query.options(joinedload(Beneficiary.organisation)).order_by(Beneficiary.position)
    return list(db.session.scalars(ordered))


def managed_by(actor: Actor) -> list[Project]:
    """The projects whose consortium the actor manages, newest first; none without the role."""
    if not actor.has(Role.MANAGER) or not actor.organisation_ids:
        return []
    query = select(Project).where(Project.id.in_(of_organisations(actor.organisation_ids)))
    return list(db.session.scalars(query.order_by(Project.starts_on.desc(), Project.id.desc())))


def of_organisations(organisation_ids: Collection[int]) -> Select[int]:
    """The ids of the projects in which one of the organisations is a beneficiary, as a subquery."""
    return select(Beneficiary.project_id).where(Beneficiary.organisation_id.in_(organisation_ids))


def ids_managed_by(actor: Actor) -> list[int]:
    """The ids of the projects whose consortium the actor manages; none without the role."""
    if not actor.has(Role.MANAGER) or not actor.organisation_ids:
        return []
    query = of_organisations(actor.organisation_ids).distinct()
    return list(db.session.scalars(query.order_by(Beneficiary.project_id)))


def is_direct_beneficiary(organisation_id: int) -> bool:
    """Whether the organisation is in the consortium of any partnership that pays exchanges."""
    return organisation_id in direct_beneficiaries_among((organisation_id,))


def direct_beneficiaries_among(organisation_ids: Collection[int]) -> frozenset[int]:
    """Those of the organisations for which `is_direct_beneficiary` holds, in one query."""
    if not organisation_ids:
        return frozenset()
    query = (
        select(Beneficiary.organisation_id)
        .join(Envelope, Envelope.project_id == Beneficiary.project_id)
        .where(
            Beneficiary.organisation_id.in_(organisation_ids),
            Envelope.instrument == Instrument.EXCHANGE,
        )
    )
    return frozenset(db.session.scalars(query))


def with_exchanges() -> list[Project]:
    """The partnerships: projects with an envelope for exchanges, by acronym."""
    return _with(Instrument.EXCHANGE)


def with_vouchers() -> list[Project]:
    """The projects with an envelope for vouchers, by acronym."""
    return _with(Instrument.VOUCHER)


def badge(project: Project, day: date) -> Badge:
    """How a project is shown on a day: its state, or for a signed one what the clock tells."""
    if project.state is not State.SIGNED or day < project.starts_on:
        return LIFE.badge(project.state)
    return RUNNING if day <= project.ends_on else ENDED


def search(query: Select[Project], *, text: str = "", state: str = "") -> Select[Project]:
    """A list of projects narrowed to those that match, newest first, with their coordinators."""
    if text:
        wanted = text.strip().lower()
        query = query.where(
            or_(
                func.lower(Project.acronym).contains(wanted, autoescape=True),
                func.lower(Project.title).contains(wanted, autoescape=True),
                func.lower(Project.ref) == wanted,
            )
        )
    if state:
        query = query.where(Project.state == State(state))
    return query.options(joinedload(Project.coordinator)).order_by(Project.id.desc())


def has_signed(project: Project, side: Side) -> bool:
    """Whether a side has signed; the project must have been read with its signatures."""
    return any(signature.side is side for signature in project.signatures)


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Project.coordinator),
        selectinload(Project.beneficiaries).joinedload(Beneficiary.organisation),
        selectinload(Project.envelopes),
        selectinload(Project.signatures),
    )


def _one(query: Select[Project]) -> Project:
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found


def _with(instrument: Instrument) -> list[Project]:
    query = select(Project).join(Envelope).where(Envelope.instrument == instrument)
    return list(db.session.scalars(query.order_by(Project.acronym, Project.id)))
