"""Reads of milestones. One for which nothing was sent yet has no row: it is made up, unsaved."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, inspect, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.core import clock, days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.tasks import Task
from portal.payments import queries as payments
from portal.payments.models import Payment
from portal.payments.states import State as PaymentState
from portal.projects import queries as projects
from portal.vouchers import queries as vouchers
from portal.vouchers.milestones import rules
from portal.vouchers.milestones.models import Milestone, Proof
from portal.vouchers.milestones.states import LIFE, Action, State
from portal.vouchers.models import Instalment, Voucher
from portal.vouchers.states import State as VoucherState

#: How many tasks of one kind the desk shows.
MOST_TASKS = 50
#: A due milestone becomes a task for its holder this long before its date.
REMIND_BEFORE = timedelta(days=60)


@dataclass(frozen=True)
class Standing:
    """A milestone and the payment that was last asked for it, if any."""

    milestone: Milestone
    payment: Payment | None


def by_number(voucher_ref: str, number: int) -> Milestone:
    """A milestone of a voucher, with its voucher and proofs; raises `NotFound`."""
    found = [each for each in of_voucher(vouchers.by_ref(voucher_ref)) if each.number == number]
    if not found:
        raise NotFound()
    return found[0]


def by_ref(ref: str) -> Milestone:
    """A milestone by its reference, VCH-2026-0001/2; raises `NotFound`."""
    voucher_ref, _, number = ref.partition("/")
    if not number.isdecimal():
        raise NotFound()
    return by_number(voucher_ref, int(number))


def of_voucher(voucher: Voucher) -> list[Milestone]:
    """Every milestone of a voucher that was read with its instalments, in their order."""
    query = select(Milestone).where(Milestone.voucher_id == voucher.id).options(*_whole())
    begun = {milestone.instalment_id: milestone for milestone in db.session.scalars(query)}
    return [begun.get(part.id) or _not_begun(voucher, part) for part in voucher.instalments]


def standings(voucher: Voucher) -> list[Standing]:
    """The milestones of a voucher, each with the newest payment asked for it."""
    milestones = of_voucher(voucher)
    asked = payments.of_subjects([milestone.ref for milestone in milestones])
    return [
        Standing(milestone, next(iter(asked.get(milestone.ref, ())), None))
        for milestone in milestones
    ]


def paid_of(voucher_ids: Collection[int]) -> dict[int, int]:
    """What the bank has paid of several vouchers, in cents; those without payment are left out."""
    if not voucher_ids:
        return {}
    query = (
        select(Milestone.voucher_id, func.sum(Payment.amount_cents))
        .join(Payment, Payment.subject == Milestone.ref)
        .where(Milestone.voucher_id.in_(voucher_ids), Payment.state == PaymentState.EXECUTED)
        .group_by(Milestone.voucher_id)
    )
    return {voucher_id: int(cents) for voucher_id, cents in db.session.execute(query)}


def lock_milestone(milestone: Milestone) -> Milestone:
    """The milestone, fresh and locked; one without a row is begun, which only one person can do."""
    if inspect(milestone).transient:
        db.session.add(milestone)
        db.session.flush()
        return milestone
    query = select(Milestone).where(Milestone.id == milestone.id).options(*_whole())
    locked = query.with_for_update(of=Milestone).execution_options(populate_existing=True)
    return db.session.scalars(locked).unique().one()


def count_accepted(voucher_id: int) -> int:
    """How many milestones of a voucher are accepted."""
    query = select(func.count()).where(
        Milestone.voucher_id == voucher_id, Milestone.state == State.ACCEPTED
    )
    return db.session.scalar(query) or 0


def last_day_of(milestone: Milestone) -> date:
    """The last day, included, on which the holder may send proof."""
    returned_on = None
    if milestone.state is State.RETURNED and milestone.reviewed_at is not None:
        returned_on = days.brussels_day(milestone.reviewed_at)
    return rules.last_day(milestone.due_on, returned_on)


def to_review(actor: Actor) -> Select[Milestone]:
    """The milestones the actor may review now, those waiting longest first."""
    query = (
        select(Milestone)
        .join(Milestone.voucher)
        .join(Milestone.instalment)
        .where(Milestone.state == State.SUBMITTED, _reviewable_by(actor))
        .options(
            contains_eager(Milestone.voucher).options(
                joinedload(Voucher.holder), joinedload(Voucher.project)
            ),
            contains_eager(Milestone.instalment),
        )
    )
    return query.order_by(Milestone.submitted_at, Milestone.id)


def to_send(organisation_ids: Collection[int], until: date) -> list[Milestone]:
    """What firms have to send: returned milestones, and those due by a day; the next one first."""
    if not organisation_ids:
        return []
    waiting = _waiting_for(organisation_ids, until)
    return _of_instalments(waiting, most=MOST_TASKS)


def tasks_for(actor: Actor) -> list[Task]:
    """What waits for the actor: proof to review as a manager, proof to send as a firm.

    Both are read at once, the next due date first.
    """
    if not actor.organisation_ids:
        return []
    waiting = _waiting_for(actor.organisation_ids, clock.today() + REMIND_BEFORE)
    if actor.has(Role.MANAGER):
        reviews = and_(Milestone.state == State.SUBMITTED, _reviewable_by(actor))
        waiting = or_(waiting, reviews)
    found = _of_instalments(waiting, most=2 * MOST_TASKS)
    to_review = [each for each in found if each.state is State.SUBMITTED]
    to_send = [each for each in found if each.state is not State.SUBMITTED]
    return [
        *(_task(each, Action.ACCEPT, None) for each in to_review),
        *(_task(each, Action.SUBMIT, last_day_of(each)) for each in to_send),
    ]


def _waiting_for(organisation_ids: Collection[int], until: date) -> ColumnElement[bool]:
    """What these holders have to send, of an instalment joined with its voucher and milestone."""
    due = and_(Milestone.id.is_(None), Instalment.due_on <= until)
    return and_(
        Voucher.holder_id.in_(organisation_ids),
        Voucher.state == VoucherState.SIGNED,
        or_(Milestone.state == State.RETURNED, due),
    )


def _of_instalments(wanted: ColumnElement[bool], *, most: int) -> list[Milestone]:
    """The milestones of the instalments for which the condition holds, the next due one first."""
    query = (
        select(Instalment, Voucher, Milestone)
        .join(Voucher, Voucher.id == Instalment.voucher_id)
        .outerjoin(Milestone, Milestone.instalment_id == Instalment.id)
        .where(wanted)
        .options(joinedload(Voucher.holder), joinedload(Voucher.project))
        .options(joinedload(Milestone.voucher), joinedload(Milestone.instalment))
        .order_by(Instalment.due_on, Instalment.id)
        .limit(most)
    )
    return [
        milestone or _not_begun(voucher, part)
        for part, voucher, milestone in db.session.execute(query)
    ]


def _task(milestone: Milestone, action: Action, due_on: date | None) -> Task:
    voucher = milestone.voucher
    moment = milestone.reviewed_at if action is Action.SUBMIT else milestone.submitted_at
    since = moment or voucher.signed_at
    return Task(
        label=LIFE.labels[action],
        ref=milestone.ref,
        title=f"{voucher.holder.legal_name} – {voucher.title}",
        endpoint="milestones.show",
        values={"ref": voucher.ref, "number": str(milestone.number)},
        due_on=due_on,
        since=days.brussels_day(since) if since else None,
    )


def _reviewable_by(actor: Actor) -> ColumnElement[bool]:
    return and_(
        Voucher.state == VoucherState.SIGNED,
        Voucher.project_id.in_(projects.of_organisations(actor.organisation_ids)),
        Voucher.holder_id.not_in(actor.organisation_ids),
        func.coalesce(Voucher.mentor_id, 0) != actor.id,
        Milestone.submitted_by_id != actor.id,
    )


def _not_begun(voucher: Voucher, part: Instalment) -> Milestone:
    return Milestone(
        ref=f"{voucher.ref}/{part.number}",
        voucher_id=voucher.id,
        instalment_id=part.id,
        voucher=voucher,
        instalment=part,
        state=State.DUE,
        reason="",
        proofs=[],
    )


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Milestone.voucher).options(
            joinedload(Voucher.project), joinedload(Voucher.holder), joinedload(Voucher.instrument)
        ),
        joinedload(Milestone.instalment),
        selectinload(Milestone.proofs).joinedload(Proof.file),
    )
