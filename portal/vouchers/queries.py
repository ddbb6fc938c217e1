"""Reads of vouchers: one, many, what a firm has used of its cap, what it looks like on a day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.core import days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.states import Badge
from portal.core.tasks import Task
from portal.partners.models import Organisation
from portal.partners.queries import matches
from portal.partners.rules.names import fold
from portal.partners.sme import queries as sme
from portal.partners.states import State as OrganisationState
from portal.programme import queries as programmes
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.vouchers.models import CapUse, Instrument, Voucher, VoucherSignature
from portal.vouchers.rules import cap
from portal.vouchers.rules.eligibility import Candidate, OtherVoucher
from portal.vouchers.states import LIFE, RUNNING, Side, State

#: How many tasks of one kind the desk shows.
MOST_TASKS = 50
#: States in which a voucher is over.
OVER = (State.CLOSED, State.TERMINATED, State.WITHDRAWN)


@dataclass(frozen=True)
class Declarations:
    """What a firm declared before an award."""

    exclusion: bool
    double_funding: bool


@dataclass(frozen=True)
class CapStanding:
    """How much of its cap a firm has used in a project, in cents, and where the cap comes from."""

    used_cents: int
    cap_cents: int
    source: str

    @property
    def left_cents(self) -> int:
        """What may still be awarded."""
        return self.cap_cents - self.used_cents


@dataclass(frozen=True)
class Tally:
    """How many vouchers a project gave, leaving out those withdrawn, and how many still run."""

    given: int
    live: int


@dataclass(frozen=True)
class CapMismatch:
    """A use of the cap that the firm's vouchers do not confirm."""

    project: str
    organisation: str
    kept_cents: int
    recounted_cents: int


def by_ref(ref: str) -> Voucher:
    """The voucher with project, holder, instrument, instalments and signatures; or `NotFound`."""
    return _one(select(Voucher).where(Voucher.ref == ref).options(*_whole()))


def by_id(voucher_id: int) -> Voucher:
    """The voucher with this database id, as `by_ref` reads it; raises `NotFound`."""
    return _one(select(Voucher).where(Voucher.id == voucher_id).options(*_whole()))


def lock_voucher(voucher_id: int) -> Voucher:
    """The voucher as `by_ref` reads it, fresh and locked until the end of the transaction."""
    query = select(Voucher).where(Voucher.id == voucher_id).options(*_whole())
    return _one(query.with_for_update(of=Voucher).execution_options(populate_existing=True))


def of_project(project_id: int) -> list[Voucher]:
    """The vouchers of a project with holder and instrument, newest first."""
    query = select(Voucher).where(Voucher.project_id == project_id)
    read = query.options(joinedload(Voucher.holder), joinedload(Voucher.instrument))
    return list(db.session.scalars(read.order_by(Voucher.id.desc())))


def tally(project_id: int) -> Tally:
    """How many vouchers a project gave and how many of them are not over."""
    live = func.sum(case((Voucher.state.in_((State.OFFERED, State.SIGNED)), 1), else_=0))
    given = func.sum(case((Voucher.state != State.WITHDRAWN, 1), else_=0))
    query = select(given, live).where(Voucher.project_id == project_id)
    found = db.session.execute(query).one()
    return Tally(int(found[0] or 0), int(found[1] or 0))


def search(
    query: Select[Voucher], *, text: str = "", state: str = "", project: str = ""
) -> Select[Voucher]:
    """A list of vouchers narrowed to those that match, newest first, with what a list shows."""
    if text:
        wanted = text.strip().lower()
        query = query.where(
            or_(
                func.lower(Voucher.title).contains(wanted, autoescape=True),
                func.lower(Voucher.ref) == wanted,
                Voucher.holder_id.in_(select(Organisation.id).where(matches(text))),
            )
        )
    if state:
        query = query.where(Voucher.state == State(state))
    if project:
        query = query.where(
            Voucher.project_id.in_(select(Project.id).where(Project.ref == project))
        )
    read = query.options(
        joinedload(Voucher.holder), joinedload(Voucher.instrument), joinedload(Voucher.project)
    )
    return read.order_by(Voucher.id.desc())


def agreement_of(voucher_id: int) -> dict[str, Any]:
    """What the parties to the sub-grant agreement sign, as frozen at award."""
    query = select(Voucher.agreement).where(Voucher.id == voucher_id)
    found: dict[str, Any] = db.session.scalars(query).one()
    return found


def instruments_of(project_id: int) -> list[Instrument]:
    """The instruments a project has defined, by code."""
    query = select(Instrument).where(Instrument.project_id == project_id)
    return list(db.session.scalars(query.order_by(Instrument.code)))


def instrument(project_id: int, code: str) -> Instrument:
    """An instrument of a project by its code; raises `NotFound`."""
    query = select(Instrument).where(Instrument.project_id == project_id)
    found = db.session.scalar(query.where(Instrument.code == code))
    if found is None:
        raise NotFound()
    return found


def lock_total_of(project_id: int, organisation_id: int) -> CapUse:
    """The firm's use of its cap in a project, fresh and locked; there must be one."""
    query = select(CapUse).where(
        CapUse.project_id == project_id, CapUse.organisation_id == organisation_id
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(locked).one()


def cap_standing(project_id: int, organisation_id: int, day: date) -> CapStanding:
    """How much of its cap a firm has used in a project; before its first award, the day's cap."""
    query = select(CapUse).where(
        CapUse.project_id == project_id, CapUse.organisation_id == organisation_id
    )
    use = db.session.scalar(query)
    if use is not None:
        return CapStanding(use.used_cents, use.cap_cents, use.cap_source)
    terms = cap.cap_on(day)
    return CapStanding(0, terms.cents, terms.source)


def cap_mismatches() -> list[CapMismatch]:
    """Recount every use of a cap from the vouchers themselves; empty when all agree."""
    vouchers = select(
        Voucher.project_id,
        Voucher.holder_id,
        Voucher.state,
        Voucher.amount_cents,
        Voucher.earned_cents,
        Instrument.counts_towards_cap,
    ).join(Instrument, Instrument.id == Voucher.instrument_id)
    recounted: dict[tuple[int, int], int] = {}
    for project_id, holder_id, state, amount, earned, counts in db.session.execute(vouchers):
        counted = cap.counted_cents(state, amount_cents=amount, earned_cents=earned, counts=counts)
        key = (project_id, holder_id)
        recounted[key] = recounted.get(key, 0) + counted
    uses = (
        select(CapUse, Project.ref, Organisation.ref)
        .join(Project, Project.id == CapUse.project_id)
        .join(Organisation, Organisation.id == CapUse.organisation_id)
        .order_by(CapUse.id)
    )
    pairs = [
        (project, holder, use.used_cents, recounted.get((use.project_id, use.organisation_id), 0))
        for use, project, holder in db.session.execute(uses)
    ]
    return [CapMismatch(*pair) for pair in pairs if pair[2] != pair[3]]


def count_cap_uses() -> int:
    """How many firms use a cap, project by project."""
    return db.session.scalar(select(func.count()).select_from(CapUse)) or 0


def candidate(
    project: Project, holder: Organisation, *, day: date, title: str, declared: Declarations
) -> Candidate:
    """A firm on the day of an award, with everything the checks of eligibility look at."""
    status = sme.status_on(holder.id, day)
    consortium = [partner.organisation for partner in projects.beneficiaries(project.id)]
    return Candidate(
        day=day,
        is_verified=holder.state is OrganisationState.VERIFIED,
        is_sme=status is not None and status.is_sme,
        sme_category=str(status.category or "") if status else "",
        sme_assessed_on=status.assessed_on if status else None,
        sme_confirmed=status is not None and status.confirmed,
        country=holder.country,
        country_participates=programmes.participates(project.programme_id, holder.country, day),
        is_beneficiary=any(partner.id == holder.id for partner in consortium),
        same_group_as=_same_group(holder, consortium),
        exclusion_declared=declared.exclusion,
        double_funding_declared=declared.double_funding,
        others=tuple(_others(project.id, holder.id, title)),
    )


def badge(voucher: Voucher, day: date) -> Badge:
    """How a voucher is shown on a day: its state, or "running" once a signed one has begun."""
    if voucher.state is State.SIGNED and day >= voucher.starts_on:
        return RUNNING
    return LIFE.badge(voucher.state)


def has_signed(voucher: Voucher, side: Side) -> bool:
    """Whether a side has signed; the voucher must have been read with its signatures."""
    return any(signature.side is side for signature in voucher.signatures)


def tasks_for(actor: Actor) -> list[Task]:
    """The sub-grant agreements that wait for the actor's signature, oldest first."""
    mine = []
    if actor.organisation_ids:
        own = Voucher.holder_id.in_(actor.organisation_ids)
        mine.append(and_(own, ~_signed_by(Side.HOLDER)))
        if actor.has(Role.MANAGER):
            managed = Voucher.project_id.in_(projects.of_organisations(actor.organisation_ids))
            mine.append(and_(managed, ~own, ~_signed_by(Side.PROJECT)))
    if not mine:
        return []
    query = select(Voucher).where(Voucher.state == State.OFFERED, or_(*mine))
    read = query.options(joinedload(Voucher.holder)).order_by(Voucher.awarded_at)
    return [
        Task(
            label=_("Sign the sub-grant agreement"),
            ref=voucher.ref,
            title=f"{voucher.holder.legal_name} – {voucher.title}",
            endpoint="vouchers.show",
            values={"ref": voucher.ref},
            since=days.brussels_day(voucher.awarded_at),
        )
        for voucher in db.session.scalars(read.limit(MOST_TASKS))
    ]


def _others(project_id: int, holder_id: int, title: str) -> Iterable[OtherVoucher]:
    query = (
        select(Voucher)
        .where(
            Voucher.holder_id == holder_id,
            Voucher.project_id != project_id,
            Voucher.state != State.WITHDRAWN,
        )
        .options(joinedload(Voucher.project))
        .order_by(Voucher.id)
    )
    folded = fold(title)
    for voucher in db.session.scalars(query):
        yield OtherVoucher(
            voucher.ref,
            voucher.project.acronym,
            voucher.amount_cents,
            same_title=bool(folded) and fold(voucher.title) == folded,
        )


def _same_group(holder: Organisation, consortium: Collection[Organisation]) -> str:
    if not holder.legal_group:
        return ""
    shared = (partner for partner in consortium if partner.legal_group == holder.legal_group)
    return next((partner.legal_name for partner in shared if partner.id != holder.id), "")


def _signed_by(side: Side) -> ColumnElement[bool]:
    return exists().where(VoucherSignature.voucher_id == Voucher.id, VoucherSignature.side == side)


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Voucher.project),
        joinedload(Voucher.holder),
        joinedload(Voucher.instrument),
        selectinload(Voucher.instalments),
        selectinload(Voucher.signatures),
    )


def _one(query: Select[Voucher]) -> Voucher:
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found
