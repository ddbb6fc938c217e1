"""What a partnership has to watch, each kind in one statement, the soonest first."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.exchanges.matches.models import Match
from portal.exchanges.matches.states import OPEN as OPEN_MATCHES
from portal.exchanges.models import Exchange, Scheme, VisitCount
from portal.exchanges.partnerships.queries.figures import Sheet
from portal.exchanges.partnerships.rules import (
    MOST_DEADLINES,
    Deadline,
    Deadlines,
    first_deadlines,
)
from portal.exchanges.partnerships.states import Due
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.states import State as ProfileState
from portal.exchanges.states import State
from portal.partners.models import Organisation
from portal.payments.models import Payment
from portal.payments.states import OPEN as OPEN_PAYMENTS

Selected = Select[*tuple[Any, ...]]
Found = Row[*tuple[Any, ...]]


def deadlines(sheet: Sheet) -> Deadlines:
    """The deadlines of a partnership that come first, those missed in front."""
    project, day = sheet.project, sheet.as_of
    kept = Deadline(Due.RETENTION, sheet.keeps_until, project.ref, project.acronym)
    return first_deadlines(
        (
            _registrations(project.id),
            _proposals(project.id, day),
            _commitments(project.id, day),
            _reports(project.id),
            _payments(sheet.envelope.line_id),
            Deadlines((kept,), 1),
        )
    )


def _registrations(project_id: int) -> Deadlines:
    """Profiles that wait for the partnership's answer (CXC-T02)."""
    query = (
        select(Profile.ref, Profile.answer_due_on, Organisation.legal_name)
        .join(Organisation, Organisation.id == Profile.organisation_id)
        .where(Profile.project_id == project_id, Profile.state == ProfileState.SUBMITTED)
        .order_by(Profile.answer_due_on, Profile.id)
    )
    return _found(query, lambda row: Deadline(Due.REGISTRATION, row[1], row[0], row[2]))


def _proposals(project_id: int, day: date) -> Deadlines:
    """Proposed visits nobody has answered for good, while they can still be answered (2.6)."""
    visiting, hosting = aliased(Profile), aliased(Profile)
    visitor, host = aliased(Organisation), aliased(Organisation)
    query = (
        select(Match.ref, Match.answer_by, visitor.legal_name, host.legal_name)
        .join(visiting, visiting.id == Match.visitor_id)
        .join(hosting, hosting.id == Match.host_id)
        .join(visitor, visitor.id == visiting.organisation_id)
        .join(host, host.id == hosting.organisation_id)
        .where(
            Match.state.in_(OPEN_MATCHES),
            Match.answer_by >= day,
            or_(visiting.project_id == project_id, hosting.project_id == project_id),
        )
        .order_by(Match.answer_by, Match.id)
    )
    return _found(query, lambda row: Deadline(Due.PROPOSAL, row[1], row[0], _way(row[2], row[3])))


def _commitments(project_id: int, day: date) -> Deadlines:
    """Visits being built whose commitment must be signed some days before the departure (CXC-T04);
    those whose departure is past can no longer be made as planned.
    """
    query = (
        _exchanges(project_id, State.BUILDING, Exchange.departure_on >= day)
        .add_columns(Exchange.departure_on, Scheme.signing_days)
        .order_by(Exchange.departure_on, Exchange.id)
    )
    return _among(
        query,
        lambda row: Deadline(
            Due.COMMITMENT, row[4] - timedelta(days=row[5]), row[0], _way(row[1], row[2])
        ),
    )


def _reports(project_id: int) -> Deadlines:
    """Agreed visits, by the day on which both reports are due (CXC-T03)."""
    query = (
        _exchanges(project_id, State.AGREED)
        .add_columns(Exchange.last_on, Scheme.report_days)
        .order_by(Exchange.last_on, Exchange.id)
    )
    return _among(
        query,
        lambda row: Deadline(
            Due.REPORT, row[4] + timedelta(days=row[5]), row[0], _way(row[1], row[2])
        ),
    )


def _payments(line_id: int) -> Deadlines:
    """Payments out of the envelope that are not executed, by their legal date (CXC-T01); each is
    named by the visit it pays.
    """
    query = (
        select(Payment.subject, Payment.due_on, Payment.suspended_on, Organisation.legal_name)
        .join(Organisation, Organisation.id == Payment.payee_id)
        .where(Payment.line_id == line_id, Payment.state.in_(OPEN_PAYMENTS))
        .order_by(Payment.due_on, Payment.id)
    )
    return _found(
        query,
        lambda row: Deadline(Due.PAYMENT, row[1], row[0], row[3], suspended=row[2] is not None),
    )


def _exchanges(project_id: int, state: State, *asked: ColumnElement[bool]) -> Selected:
    """Visits in a state with what a deadline shows, and how many there are in all; the index that
    gives them their order ends the search at the last one shown.
    """
    visitor, host = aliased(Organisation), aliased(Organisation)
    wanted = (Exchange.project_id == project_id, Exchange.state == state, *asked)
    counted = select(func.coalesce(func.sum(VisitCount.visits), 0)).where(
        VisitCount.project_id == project_id, VisitCount.state == state
    )
    if asked:  # beyond what the database has counted already
        counted = select(func.count()).select_from(Exchange).where(*wanted)
    total = counted.scalar_subquery()
    return (
        select(Exchange.ref, visitor.legal_name, host.legal_name, total)
        .join(visitor, visitor.id == Exchange.visitor_id)
        .join(host, host.id == Exchange.host_id)
        .join(Scheme, Scheme.id == Exchange.scheme_id)
        .where(*wanted)
    )


def _found(query: Selected, as_deadline: Callable[[Found], Deadline]) -> Deadlines:
    """The first rows of a query, and how many there are in all."""
    counted = query.add_columns(func.count().over()).limit(MOST_DEADLINES)
    rows = db.session.execute(counted).all()
    if not rows:
        return Deadlines()
    return Deadlines(tuple(as_deadline(row) for row in rows), int(rows[0][-1]))


def _among(query: Selected, as_deadline: Callable[[Found], Deadline]) -> Deadlines:
    """As `_found`, of visits: their fourth column says how many there are."""
    rows = db.session.execute(query.limit(MOST_DEADLINES)).all()
    if not rows:
        return Deadlines()
    return Deadlines(tuple(as_deadline(row) for row in rows), int(rows[0][3]))


def _way(visitor: str, host: str) -> str:
    return f"{visitor} → {host}"
