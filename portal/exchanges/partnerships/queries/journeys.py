"""From where to where the visitors of a partnership travel."""

from sqlalchemy import Integer, Subquery, cast, func, select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.core.places import Point
from portal.exchanges.models import Exchange
from portal.exchanges.partnerships import rules
from portal.exchanges.partnerships.rules import Journey, Journeys, Place
from portal.exchanges.states import WITHOUT_VISIT
from portal.partners.models import Organisation


def journeys(project_id: int) -> Journeys:
    """The pairs of places most travelled between, at most `rules.MOST_JOURNEYS`, in one statement.

    Visits that ended without one, and virtual ones, are left out. A town lies where the seats of
    its organisations lie on average. Visits between the same two organisations are summed first, so
    that names are looked up once for each pair.
    """
    pairs = _pairs(project_id)
    visitor, host = aliased(Organisation), aliased(Organisation)
    visits = func.sum(pairs.c.visits)
    names = (visitor.town, visitor.country, host.town, host.country)
    seats = (visitor.latitude_e6, visitor.longitude_e6, host.latitude_e6, host.longitude_e6)
    query = (
        select(
            *names,
            *(cast(func.round(func.avg(each)), Integer) for each in seats),
            visits,
            func.count().over(),
            func.sum(visits).over(),
        )
        .join_from(pairs, visitor, visitor.id == pairs.c.visitor_id)
        .join(host, host.id == pairs.c.host_id)
        .group_by(*names)
        .order_by(visits.desc(), *names)
        .limit(rules.MOST_JOURNEYS)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return Journeys()
    return Journeys(tuple(_journey(*row[:9]) for row in rows), int(rows[0][9]), int(rows[0][10]))


def _pairs(project_id: int) -> Subquery:
    """How many visits lead from one organisation to another."""
    return (
        select(Exchange.visitor_id, Exchange.host_id, func.count().label("visits"))
        .where(
            Exchange.project_id == project_id,
            Exchange.virtual.is_(False),
            Exchange.state.not_in(WITHOUT_VISIT),
        )
        .group_by(Exchange.visitor_id, Exchange.host_id)
        .subquery()
    )


def _journey(
    from_town: str,
    from_country: str,
    to_town: str,
    to_country: str,
    from_latitude: int,
    from_longitude: int,
    to_latitude: int,
    to_longitude: int,
    visits: int,
) -> Journey:
    return Journey(
        Place(from_town, from_country, Point(from_latitude, from_longitude)),
        Place(to_town, to_country, Point(to_latitude, to_longitude)),
        int(visits),
    )
