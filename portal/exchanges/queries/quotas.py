"""Where a partnership and the scheme stand against their quotas, read from the counters."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from portal.core.db import db
from portal.exchanges.models import Exchange, PartnershipTerms, QuotaCounter, QuotaOverride
from portal.exchanges.models.quota import COUNTED, STAGES
from portal.exchanges.queries import terms as terms_queries
from portal.exchanges.rules import quota as rules
from portal.exchanges.rules.quota import Forecast, Goal, Quota, Tally
from portal.exchanges.rules.terms import Terms
from portal.exchanges.states import HOLDING_MONEY, Klass, Reading, State
from portal.projects import queries as projects
from portal.projects.models import Envelope, Project
from portal.projects.states import Instrument

#: How many overrides of a partnership a page shows.
MOST_OVERRIDES = 20


@dataclass(frozen=True)
class Counts:
    """How many exchanges are committed and reached, by class; virtual ones apart."""

    committed: dict[Klass, int]
    reached: dict[Klass, int]
    committed_virtual: int
    reached_virtual: int
    #: The same exchanges, reached and committed, as each reading sorts them.
    readings: dict[Reading, tuple[Tally, Tally]]


@dataclass(frozen=True)
class ReadingStanding:
    """A count against its target in one reading: reached so far, and with what is committed."""

    reading: Reading
    reached: Quota
    planned: Quota
    forecast: Forecast
    planned_forecast: Forecast


@dataclass(frozen=True)
class Standing:
    """A count against its target, in the scheme's reading and in all of them."""

    goal: Goal
    counts: Counts
    readings: tuple[ReadingStanding, ...]

    @property
    def target(self) -> int:
        """How many exchanges are aimed at."""
        return self.goal.target

    @property
    def reached(self) -> Quota:
        """The shares of what is reached, in the scheme's reading."""
        return self.readings[0].reached

    @property
    def planned(self) -> Quota:
        """The shares of what is reached and committed, in the scheme's reading."""
        return self.readings[0].planned

    @property
    def forecast(self) -> Forecast:
        """What is still to come after what is reached."""
        return self.readings[0].forecast

    @property
    def planned_forecast(self) -> Forecast:
        """What is still to come after what is committed too: what decides on an approval."""
        return self.readings[0].planned_forecast

    @property
    def tally(self) -> Tally:
        """What is reached and committed, in the scheme's reading."""
        reached, committed = self.counts.readings[Reading.EITHER]
        return reached.and_also(committed)


@dataclass(frozen=True)
class PartnershipStanding:
    """A partnership of the scheme and where it stands."""

    project: Project
    standing: Standing


@dataclass(frozen=True)
class OverrideOnFile:
    """An override and the reference of the exchange it was proposed for."""

    override: QuotaOverride
    ref: str


@dataclass(frozen=True)
class Miscount:
    """A counter that does not agree with the exchanges."""

    project_id: int
    counter: str
    kept: int
    recounted: int


def counts(project_id: int | None = None) -> Counts:
    """The counters of one partnership, or of all together."""
    columns = [
        func.coalesce(func.sum(getattr(QuotaCounter, f"{stage}_{name}")), 0).label(
            f"{stage}_{name}"
        )
        for stage in STAGES
        for name in COUNTED
    ]
    query = select(*columns)
    if project_id is not None:
        query = query.where(QuotaCounter.project_id == project_id)
    return _counts(db.session.execute(query).one())


def goal(project_id: int, day: date) -> Goal:
    """What the terms in force on a day ask of a partnership: its own target, the shares of the
    scheme.
    """
    own = terms_queries.partnership_terms(project_id, day)
    envelope = projects.envelope(project_id, Instrument.EXCHANGE)
    terms = terms_queries.scheme_on(day).terms
    target = own.target if own else envelope.target if envelope else None
    return Goal(target or 1, terms.sme_share_bp, terms.other_share_bp)


def quota(project_id: int, day: date) -> Standing:
    """Where a partnership stands against its own target and the shares in force on a day."""
    return standing(counts(project_id), goal(project_id, day))


def scheme_quota(terms: Terms) -> Standing:
    """Where all partnerships together stand against the target of the edition."""
    return standing(counts(), Goal(terms.target, terms.sme_share_bp, terms.other_share_bp))


def partnership_quotas(terms: Terms, day: date) -> list[PartnershipStanding]:
    """Where every partnership stands on a day under the edition's terms, by acronym; three
    statements however many there are.
    """
    query = select(Project, Envelope.target).join(Envelope)
    wanted = query.where(Envelope.instrument == Instrument.EXCHANGE)
    rows = db.session.execute(wanted.order_by(Project.acronym, Project.id)).all()
    own = _own_targets(day)
    counted = {one.project_id: one for one in db.session.scalars(select(QuotaCounter))}
    found = []
    for project, target in rows:
        asked = own.get(project.id) or target or 1
        aimed = Goal(asked, terms.sme_share_bp, terms.other_share_bp)
        kept = _counts(counted.get(project.id))
        found.append(PartnershipStanding(project, standing(kept, aimed)))
    return found


def standing(found: Counts, aimed: Goal) -> Standing:
    """Shares and forecast of some counts against a target (domain 2.10), in all readings."""
    readings = tuple(
        ReadingStanding(
            reading,
            reached=rules.quota_of(reached, aimed),
            planned=rules.quota_of(reached.and_also(committed), aimed),
            forecast=rules.forecast_of(reached, aimed),
            planned_forecast=rules.forecast_of(reached.and_also(committed), aimed),
        )
        for reading, (reached, committed) in found.readings.items()
    )
    return Standing(aimed, found, readings)


def overrides_of(project_id: int) -> list[OverrideOnFile]:
    """The latest overrides proposed in a partnership, newest first, with their exchanges."""
    query = (
        select(QuotaOverride, Exchange.ref)
        .join(Exchange, Exchange.id == QuotaOverride.exchange_id)
        .where(QuotaOverride.project_id == project_id)
        .order_by(QuotaOverride.id.desc())
        .limit(MOST_OVERRIDES)
    )
    return [OverrideOnFile(override, ref) for override, ref in db.session.execute(query)]


def open_override(exchange_id: int) -> QuotaOverride | None:
    """The override of an exchange that is neither used nor lapsed, decided or not."""
    return db.session.scalar(_open(exchange_id))


def lock_open_override(exchange_id: int) -> QuotaOverride | None:
    """As `open_override`, fresh and locked until the end of the transaction."""
    locked = _open(exchange_id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(locked)


def miscounts() -> list[Miscount]:
    """Recount every counter from the exchanges; empty when all agree."""
    real = _recounted()
    kept = {
        (one.project_id, f"{stage}_{name}"): int(getattr(one, f"{stage}_{name}"))
        for one in db.session.scalars(select(QuotaCounter))
        for stage in STAGES
        for name in COUNTED
    }
    return [
        Miscount(project_id, name, kept.get((project_id, name), 0), real.get((project_id, name), 0))
        for project_id, name in sorted({*kept, *real})
        if kept.get((project_id, name), 0) != real.get((project_id, name), 0)
    ]


def count_counters() -> int:
    """How many partnerships have counters."""
    return db.session.scalar(select(func.count()).select_from(QuotaCounter)) or 0


def counters_of(exchange: Exchange) -> tuple[str, ...]:
    """The counters an approved exchange moves, as their names end."""
    return _moved_by(
        exchange.virtual,
        exchange.visitor_is_sme,
        exchange.host_is_sme,
        exchange.visitor_is_beneficiary,
        exchange.host_is_beneficiary,
    )


def _recounted() -> dict[tuple[int, str], int]:
    facts = (
        Exchange.virtual,
        Exchange.visitor_is_sme,
        Exchange.host_is_sme,
        Exchange.visitor_is_beneficiary,
        Exchange.host_is_beneficiary,
    )
    keys = (Exchange.project_id, Exchange.state, *facts)
    query = (
        select(*keys, func.count())
        .where(Exchange.state.in_(HOLDING_MONEY), Exchange.counts.is_(True))
        .group_by(*keys)
    )
    found: dict[tuple[int, str], int] = {}
    for project_id, state, virtual, *sides, count in db.session.execute(query):
        stage = "reached" if state is State.VALIDATED else "committed"
        for name in _moved_by(virtual, *sides):
            key = (project_id, f"{stage}_{name}")
            found[key] = found.get(key, 0) + int(count)
    return found


def _moved_by(
    virtual: bool,
    visitor_is_sme: bool | None,
    host_is_sme: bool | None,
    visitor_is_beneficiary: bool | None,
    host_is_beneficiary: bool | None,
) -> tuple[str, ...]:
    if virtual:
        return ("virtual",)
    return rules.counted_in(
        visitor_is_sme=bool(visitor_is_sme),
        host_is_sme=bool(host_is_sme),
        visitor_is_beneficiary=bool(visitor_is_beneficiary),
        host_is_beneficiary=bool(host_is_beneficiary),
    )


def _own_targets(day: date) -> dict[int, int]:
    """The target each partnership has laid down that is in force on a day."""
    query = select(PartnershipTerms.project_id, PartnershipTerms.target)
    begun = query.where(PartnershipTerms.valid_from <= day).order_by(PartnershipTerms.valid_from)
    return {row.project_id: row.target for row in db.session.execute(begun)}


def _open(exchange_id: int) -> Select[QuotaOverride]:
    return select(QuotaOverride).where(
        QuotaOverride.exchange_id == exchange_id,
        QuotaOverride.used_at.is_(None),
        QuotaOverride.lapsed_at.is_(None),
    )


def _counts(row: object) -> Counts:
    """The counters of a row, or of none: then nothing is counted."""
    found = {
        f"{stage}_{name}": int(getattr(row, f"{stage}_{name}", 0))
        for stage in STAGES
        for name in COUNTED
    }
    reached, committed = (_tallies(found, stage) for stage in ("reached", "committed"))
    return Counts(
        committed={klass: committed[Reading.EITHER].of(klass) for klass in Klass},
        reached={klass: reached[Reading.EITHER].of(klass) for klass in Klass},
        committed_virtual=found["committed_virtual"],
        reached_virtual=found["reached_virtual"],
        readings={reading: (reached[reading], committed[reading]) for reading in Reading},
    )


def _tallies(found: dict[str, int], stage: str) -> dict[Reading, Tally]:
    """One stage in every reading; internal is what is left of the total."""
    sme, other, internal = (found[f"{stage}_{klass}"] for klass in Klass)
    total = sme + other + internal
    visiting, apart = found[f"{stage}_visitor_a"], found[f"{stage}_visitor_b"]
    outside = found[f"{stage}_both_b"]
    return {
        Reading.EITHER: Tally(sme, other, internal),
        Reading.VISITOR: Tally(visiting, apart, total - visiting - apart),
        Reading.BOTH: Tally(sme, outside, total - sme - outside),
    }
