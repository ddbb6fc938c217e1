"""The visits of a partnership in a month, and all of them for a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased, joinedload

from portal.core.db import db
from portal.exchanges.models import Exchange, VisitCount
from portal.exchanges.partnerships.rules import MOST_NAMED, Month
from portal.exchanges.states import HOLDING_MONEY, WITHOUT_VISIT, Klass, State
from portal.partners.models import Organisation
from portal.payments.models import Payment
from portal.payments.states import State as PaymentState

#: How many visits of a month are looked at for names on its days; all are counted.
MOST_LOOKED_AT = 200
#: The order of the index of a partnership's calendar.
_BY_DAYS = (Exchange.first_on, Exchange.last_on, Exchange.state, Exchange.id)
#: Rows of the list fetched at a time.
_BATCH = 1000


@dataclass(frozen=True)
class NamedVisit:
    """A visit as a day of the calendar names it; its days at the host, both included."""

    ref: str
    visitor: str
    host: str
    first_on: date
    last_on: date


@dataclass(frozen=True)
class ListedVisit:
    """A visit as a line of the list; amounts are in cents, the distance in metres."""

    ref: str
    state: State
    visitor: str
    visitor_town: str
    visitor_country: str
    host: str
    host_town: str
    host_country: str
    virtual: bool
    first_on: date
    last_on: date
    working_days: int | None
    distance_m: int | None
    klass: Klass | None
    lump_sum_cents: int | None
    final_cents: int | None
    paid_on: date | None

    @property
    def held_cents(self) -> int:
        """What it holds or has earned."""
        if self.state not in HOLDING_MONEY:
            return 0
        return (self.lump_sum_cents if self.final_cents is None else self.final_cents) or 0


def in_month(project_id: int, month: Month) -> Select[Exchange]:
    """The visits that take place on a day of the month, by their days, with what a list shows;
    those that ended without a visit are left out.
    """
    both = (joinedload(side, innerjoin=True) for side in (Exchange.visitor, Exchange.host))
    touching = _between(project_id, month.first, month.last)
    return select(Exchange).where(touching).options(*both).order_by(*_BY_DAYS)


def spans(project_id: int, month: Month) -> dict[tuple[date, date], int]:
    """How many visits last from one day to another, for all that touch the weeks of a month."""
    query = (
        select(VisitCount.first_on, VisitCount.last_on, func.sum(VisitCount.visits))
        .where(
            VisitCount.project_id == project_id,
            VisitCount.first_on <= month.weeks[-1][-1],
            VisitCount.last_on >= month.weeks[0][0],
            VisitCount.state.not_in(WITHOUT_VISIT),
            VisitCount.visits > 0,
        )
        .group_by(VisitCount.first_on, VisitCount.last_on)
    )
    return {(first, last): int(visits) for first, last, visits in db.session.execute(query)}


def named(project_id: int, month: Month) -> dict[date, list[NamedVisit]]:
    """At most `MOST_NAMED` visits to name on each day of the weeks of a month, those begun first in
    front; found among the first `MOST_LOOKED_AT`.
    """
    visitor, host = aliased(Organisation), aliased(Organisation)
    query = (
        select(
            Exchange.ref,
            visitor.legal_name,
            host.legal_name,
            Exchange.first_on,
            Exchange.last_on,
        )
        .join(visitor, visitor.id == Exchange.visitor_id)
        .join(host, host.id == Exchange.host_id)
        .where(_between(project_id, month.weeks[0][0], month.weeks[-1][-1]))
        .order_by(*_BY_DAYS)
        .limit(MOST_LOOKED_AT)
    )
    visits = [NamedVisit(*row) for row in db.session.execute(query)]
    return {
        day: [one for one in visits if one.first_on <= day <= one.last_on][:MOST_NAMED]
        for week in month.weeks
        for day in week
    }


def listed(project_id: int, line_id: int) -> Iterator[ListedVisit]:
    """Every visit of a partnership, whatever became of it, by reference; one statement."""
    visitor, host = aliased(Organisation), aliased(Organisation)
    paid = and_(
        Payment.subject == Exchange.ref,
        Payment.line_id == line_id,
        Payment.state == PaymentState.EXECUTED,
    )
    query = (
        select(
            Exchange.ref,
            Exchange.state,
            visitor.legal_name,
            visitor.town,
            Exchange.visitor_country,
            host.legal_name,
            host.town,
            Exchange.host_country,
            Exchange.virtual,
            func.coalesce(Exchange.final_first_on, Exchange.first_on),
            func.coalesce(Exchange.final_last_on, Exchange.last_on),
            func.coalesce(Exchange.final_working_days, Exchange.working_days),
            Exchange.distance_m,
            Exchange.klass,
            Exchange.lump_sum_cents,
            Exchange.final_cents,
            Payment.executed_on,
        )
        .join(visitor, visitor.id == Exchange.visitor_id)
        .join(host, host.id == Exchange.host_id)
        .outerjoin(Payment, paid)
        .where(Exchange.project_id == project_id)
        .order_by(Exchange.id)
        .execution_options(yield_per=_BATCH)
    )
    for row in db.session.execute(query):
        yield ListedVisit(*tuple(row))


def _between(project_id: int, first: date, last: date) -> ColumnElement[bool]:
    """Visits that touch these days. The index gives them in their order from the first day of the
    earliest of them on, which the counts tell.
    """
    earliest = select(func.min(VisitCount.first_on)).where(
        VisitCount.project_id == project_id,
        VisitCount.first_on <= last,
        VisitCount.last_on >= first,
        VisitCount.state.not_in(WITHOUT_VISIT),
        VisitCount.visits > 0,
    )
    return and_(
        Exchange.project_id == project_id,
        Exchange.first_on >= earliest.scalar_subquery(),
        Exchange.first_on <= last,
        Exchange.last_on >= first,
        Exchange.state.not_in(WITHOUT_VISIT),
    )
