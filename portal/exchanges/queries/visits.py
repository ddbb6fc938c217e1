"""The counts of visits that the database keeps, compared with the exchanges themselves."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.exchanges.models import Exchange, VisitCount, VisitWay
from portal.exchanges.models.visits import DAYS_KEY, WAY_KEY
from portal.exchanges.queries.quotas import Miscount
from portal.exchanges.states import State
from portal.partners.models import Organisation

_Counted = dict[tuple[Any, ...], tuple[int, ...]]


def how_many(state: State | None) -> Select[int]:
    """How many exchanges there are, or are in a state, as the database counts them."""
    query = select(func.coalesce(func.sum(VisitCount.visits), 0))
    return query if state is None else query.where(VisitCount.state == state)


def misplaced() -> list[Miscount]:
    """Recount the visits by state and days, and from town to town; empty when all agree.

    A place that is counted wrongly is named as the towns it lies between.
    """
    kept, real = _kept_days(), _real_days()
    ways, real_ways = _kept_ways(), _real_ways()
    return [*_differences(kept, real), *_differences(ways, real_ways)]


def _differences(kept: _Counted, real: _Counted) -> Iterator[Miscount]:
    for key in sorted({*kept, *real}, key=str):
        one, other = kept.get(key), real.get(key)
        if (one or ()) == (other or ()):
            continue
        name = "visits " + " ".join(str(part) for part in key[1:])
        yield Miscount(key[0], name, one[0] if one else 0, other[0] if other else 0)


def _kept_days() -> _Counted:
    sums = VisitCount.visits, VisitCount.cents
    return _counted(select(*(getattr(VisitCount, each) for each in DAYS_KEY), *sums), 2)


def _real_days() -> _Counted:
    keys = [getattr(Exchange, each) for each in DAYS_KEY]
    cents = func.sum(func.coalesce(Exchange.final_cents, Exchange.lump_sum_cents, 0))
    return _counted(select(*keys, func.count(), cents).group_by(*keys), 2)


def _kept_ways() -> _Counted:
    seats = (
        VisitWay.from_latitude_e6,
        VisitWay.from_longitude_e6,
        VisitWay.to_latitude_e6,
        VisitWay.to_longitude_e6,
    )
    keys = (getattr(VisitWay, each) for each in WAY_KEY)
    return _counted(select(*keys, VisitWay.visits, *seats), 5)


def _real_ways() -> _Counted:
    visitor, host = aliased(Organisation), aliased(Organisation)
    towns = (visitor.town, visitor.country, host.town, host.country)
    keys = (Exchange.project_id, Exchange.state, *towns)
    seats = (visitor.latitude_e6, visitor.longitude_e6, host.latitude_e6, host.longitude_e6)
    query = (
        select(*keys, func.count(), *(func.sum(each) for each in seats))
        .join_from(Exchange, visitor, visitor.id == Exchange.visitor_id)
        .join(host, host.id == Exchange.host_id)
        .where(Exchange.virtual.is_(False))
        .group_by(*keys)
    )
    return _counted(query, 5)


def _counted(query: Select[*tuple[Any, ...]], sums: int) -> _Counted:
    """What a query counts, by its key; what is counted as nothing is left out."""
    rows = (tuple(row) for row in db.session.execute(query))
    found = {row[:-sums]: tuple(int(each) for each in row[-sums:]) for row in rows}
    return {key: counted for key, counted in found.items() if any(counted)}
