"""From where to where the visitors of a partnership travel."""

from sqlalchemy import func, select

from portal.core.db import db
from portal.core.places import Point
from portal.exchanges.models import VisitWay
from portal.exchanges.partnerships import rules
from portal.exchanges.partnerships.rules import Journey, Journeys, Place
from portal.exchanges.states import WITHOUT_VISIT

_NAMES = (VisitWay.from_town, VisitWay.from_country, VisitWay.to_town, VisitWay.to_country)
_SEATS = (
    VisitWay.from_latitude_e6,
    VisitWay.from_longitude_e6,
    VisitWay.to_latitude_e6,
    VisitWay.to_longitude_e6,
)


def journeys(project_id: int) -> Journeys:
    """The pairs of places most travelled between, at most `rules.MOST_JOURNEYS`, in one statement.

    Visits that ended without one, and virtual ones, are left out. A town lies where the seats of
    those who travel between the two lie on average. Read from the counts by towns, whose number
    does not grow with the visits.
    """
    visits = func.sum(VisitWay.visits)
    query = (
        select(
            *_NAMES,
            *(func.sum(each) for each in _SEATS),
            visits,
            func.count().over(),
            func.sum(visits).over(),
        )
        .where(
            VisitWay.project_id == project_id,
            VisitWay.state.not_in(WITHOUT_VISIT),
            VisitWay.visits > 0,
        )
        .group_by(*_NAMES)
        .order_by(visits.desc(), *_NAMES)
        .limit(rules.MOST_JOURNEYS)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return Journeys()
    return Journeys(tuple(_journey(*row[:9]) for row in rows), int(rows[0][9]), int(rows[0][10]))


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
        Place(from_town, from_country, _point(from_latitude, from_longitude, visits)),
        Place(to_town, to_country, _point(to_latitude, to_longitude, visits)),
        int(visits),
    )


def _point(latitude: int, longitude: int, visits: int) -> Point:
    """Where so many seats lie on average, to the nearest millionth of a degree."""
    half = int(visits) // 2
    return Point(*((int(each) + half) // int(visits) for each in (latitude, longitude)))
