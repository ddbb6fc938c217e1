"""The money of a partnership and its visits by state: what the page and the sheet both show."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.states import Badge
from portal.exchanges import queries as exchanges
from portal.exchanges.models import PartnershipTerms, VisitCount
from portal.exchanges.partnerships import rules
from portal.exchanges.partnerships.queries.journeys import journeys
from portal.exchanges.partnerships.rules import Journeys
from portal.exchanges.queries import Standing
from portal.exchanges.queries.quotas import counts, standing
from portal.exchanges.rules.closing import kept_until
from portal.exchanges.rules.quota import Goal
from portal.exchanges.rules.terms import Terms
from portal.exchanges.states import HOLDING_MONEY, LIFE, OVER, UNDER_WAY, State
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.queries.budget import EnvelopeFigures, Figures
from portal.projects.states import Instrument


@dataclass(frozen=True)
class Tally:
    """How many visits stand in a state, virtual ones apart, and what they hold or have earned, in
    cents. Agreed ones stand in three rows, by what the clock adds: to come, under way, over.
    """

    name: str
    badge: Badge
    physical: int
    virtual: int
    held_cents: int
    last_on: date | None = None

    @property
    def visits(self) -> int:
        """All of them."""
        return self.physical + self.virtual


@dataclass(frozen=True)
class Sheet:
    """Where a partnership stands on a day; amounts are in cents."""

    project: Project
    as_of: date
    terms: Terms
    own: PartnershipTerms | None
    envelope: EnvelopeFigures
    tallies: tuple[Tally, ...]
    standing: Standing
    journeys: Journeys

    @property
    def figures(self) -> Figures:
        """The envelope's line as the ledger keeps it."""
        return self.envelope.figures

    @property
    def reserved_cents(self) -> int:
        """Committed or legally bound, and not yet certified (domain 2.11)."""
        return self.figures.committed_cents + self.figures.bound_cents

    @property
    def worst_case_cents(self) -> int:
        """What the target costs when every exchange earns the cap."""
        return rules.worst_case_cents(target=self.standing.target, cap_cents=self.terms.cap_cents)

    @property
    def total(self) -> Tally:
        """All states together."""
        return Tally(
            "total",
            Badge(_("Total"), "info"),
            sum(one.physical for one in self.tallies),
            sum(one.virtual for one in self.tallies),
            sum(one.held_cents for one in self.tallies),
        )

    @property
    def keeps_until(self) -> date:
        """The last day for which the evidence of its visits is kept (12-35)."""
        last = max((one.last_on for one in self.tallies if one.last_on), default=self.as_of)
        return kept_until(ends_on=self.project.ends_on, last_on=last, terms=self.terms)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the figures; the same in every language."""
        return hashlib.sha256(json.dumps(list(self._content())).encode()).hexdigest()

    def _content(self) -> Iterator[list[object]]:
        money = self.figures
        yield [self.project.ref, self.as_of.isoformat(), self.worst_case_cents]
        yield [money.budget_cents, money.committed_cents, money.bound_cents]
        yield [money.certified_cents, money.paid_cents, money.available_cents]
        found = self.standing.counts
        yield [self.standing.target, *found.reached.values(), *found.committed.values()]
        for tally in self.tallies:
            yield [tally.name, tally.physical, tally.virtual, tally.held_cents]


def sheet(project: Project, day: date) -> Sheet:
    """The figures of a partnership as they stand; `day` decides on the terms and on which stays
    are over. Raises `NotFound` for a project without exchanges.
    """
    envelope = _envelope(project.id)
    terms = exchanges.scheme_on(day).terms
    own = exchanges.partnership_terms(project.id, day)
    target = own.target if own else envelope.target
    goal = Goal(target, terms.sme_share_bp, terms.other_share_bp)
    return Sheet(
        project=project,
        as_of=day,
        terms=terms,
        own=own,
        envelope=envelope,
        tallies=tuple(_tallies(project.id, day)),
        standing=standing(counts(project.id), goal),
        journeys=journeys(project.id),
    )


def _envelope(project_id: int) -> EnvelopeFigures:
    for one in projects.envelopes_of(project_id):
        if one.instrument is Instrument.EXCHANGE:
            return one
    raise NotFound()


def _tallies(project_id: int, day: date) -> Iterator[Tally]:
    """The visits by state in one statement; agreed ones by what the clock adds."""
    phase = case(
        (VisitCount.state != State.AGREED, 0),
        (VisitCount.first_on > day, 0),
        (VisitCount.last_on >= day, 1),
        else_=2,
    )
    held = case((VisitCount.state.in_(HOLDING_MONEY), VisitCount.cents), else_=0)
    keys = (VisitCount.state, phase, VisitCount.virtual)
    query = (
        select(*keys, func.sum(VisitCount.visits), func.sum(held), func.max(VisitCount.last_on))
        .where(VisitCount.project_id == project_id, VisitCount.visits > 0)
        .group_by(*keys)
    )
    found: dict[tuple[State, int], list[tuple[bool, int, int, date]]] = {}
    for state, clock_says, virtual, visits, cents, last_on in db.session.execute(query):
        row = (bool(virtual), int(visits), int(cents), last_on)
        found.setdefault((State(state), int(clock_says)), []).append(row)
    for state in State:
        for clock_says, badge in enumerate((LIFE.badge(state), UNDER_WAY, OVER)):
            if (state, clock_says) in found:
                yield _tally(f"{state}.{clock_says}", badge, found[state, clock_says])


def _tally(name: str, badge: Badge, rows: Iterable[tuple[bool, int, int, date]]) -> Tally:
    known = list(rows)
    return Tally(
        name,
        badge,
        physical=sum(visits for virtual, visits, _cents, _last in known if not virtual),
        virtual=sum(visits for virtual, visits, _cents, _last in known if virtual),
        held_cents=sum(cents for _virtual, _visits, cents, _last in known),
        last_on=max(last for _virtual, _visits, _cents, last in known),
    )
