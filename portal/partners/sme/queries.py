"""Reads of SME declarations: the status of organisations on a day, what waits for an officer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.core import clock, days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.tasks import Task
from portal.partners import queries as partners
from portal.partners.models import Organisation
from portal.partners.sme.models import Assessment
from portal.partners.sme.rules import status
from portal.partners.sme.states import Category, State
from portal.partners.states import OrganisationKind

#: How many tasks the desk shows.
MOST_TASKS = 50
#: How long before its end a declaration becomes a task for the members.
REMIND_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class SmeStatus:
    """What a declaration says of an organisation on a day."""

    is_sme: bool
    category: Category | None
    assessed_on: date
    confirmed: bool
    #: The declaration, and the last day it serves.
    ref: str
    valid_until: date


def status_on(organisation_id: int, day: date) -> SmeStatus | None:
    """The status on a day; None without a declaration, or when the latest is contested."""
    return statuses_on((organisation_id,), day).get(organisation_id)


def statuses_on(organisation_ids: Collection[int], day: date) -> dict[int, SmeStatus]:
    """The status of several organisations on a day, in one query; those without one are left out.

    The latest declaration made by that day decides, for twelve months; when an officer contests it
    there is no status until the next.
    """
    if not organisation_ids:
        return {}
    earliest = days.add_months(day, -status.VALID_MONTHS)
    query = (
        select(Assessment)
        .where(
            Assessment.organisation_id.in_(organisation_ids),
            Assessment.assessed_on <= day,
            Assessment.assessed_on >= earliest,
        )
        .order_by(Assessment.assessed_on, Assessment.id)
    )
    latest = {found.organisation_id: found for found in db.session.scalars(query)}
    return {
        organisation_id: _status(found)
        for organisation_id, found in latest.items()
        if found.state is not State.CONTESTED and status.is_valid_on(found.assessed_on, day)
    }


def by_ref(ref: str) -> Assessment:
    """The declaration with this reference, its organisation and relations; raises `NotFound`."""
    query = select(Assessment).where(Assessment.ref == ref)
    loaded = query.options(joinedload(Assessment.organisation), selectinload(Assessment.related))
    found = db.session.scalar(loaded)
    if found is None:
        raise NotFound
    return found


def lock_assessment(assessment_id: int) -> Assessment:
    """The declaration with its organisation, fresh and locked until the end of the transaction."""
    query = select(Assessment).where(Assessment.id == assessment_id)
    return db.session.scalars(
        query.options(joinedload(Assessment.organisation))
        .with_for_update(of=Assessment)
        .execution_options(populate_existing=True)
    ).one()


def of_organisation(organisation_id: int) -> list[Assessment]:
    """Every declaration of an organisation, newest first."""
    query = select(Assessment).where(Assessment.organisation_id == organisation_id)
    return list(
        db.session.scalars(query.order_by(Assessment.assessed_on.desc(), Assessment.id.desc()))
    )


def of_year(organisation_id: int, reference_year: int) -> Assessment | None:
    """The latest uncontested declaration of an organisation for a reference year."""
    query = select(Assessment).where(
        Assessment.organisation_id == organisation_id,
        Assessment.reference_year == reference_year,
        Assessment.state != State.CONTESTED,
    )
    return db.session.scalar(query.order_by(Assessment.id.desc()).limit(1))


def listed(actor: Actor, *, state: State | None = None, text: str = "") -> Select[Assessment]:
    """The declarations the actor may see, those that wait longest first."""
    query = (
        select(Assessment)
        .join(Organisation, Organisation.id == Assessment.organisation_id)
        .where(visible_to(actor))
        .options(joinedload(Assessment.organisation))
    )
    if state:
        query = query.where(Assessment.state == state)
    if text.strip():
        query = query.where(or_(partners.matches(text), Assessment.ref == text.strip().upper()))
    waiting = Assessment.state == State.DECLARED
    return query.order_by(waiting.desc(), Assessment.assessed_on, Assessment.id)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Officers and auditors see every declaration, members those of their organisations."""
    if actor.has(Role.OFFICER, Role.AUDITOR):
        return true()
    if not actor.organisation_ids:
        return false()
    return Assessment.organisation_id.in_(actor.organisation_ids)


def tasks_for(actor: Actor) -> list[Task]:
    """For officers declarations to check; for members SMEs whose declaration ends or is missing."""
    checks = _checks(actor) if actor.has(Role.OFFICER) else []
    return checks + _missing(actor)


def _checks(actor: Actor) -> list[Task]:
    query = (
        select(Assessment)
        .where(Assessment.state == State.DECLARED)
        .options(joinedload(Assessment.organisation))
        .order_by(Assessment.assessed_on, Assessment.id)
        .limit(MOST_TASKS)
    )
    return [
        Task(
            label=_("Check the SME declaration"),
            ref=found.ref,
            title=found.organisation.legal_name,
            endpoint="sme.show",
            values={"ref": found.ref},
            since=found.assessed_on,
        )
        for found in db.session.scalars(query)
        if not actor.speaks_for(found.organisation_id)
    ]


def _missing(actor: Actor) -> list[Task]:
    """One query: the SMEs spoken for, each with its declarations of the last twelve months."""
    if not actor.organisation_ids:
        return []
    today = clock.today()
    recent = Assessment.assessed_on >= days.add_months(today, -status.VALID_MONTHS)
    query = (
        select(Organisation, Assessment)
        .outerjoin(Assessment, and_(Assessment.organisation_id == Organisation.id, recent))
        .where(
            Organisation.id.in_(actor.organisation_ids),
            Organisation.kind == OrganisationKind.SME,
        )
        .order_by(Organisation.search_name, Assessment.assessed_on, Assessment.id)
    )
    latest: dict[Organisation, Assessment | None] = {}
    for own, found in db.session.execute(query):
        latest[own] = found
    tasks = [_declare(own, found, today) for own, found in latest.items()]
    return [task for task in tasks if task is not None][:MOST_TASKS]


def _declare(own: Organisation, latest: Assessment | None, today: date) -> Task | None:
    """The task to declare, unless the latest declaration serves for longer than the notice."""
    serves = latest is not None and latest.state is not State.CONTESTED
    ends = _status(latest).valid_until if latest is not None and serves else None
    if ends is not None and ends > today + REMIND_BEFORE:
        return None
    return Task(
        label=_("Declare the SME status"),
        ref=own.ref,
        title=own.legal_name,
        endpoint="sme.declare",
        values={"ref": own.ref},
        due_on=ends if ends is not None and ends >= today else None,
    )


def _status(found: Assessment) -> SmeStatus:
    ends = days.add_months(found.assessed_on, status.VALID_MONTHS) - timedelta(days=1)
    return SmeStatus(
        is_sme=found.is_sme,
        category=found.category,
        assessed_on=found.assessed_on,
        confirmed=found.state is State.CONFIRMED,
        ref=found.ref,
        valid_until=ends,
    )
