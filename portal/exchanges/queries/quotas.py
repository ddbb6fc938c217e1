"""Where a partnership and the scheme stand against their quotas, read from the counters."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from portal.core.db import db
from portal.exchanges.models import Exchange, QuotaCounter
from portal.exchanges.queries import terms as terms_queries
from portal.exchanges.rules import quota as rules
from portal.exchanges.rules.quota import Forecast, Quota
from portal.exchanges.rules.terms import Terms
from portal.exchanges.states import HOLDING_MONEY, Klass, State
from portal.projects import queries as projects
from portal.projects.states import Instrument


@dataclass(frozen=True)
class Counts:
    """How many exchanges are committed and reached, by class; virtual ones apart."""

    committed: dict[Klass, int]
    reached: dict[Klass, int]
    committed_virtual: int = 0
    reached_virtual: int = 0


@dataclass(frozen=True)
class Standing:
    """A count against its target: reached so far, and with what is committed on top."""

    target: int
    counts: Counts
    reached: Quota
    planned: Quota
    forecast: Forecast
    planned_forecast: Forecast


def counts(project_id: int | None = None) -> Counts:
    """The counters of one partnership, or of all together."""
    columns = [
        func.coalesce(func.sum(getattr(QuotaCounter, f"{stage}_{klass}")), 0)
        for stage in ("committed", "reached")
        for klass in (*Klass, "virtual")
    ]
    query = select(*columns)
    if project_id is not None:
        query = query.where(QuotaCounter.project_id == project_id)
    found = [int(value) for value in db.session.execute(query).one()]
    classes = tuple(Klass)
    return Counts(
        committed=dict(zip(classes, found[:3], strict=True)),
        reached=dict(zip(classes, found[4:7], strict=True)),
        committed_virtual=found[3],
        reached_virtual=found[7],
    )


def quota(project_id: int, day: date) -> Standing:
    """Where a partnership stands against its own target and the shares in force on a day."""
    own = terms_queries.partnership_terms(project_id, day)
    envelope = projects.envelope(project_id, Instrument.EXCHANGE)
    target = own.target if own else envelope.target if envelope else 1
    return standing(counts(project_id), target, terms_queries.scheme_on(day).terms)


def quota_with(project_id: int, klass: Klass, day: date) -> Standing:
    """As `quota`, with one more exchange of a class committed: what an approval would lead to."""
    now = quota(project_id, day)
    committed = {**now.counts.committed, klass: now.counts.committed[klass] + 1}
    terms = terms_queries.scheme_on(day).terms
    return standing(replace(now.counts, committed=committed), now.target, terms)


def scheme_quota(day: date) -> Standing:
    """Where all partnerships together stand against the target of the edition."""
    terms = terms_queries.scheme_on(day).terms
    return standing(counts(), terms.target, terms)


def standing(found: Counts, target: int, terms: Terms) -> Standing:
    """Shares and forecast of some counts against a target (domain 2.10)."""
    planned = {klass: found.reached[klass] + found.committed[klass] for klass in Klass}
    return Standing(
        target=target,
        counts=found,
        reached=_quota(found.reached, terms),
        planned=_quota(planned, terms),
        forecast=_forecast(found.reached, target, terms),
        planned_forecast=_forecast(planned, target, terms),
    )


def miscounts() -> list[tuple[int, Klass | None, str, int, int]]:
    """Recount every counter from the exchanges: partnership, class, stage, kept, real; empty if
    right.

    The class is None for virtual exchanges.
    """
    real = _recounted()
    found = []
    for counter in db.session.scalars(select(QuotaCounter).order_by(QuotaCounter.project_id)):
        for stage in ("committed", "reached"):
            for klass in (*Klass, None):
                kept = getattr(counter, f"{stage}_{klass or 'virtual'}")
                counted = real.pop((counter.project_id, klass, stage), 0)
                if kept != counted:
                    found.append((counter.project_id, klass, stage, kept, counted))
    missing = [(project, klass, stage, 0, count) for (project, klass, stage), count in real.items()]
    return found + missing


def _recounted() -> dict[tuple[int, Klass | None, str], int]:
    keys = (Exchange.project_id, Exchange.virtual, Exchange.klass, Exchange.state)
    query = (
        select(*keys, func.count())
        .where(Exchange.state.in_(HOLDING_MONEY), Exchange.counts.is_(True))
        .group_by(*keys)
    )
    found: dict[tuple[int, Klass | None, str], int] = {}
    for project_id, virtual, klass, state, count in db.session.execute(query):
        stage = "reached" if state is State.VALIDATED else "committed"
        key = (project_id, None if virtual else klass, stage)
        found[key] = found.get(key, 0) + int(count)
    return found


def _quota(by_class: dict[Klass, int], terms: Terms) -> Quota:
    return rules.quota(
        sum(by_class.values()),
        by_class[Klass.SME],
        by_class[Klass.OTHER],
        sme_share_bp=terms.sme_share_bp,
        other_share_bp=terms.other_share_bp,
    )


def _forecast(by_class: dict[Klass, int], target: int, terms: Terms) -> Forecast:
    return rules.forecast(
        sum(by_class.values()),
        by_class[Klass.SME],
        by_class[Klass.OTHER],
        target,
        sme_share_bp=terms.sme_share_bp,
        other_share_bp=terms.other_share_bp,
    )
