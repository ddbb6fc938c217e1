"""Exchanges: one, locked, lists, of a line, the earlier visit of an organisation."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.core.db import db
from portal.core.errors import Fault, NotFound, RuleBroken
from portal.core.i18n import _
from portal.core.states import Badge
from portal.exchanges.models import Evidence, Exchange
from portal.exchanges.rules.eligibility import EarlierVisit
from portal.exchanges.states import LIFE, OVER, PAID, UNDER_WAY, WITHOUT_VISIT, State
from portal.partners import queries as partners
from portal.partners.models import Organisation

#: How many organisations a name may mean before we ask for a more exact one.
_MOST_MEANT = 5


@dataclass(frozen=True)
class LineExchange:
    """An exchange as the budget report shows it behind its line; the amount is in cents."""

    ref: str
    visitor: str
    host: str
    state: State
    amount_cents: int

    @property
    def badge(self) -> Badge:
        """The word for its state."""
        return LIFE.badge(self.state)


def by_ref(ref: str) -> Exchange:
    """The exchange with its organisations, partnerships and terms; raises `NotFound`."""
    return _one(select(Exchange).where(Exchange.ref == ref).options(*_together()))


def by_id(exchange_id: int) -> Exchange:
    """The exchange with this database id, as `by_ref` reads it; raises `NotFound`."""
    return _one(select(Exchange).where(Exchange.id == exchange_id).options(*_together()))


def lock_exchange(exchange_id: int) -> Exchange:
    """The exchange, fresh and locked until the end of the transaction."""
    query = select(Exchange).where(Exchange.id == exchange_id).options(*_together())
    locked = query.with_for_update(of=Exchange).execution_options(populate_existing=True)
    return _one(locked)


def of_project(project_id: int) -> list[Exchange]:
    """The exchanges a partnership pays and counts, newest first, with their organisations."""
    query = select(Exchange).where(Exchange.project_id == project_id).options(*_organisations())
    return list(db.session.scalars(query.order_by(Exchange.id.desc())))


def of_line(line_id: int) -> list[LineExchange]:
    """The exchanges that hold or have earned money on a budget line, by reference."""
    query = select(Exchange).where(Exchange.line_id == line_id).options(*_organisations())
    return [
        LineExchange(
            exchange.ref,
            exchange.visitor.legal_name,
            exchange.host.legal_name,
            exchange.state,
            exchange.held_cents,
        )
        for exchange in db.session.scalars(query.order_by(Exchange.id))
    ]


def listed(
    visible: ColumnElement[bool],
    *,
    state: State | None = None,
    project_id: int | None = None,
    text: str = "",
) -> Select[Exchange]:
    """The exchanges that meet every given condition, newest first, with what a list shows.

    `text` is a reference or its beginning, or words from the name of the visitor or the host.
    """
    query = select(Exchange).where(visible)
    if state is not None:
        query = query.where(Exchange.state == state)
    if project_id is not None:
        query = query.where(
            or_(Exchange.project_id == project_id, Exchange.host_project_id == project_id)
        )
    if text.strip():
        query = query.where(_mentions(text))
    with_projects = joinedload(Exchange.project, innerjoin=True)
    return query.options(*_organisations(), with_projects).order_by(Exchange.id.desc())


def awaiting_approval(project_id: int, most: int) -> list[Exchange]:
    """A partnership's signed exchanges, those begun first in front, at most `most`; with all that
    an assessment and the day of the last signature take.
    """
    query = select(Exchange).where(
        Exchange.project_id == project_id, Exchange.state == State.SIGNED
    )
    whole = query.options(
        *_together(), joinedload(Exchange.waiver), selectinload(Exchange.signatures)
    )
    return list(db.session.scalars(whole.order_by(Exchange.id).limit(most)))


def awaiting_reports(day: date) -> list[Exchange]:
    """The agreed exchanges whose last day is past, with what a reminder needs; locked ones left
    out.
    """
    query = select(Exchange).where(Exchange.state == State.AGREED, Exchange.last_on < day)
    free = query.options(*_together()).with_for_update(of=Exchange, skip_locked=True)
    return list(db.session.scalars(free.order_by(Exchange.last_on, Exchange.id)))


def awaiting_signatures(day: date) -> list[Exchange]:
    """The exchanges being built whose departure is not past, locked ones left out."""
    query = select(Exchange).where(Exchange.state == State.BUILDING, Exchange.departure_on >= day)
    free = query.options(*_together()).with_for_update(of=Exchange, skip_locked=True)
    return list(db.session.scalars(free.order_by(Exchange.departure_on, Exchange.id)))


def earlier_visit(
    visitor_id: int, edition: str, *, except_id: int | None = None
) -> EarlierVisit | None:
    """The physical visit that has used the organisation's right in an edition, if any (CXC-E07)."""
    query = select(Exchange.ref, Exchange.first_on, Exchange.last_on).where(
        Exchange.visitor_id == visitor_id,
        Exchange.edition == edition,
        Exchange.virtual.is_(False),
        Exchange.state.not_in(WITHOUT_VISIT),
    )
    if except_id is not None:
        query = query.where(Exchange.id != except_id)
    found = db.session.execute(query.limit(1)).one_or_none()
    return EarlierVisit(*found) if found else None


def earlier_visits(visitor_ids: Collection[int], edition: str) -> dict[int, EarlierVisit]:
    """As `earlier_visit` for several organisations, in one query; those without one are left
    out.
    """
    if not visitor_ids:
        return {}
    query = select(Exchange.visitor_id, Exchange.ref, Exchange.first_on, Exchange.last_on).where(
        Exchange.visitor_id.in_(visitor_ids),
        Exchange.edition == edition,
        Exchange.virtual.is_(False),
        Exchange.state.not_in(WITHOUT_VISIT),
    )
    return {
        visitor_id: EarlierVisit(ref, first_on, last_on)
        for visitor_id, ref, first_on, last_on in db.session.execute(query)
    }


def evidence_of(exchange: Exchange, number: int) -> Evidence:
    """A piece of evidence by its place in the file, from 1; raises `NotFound`."""
    if not 1 <= number <= len(exchange.evidence):
        raise NotFound()
    return exchange.evidence[number - 1]


def organisation_meant(text: str, *, field: str) -> Organisation:
    """The one organisation that a typed reference or name means; raises `RuleBroken` naming
    `field`.
    """
    found = partners.search(text, limit=_MOST_MEANT + 1) if text.strip() else []
    exact = [one for one in found if text.strip().casefold() in _exact_names(one)]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise RuleBroken(
            Fault(
                _(
                    "No organisation is called “%(text)s”. Enter its reference (ORG-…) or part of "
                    "its name; it must be registered in the portal first.",
                    text=text.strip(),
                ),
                field,
            )
        )
    meant = "; ".join(f"{one.ref} {one.legal_name}" for one in found[:_MOST_MEANT])
    raise RuleBroken(
        Fault(
            _(
                "Several organisations fit: %(meant)s. Enter the reference of the one you mean.",
                meant=meant,
            ),
            field,
        )
    )


def badge(exchange: Exchange, day: date, *, paid: bool = False) -> Badge:
    """How an exchange is shown on a day: its state, or what the clock or the bank adds to it."""
    if paid:
        return PAID
    if exchange.state is not State.AGREED or day < exchange.first_on:
        return LIFE.badge(exchange.state)
    return UNDER_WAY if day <= exchange.last_on else OVER


def _exact_names(one: Organisation) -> Iterator[str]:
    yield from (name.casefold() for name in (one.ref, one.legal_name, one.short_name))


def _mentions(text: str) -> ColumnElement[bool]:
    named = select(Organisation.id).where(partners.matches(text)).scalar_subquery()
    wanted = text.strip().upper()
    return or_(
        Exchange.ref.startswith(wanted, autoescape=True),
        Exchange.visitor_id.in_(named),
        Exchange.host_id.in_(named),
    )


def involving(
    organisation_ids: Collection[int], project_ids: Collection[int]
) -> ColumnElement[bool]:
    """The condition of exchanges in which one of the organisations or projects is a party.

    By ids that are known: of a subquery beside others PostgreSQL would read every exchange.
    """
    sides: list[ColumnElement[bool]] = [
        Exchange.visitor_id.in_(organisation_ids),
        Exchange.host_id.in_(organisation_ids),
    ]
    if project_ids:
        sides += [Exchange.project_id.in_(project_ids), Exchange.host_project_id.in_(project_ids)]
    return and_(or_(*sides))


def _organisations() -> tuple[ExecutableOption, ...]:
    return _inner(Exchange.visitor, Exchange.host)


def _together() -> tuple[ExecutableOption, ...]:
    related = (Exchange.project, Exchange.host_project, Exchange.scheme)
    return (*_organisations(), *_inner(*related))


def _inner(*related: InstrumentedAttribute[object]) -> tuple[ExecutableOption, ...]:
    return tuple(joinedload(each, innerjoin=True) for each in related)


def _one(query: Select[Exchange]) -> Exchange:
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found
