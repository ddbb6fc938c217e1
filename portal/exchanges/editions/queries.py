"""Every read of editions and drafts, the files a replay looks at, and the lock."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal.core import formats
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import Fault, NotFound, RuleBroken
from portal.core.i18n import Text, _
from portal.core.tasks import Task
from portal.exchanges import queries as exchanges
from portal.exchanges.editions.models import EditionDraft
from portal.exchanges.editions.rules import replay as rules
from portal.exchanges.editions.rules.draft import Published
from portal.exchanges.editions.rules.replay import Final, Past, Replayed, Summary
from portal.exchanges.editions.states import State
from portal.exchanges.models import (
    Attendance,
    Evidence,
    Exchange,
    ForceMajeure,
    HostCeiling,
    Scheme,
)
from portal.exchanges.states import HOLDING_MONEY, EvidenceKind, Passage
from portal.exchanges.states import State as VisitState
from portal.partners.models import Organisation
from portal.programme import queries as programme
from portal.projects import queries as projects

#: How many visits one replay looks at: ten times the pilot. A longer period is asked for in parts.
MOST_REPLAYED = 5_000
#: How far back a replay looks when nobody says otherwise.
_A_YEAR = timedelta(days=365)
_REPORTED = (VisitState.REPORTED, VisitState.RETURNED, VisitState.VALIDATED)
#: What a replay reads of each visit.
_FACTS = tuple(
    getattr(Exchange, name)
    for name in (
        "id",
        "ref",
        "state",
        "scheme_id",
        "visitor_country",
        "host_country",
        "virtual",
        "first_on",
        "last_on",
        "working_days",
        "distance_m",
        "ceiling_cents",
        "partnership_cents",
        "lump_sum_cents",
        "final_first_on",
        "final_last_on",
        "final_working_days",
        "final_cents",
        "counts",
    )
)


@dataclass(frozen=True)
class InForce:
    """Published terms with their validity and what stands under them; the last day is included."""

    scheme: Scheme
    until: date | None
    visits: int

    def holds_on(self, day: date) -> bool:
        """Whether these terms decide on a day."""
        return self.scheme.valid_from <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Period:
    """Visits whose first day at the host lies between two days, both included."""

    first_on: date
    last_on: date


@dataclass(frozen=True)
class Countries:
    """The countries that take part in a programme on a day, ISO codes."""

    programme: str
    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Replay:
    """Every visit of a period under a draft."""

    period: Period
    rows: tuple[Replayed, ...]

    @cached_property
    def summary(self) -> Summary:
        """All of them together."""
        return rules.summary(self.rows)

    @property
    def differing(self) -> list[Replayed]:
        """Those that would be otherwise."""
        return [row for row in self.rows if row.differs]


def editions() -> list[InForce]:
    """All published terms, the latest first, each with the number of visits under it."""
    rows = list(db.session.scalars(select(Scheme).order_by(Scheme.valid_from)))
    counted = select(Exchange.scheme_id, func.count()).group_by(Exchange.scheme_id)
    visits = {row[0]: row[1] for row in db.session.execute(counted)}
    ends: list[date | None] = [row.valid_from - timedelta(days=1) for row in rows[1:]]
    found = [
        InForce(row, until, visits.get(row.id, 0))
        for row, until in zip(rows, [*ends, None], strict=False)
    ]
    return found[::-1]


def edition(code: str, day: str) -> InForce:
    """The published terms of an edition from a day (yyyy-mm-dd) on; raises `NotFound`."""
    for one in editions():
        if (one.scheme.code, one.scheme.valid_from.isoformat()) == (code, day):
            return one
    raise NotFound()


def visits_under(scheme_id: int, seen: ColumnElement[bool]) -> Select[Exchange]:
    """The visits that stand under published terms, of those the reader may see, newest first."""
    query = select(Exchange).where(Exchange.scheme_id == scheme_id, seen)
    sides = (Exchange.visitor, Exchange.host)
    related = (joinedload(each, innerjoin=True) for each in sides)
    return query.options(*related).order_by(Exchange.id.desc())


def ceilings_from(day: date) -> set[str]:
    """The countries whose ceiling begins on this very day."""
    query = select(HostCeiling.country).where(HostCeiling.valid_from == day)
    return set(db.session.scalars(query))


def countries_on(day: date) -> list[Countries]:
    """Who takes part on a day, by programme that has partnerships for exchanges."""
    of_exchanges = {project.programme_id for project in projects.with_exchanges()}
    return [
        Countries(one.ref, one.name, tuple(programme.participating_countries(one.id, day)))
        for one in programme.all_programmes()
        if one.id in of_exchanges
    ]


def drafts() -> list[EditionDraft]:
    """Every draft, newest first."""
    return list(db.session.scalars(select(EditionDraft).order_by(EditionDraft.id.desc())))


def by_ref(ref: str) -> EditionDraft:
    """The draft with its ceilings and the terms it became; raises `NotFound`."""
    return _one(select(EditionDraft).where(EditionDraft.ref == ref))


def draft_of(scheme_id: int) -> EditionDraft | None:
    """The draft that published terms come from; the first edition had none."""
    return db.session.scalar(select(EditionDraft).where(EditionDraft.scheme_id == scheme_id))


def lock_draft(draft_id: int) -> EditionDraft:
    """The draft, fresh and locked until the end of the transaction."""
    query = select(EditionDraft).where(EditionDraft.id == draft_id)
    locked = query.with_for_update(of=EditionDraft).execution_options(populate_existing=True)
    return _one(locked)


def published(day: date) -> Published:
    """What a draft that begins on a day is held against."""
    rows = list(db.session.scalars(select(Scheme).order_by(Scheme.valid_from)))
    before = [row for row in rows if row.valid_from < day]
    return Published(
        days=frozenset(row.valid_from for row in rows),
        codes=frozenset(row.code for row in rows),
        code_before=before[-1].code if before else "",
    )


def terms_before(draft: EditionDraft) -> Scheme:
    """The terms a draft takes the place of: those in force the day before it begins, else today."""
    return exchanges.scheme_on(draft.valid_from - timedelta(days=1))


def usual_period(today: date) -> Period:
    """The visits of the past year."""
    return Period(today - _A_YEAR, today)


def replay(draft: EditionDraft, period: Period) -> Replay:
    """The visits of a period under a draft; a fixed number of statements, however many there are.

    Raises `RuleBroken` when the period holds more than `MOST_REPLAYED` visits.
    """
    files = _past(period)
    terms = {row.id: row.terms for row in db.session.scalars(select(Scheme))}
    draft_terms, ceilings = draft.terms, draft.new_ceilings
    rows = (rules.replay(one, terms[one.scheme_id], draft_terms, ceilings) for one in files)
    return Replay(period, tuple(rows))


def tasks_for(actor: Actor) -> list[Task]:
    """Drafts of other officers that wait to be published."""
    if not actor.has(Role.OFFICER):
        return []
    query = select(EditionDraft).where(
        EditionDraft.state == State.DRAFT, EditionDraft.drafted_by_id != actor.id
    )
    return [
        Task(
            label=_("Publish the edition, or leave it"),
            ref=draft.ref,
            title=str(_title(draft)),
            endpoint="editions.show",
            values={"ref": draft.ref},
            due_on=draft.valid_from,
        )
        for draft in db.session.scalars(query.order_by(EditionDraft.valid_from))
    ]


def _title(draft: EditionDraft) -> Text:
    return _("%(label)s: %(value)s", label=draft.code, value=draft.title)


def _one(query: Select[EditionDraft]) -> EditionDraft:
    whole = query.options(selectinload(EditionDraft.ceilings), selectinload(EditionDraft.scheme))
    found = db.session.scalars(whole).one_or_none()
    if found is None:
        raise NotFound()
    return found


def _past(period: Period) -> list[Past]:
    """The approved visits of a period with the facts stored with them, in the order they began."""
    visitor, host = aliased(Organisation), aliased(Organisation)
    sides = (
        visitor.legal_name.label("visitor"),
        visitor.kind.label("visitor_kind"),
        host.legal_name.label("host"),
        host.kind.label("host_kind"),
    )
    query = (
        select(*_FACTS, *sides)
        .join(visitor, visitor.id == Exchange.visitor_id)
        .join(host, host.id == Exchange.host_id)
        .where(
            Exchange.first_on.between(period.first_on, period.last_on),
            Exchange.state.in_(HOLDING_MONEY),
        )
        .order_by(Exchange.first_on, Exchange.id)
        .limit(MOST_REPLAYED + 1)
    )
    rows = db.session.execute(query).all()
    if len(rows) > MOST_REPLAYED:
        message = _(
            "More than %(most)s visits began in this period. Choose a shorter one and replay the "
            "years in parts.",
            most=formats.number(MOST_REPLAYED),
        )
        raise RuleBroken(Fault(message, "last_on"))
    proofs, excused = _proofs(period), _excused(period)
    return [_facts(row, proofs.get(row.id, frozenset()), excused=row.id in excused) for row in rows]


def _facts(row: Any, evidence: frozenset[EvidenceKind], *, excused: bool) -> Past:
    return Past(
        ref=row.ref,
        scheme_id=row.scheme_id,
        visitor=row.visitor,
        host=row.host,
        visitor_kind=row.visitor_kind,
        host_kind=row.host_kind,
        visitor_country=row.visitor_country,
        host_country=row.host_country,
        virtual=row.virtual,
        first_on=row.first_on,
        last_on=row.last_on,
        working_days=row.working_days or 0,
        distance_m=row.distance_m or 0,
        ceiling_cents=row.ceiling_cents,
        partnership_cents=row.partnership_cents,
        agreed_cents=row.lump_sum_cents or 0,
        final=None
        if row.final_cents is None
        else Final(
            row.final_first_on,
            row.final_last_on,
            row.final_working_days or 0,
            row.final_cents,
            row.counts,
        ),
        evidence=evidence if row.state in _REPORTED else None,
        excused=excused,
    )


def _proofs(period: Period) -> dict[int, frozenset[EvidenceKind]]:
    """The kinds of evidence on file for the visits of a period, by database id; both confirmations
    of the host stand for all of them.
    """
    query = (
        select(Evidence.exchange_id, Evidence.kind)
        .join(Exchange, Exchange.id == Evidence.exchange_id)
        .where(Exchange.first_on.between(period.first_on, period.last_on))
        .distinct()
    )
    found: dict[int, frozenset[EvidenceKind]] = {}
    for exchange_id, kind in db.session.execute(query):
        found[exchange_id] = found.get(exchange_id, frozenset()) | {kind}
    confirmed = (
        select(Attendance.exchange_id)
        .join(Exchange, Exchange.id == Attendance.exchange_id)
        .where(Exchange.first_on.between(period.first_on, period.last_on))
        .group_by(Attendance.exchange_id)
        .having(func.count(Attendance.passage.distinct()) == len(Passage))
    )
    return found | dict.fromkeys(db.session.scalars(confirmed), frozenset(EvidenceKind))


def _excused(period: Period) -> set[int]:
    """The visits of a period, by database id, whose force majeure was recognised."""
    query = (
        select(ForceMajeure.exchange_id)
        .join(Exchange, Exchange.id == ForceMajeure.exchange_id)
        .where(
            Exchange.first_on.between(period.first_on, period.last_on),
            ForceMajeure.granted.is_(True),
        )
    )
    return set(db.session.scalars(query))
