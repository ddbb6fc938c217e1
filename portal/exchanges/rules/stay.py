"""A stay: its days and its distance, and whether it is long enough, short enough and abroad."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from portal.core import days, formats
from portal.core.errors import Fault
from portal.core.i18n import _, n_
from portal.exchanges.rules.terms import Terms


@dataclass(frozen=True)
class Stay:
    """The days at the host, both included; travel days lie outside (domain 2.4, CXC-D07).

    Countries are ISO codes of the establishments used, `distance_m` is in whole metres between
    them.
    """

    first_on: date
    last_on: date
    visitor_country: str
    host_country: str
    distance_m: int
    virtual: bool = False

    @cached_property
    def working_days(self) -> int:
        """Monday to Friday, public holidays of the host country left out (CXC-D03, CXC-D05)."""
        return days.working_days(self.first_on, self.last_on, self.host_country)


@dataclass(frozen=True)
class Journey:
    """The four days of a visit: departure, first and last day at the host, return (CXC-D07)."""

    departure_on: date
    first_on: date
    last_on: date
    return_on: date


def faults(stay: Stay, terms: Terms, *, shortest_days: int | None = None) -> Iterator[Fault]:
    """Everything that keeps the stay from earning a lump sum; of a virtual exchange only its days
    are asked, whether the edition allows any then (CXC-T05).

    `shortest_days` is the partnership's own minimum in working days, used when it is stricter than
    the scheme's (domain 2.4, CXC-D01, CXC-D02, CXC-D04; 2.3, CXC-E01).
    """
    if stay.virtual:
        yield from _no_virtual_time(stay, terms)
        return
    if stay.visitor_country == stay.host_country:
        yield Fault(
            _(
                "Visitor and host are established in the same country. Choose a host in another "
                "one."
            ),
            "host",
            "CXC-E01",
        )
    yield from _too_short(stay, max(terms.shortest_days, shortest_days or 0))
    yield from _too_long(stay, terms)


def _too_short(stay: Stay, shortest: int) -> Iterator[Fault]:
    if stay.working_days >= shortest:
        return
    yield Fault(
        n_(
            "The stay has %(num)s working day at the host; at least %(shortest)s are needed, "
            "without travel days, weekends and public holidays of the host country. Lengthen the "
            "stay.",
            "The stay has %(num)s working days at the host; at least %(shortest)s are needed, "
            "without travel days, weekends and public holidays of the host country. Lengthen the "
            "stay.",
            stay.working_days,
            shortest=shortest,
        ),
        "last_on",
        "CXC-D01",
        {"working_days": stay.working_days, "shortest": shortest},
    )


def _too_long(stay: Stay, terms: Terms) -> Iterator[Fault]:
    latest = last_day_allowed(stay.first_on, terms)
    if stay.last_on <= latest:
        return
    yield Fault(
        n_(
            "A stay lasts one month at most: one that begins on %(first)s ends on %(latest)s at "
            "the latest. Shorten the stay.",
            "A stay lasts %(num)s months at most: one that begins on %(first)s ends on %(latest)s "
            "at the latest. Shorten the stay.",
            terms.longest_months,
            first=formats.day(stay.first_on),
            latest=formats.day(latest),
        ),
        "last_on",
        "CXC-D02",
        {"first_on": stay.first_on.isoformat(), "latest": latest.isoformat()},
    )


def _no_virtual_time(stay: Stay, terms: Terms) -> Iterator[Fault]:
    first, last = terms.virtual_from, terms.virtual_until
    if first is not None and stay.first_on < first:
        message = _(
            "This edition allows virtual exchanges from %(day)s on. Choose later days.",
            day=formats.day(first),
        )
        yield Fault(message, "first_on", "CXC-T05", {"virtual_from": first.isoformat()})
    if last is not None and stay.last_on > last:
        message = _(
            "This edition allows virtual exchanges until %(day)s. Choose earlier days, or a "
            "visit in person.",
            day=formats.day(last),
        )
        yield Fault(message, "last_on", "CXC-T05", {"virtual_until": last.isoformat()})


def last_day_allowed(first: date, terms: Terms) -> date:
    """The last day a stay may have that begins on `first` (domain 2.4, CXC-D06)."""
    later = days.add_months(first, terms.longest_months)
    return later - timedelta(days=1) if later.day == first.day else later


def journey_faults(journey: Journey, *, today: date) -> Iterator[Fault]:
    """What is wrong with the order of the four days; the journey must not have begun before
    `today`.
    """
    if journey.departure_on < today:
        yield Fault(
            _("The departure is in the past. Everything is signed before the journey begins."),
            "departure_on",
            "2.6",
        )
    if journey.first_on < journey.departure_on:
        yield Fault(
            _("The first day at the host comes before the departure."), "first_on", "CXC-D07"
        )
    if journey.last_on < journey.first_on:
        yield Fault(_("The last day at the host comes before the first."), "last_on", "CXC-D07")
    if journey.return_on < journey.last_on:
        yield Fault(_("The return comes before the last day at the host."), "return_on", "CXC-D07")


def departed(departure_on: date, *, today: date) -> Iterator[Fault]:
    """The fault of signing or agreeing after the traveller has left (domain 2.6: before travel)."""
    if today > departure_on:
        yield Fault(
            _(
                "The departure was planned for %(day)s. Nothing can be signed once the journey "
                "has begun: cancel this exchange and start another with new dates.",
                day=formats.day(departure_on),
            ),
            None,
            "2.6",
            {"departure_on": departure_on.isoformat()},
        )
