"""Every read of a partnership's page."""

from portal.exchanges.partnerships.queries.deadlines import deadlines
from portal.exchanges.partnerships.queries.figures import Sheet, Tally, sheet
from portal.exchanges.partnerships.queries.journeys import journeys
from portal.exchanges.partnerships.queries.visits import (
    ListedVisit,
    NamedVisit,
    in_month,
    listed,
    named,
    spans,
)

__all__ = [
    "ListedVisit",
    "NamedVisit",
    "Sheet",
    "Tally",
    "deadlines",
    "in_month",
    "journeys",
    "listed",
    "named",
    "sheet",
    "spans",
]
