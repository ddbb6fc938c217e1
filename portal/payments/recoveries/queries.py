"""Reads of recoveries: by reference, of a payment, of a debtor, what is open, what waits."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.core import clock, days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import Text, _
from portal.core.tasks import Task
from portal.payments.models import Payment
from portal.payments.recoveries.models import InterestRate, Offset, Receipt, Recovery
from portal.payments.recoveries.rules import Debt, Movement
from portal.payments.recoveries.states import LIFE, Action, State
from portal.payments.states import State as PaymentState

#: How many tasks the desk shows.
MOST_TASKS = 50


def by_ref(ref: str) -> Recovery:
    """The recovery with its debtor and payment; raises `NotFound`."""
    query = select(Recovery).where(Recovery.ref == ref)
    found = db.session.scalar(
        query.options(joinedload(Recovery.debtor), joinedload(Recovery.payment))
    )
    if found is None:
        raise NotFound()
    return found


def with_notes(ref: str) -> Recovery:
    """The recovery with its debit note in both languages; raises `NotFound`."""
    query = select(Recovery).where(Recovery.ref == ref)
    found = db.session.scalar(
        query.options(joinedload(Recovery.note_en), joinedload(Recovery.note_fr))
    )
    if found is None:
        raise NotFound()
    return found


def lock_recovery(recovery_id: int) -> Recovery:
    """The recovery with its debtor and payment, fresh and locked until the transaction ends."""
    query = select(Recovery).where(Recovery.id == recovery_id)
    query = query.options(joinedload(Recovery.debtor), joinedload(Recovery.payment))
    locked = query.with_for_update(of=Recovery)
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def of_payment(payment_id: int) -> list[Recovery]:
    """The recoveries of a payment, oldest first."""
    query = select(Recovery).where(Recovery.payment_id == payment_id)
    return list(db.session.scalars(query.order_by(Recovery.id)))


def recoverable_cents(payment: Payment) -> int:
    """What of a payment is not being recovered yet, in cents; withdrawn recoveries do not count."""
    query = select(func.sum(Recovery.amount_cents)).where(
        Recovery.payment_id == payment.id, Recovery.state != State.WITHDRAWN
    )
    return payment.amount_cents - int(db.session.scalar(query) or 0)


def came_back(payment_id: int) -> bool:
    """Whether part of a payment was received or set off: the bank can no longer return it."""
    query = select(Recovery.id).where(
        Recovery.payment_id == payment_id, Recovery.received_cents + Recovery.offset_cents > 0
    )
    return db.session.scalar(query.limit(1)) is not None


def receipts_of(recovery_id: int) -> list[Receipt]:
    """What came in for a recovery, oldest first."""
    query = select(Receipt).where(Receipt.recovery_id == recovery_id)
    return list(db.session.scalars(query.order_by(Receipt.received_on, Receipt.id)))


def is_entered(bank_reference: str) -> bool:
    """Whether a receipt with this reference of the bank is entered, for whatever recovery."""
    query = select(Receipt.id).where(Receipt.bank_reference == bank_reference)
    return db.session.scalar(query) is not None


def offsets_of(recovery_id: int) -> list[Offset]:
    """What was set off for a recovery, with the payments, oldest first."""
    query = select(Offset).where(Offset.recovery_id == recovery_id)
    return list(db.session.scalars(query.options(joinedload(Offset.payment)).order_by(Offset.id)))


def kept_back_from(payment_id: int) -> list[Offset]:
    """What was kept back from a payment, with the recoveries, oldest first."""
    query = select(Offset).where(Offset.payment_id == payment_id)
    return list(db.session.scalars(query.options(joinedload(Offset.recovery)).order_by(Offset.id)))


def debt(recovery: Recovery) -> Debt:
    """An issued recovery as what interest is counted on: three figures and its movements."""
    movements = [
        *(Movement(each.received_on, each.principal_cents) for each in receipts_of(recovery.id)),
        *(Movement(each.netted_on, each.amount_cents) for each in offsets_of(recovery.id)),
    ]
    if recovery.waived_cents and recovery.closed_at:
        movements.append(Movement(days.brussels_day(recovery.closed_at), recovery.waived_cents))
    assert recovery.due_on is not None
    return Debt(
        amount_cents=recovery.amount_cents,
        due_on=recovery.due_on,
        rate_bp=recovery.interest_rate_bp,
        movements=tuple(movements),
        interest_settled_cents=recovery.interest_received_cents + recovery.interest_waived_cents,
    )


def rates() -> list[InterestRate]:
    """The dated setting, newest first."""
    query = select(InterestRate).order_by(InterestRate.valid_from.desc(), InterestRate.id.desc())
    return list(db.session.scalars(query))


def payments_to_net(recovery: Recovery) -> list[Payment]:
    """Payments to the debtor that nobody has checked yet, the next legal date first."""
    query = select(Payment).where(
        Payment.payee_id == recovery.debtor_id,
        Payment.state == PaymentState.REQUESTED,
        Payment.amount_cents - Payment.kept_back_cents > 1,
    )
    return list(db.session.scalars(query.order_by(Payment.due_on, Payment.id)))


def listed(
    visible: ColumnElement[bool], *, state: State | None, overdue_on: date | None, text: str = ""
) -> Select[Recovery]:
    """The recoveries a list shows, with their debtors and payments, newest first.

    `overdue_on` leaves only those issued whose due date lies before that day, oldest first. `text`
    is a reference: of the recovery, of what was paid for, or the beginning of one.
    """
    query = select(Recovery).where(visible)
    query = query.options(joinedload(Recovery.debtor), joinedload(Recovery.payment))
    if state is not None:
        query = query.where(Recovery.state == state)
    if text.strip():
        wanted = text.strip().upper()
        query = query.where(
            Recovery.ref.startswith(wanted, autoescape=True)
            | Recovery.subject.startswith(wanted, autoescape=True)
        )
    if overdue_on is not None:
        query = query.where(Recovery.state == State.ISSUED, Recovery.due_on < overdue_on)
        return query.order_by(Recovery.due_on, Recovery.id)
    return query.order_by(Recovery.id.desc())


def open_total(query: Select[Recovery]) -> int:
    """What is still owed on the issued recoveries of a list, without interest, in cents."""
    assert query.whereclause is not None
    settled = Recovery.received_cents + Recovery.offset_cents + Recovery.waived_cents
    total = select(func.sum(Recovery.amount_cents - settled))
    return int(
        db.session.scalar(total.where(query.whereclause, Recovery.state == State.ISSUED)) or 0
    )


def tasks_for(actor: Actor) -> list[Task]:
    """What waits for this person: to inform, to answer, to issue, to decide, to collect, to pay."""
    waiting = _waiting(actor, clock.today())
    if not waiting:
        return []
    found = db.session.scalars(
        select(Recovery)
        .where(or_(*waiting))
        .options(joinedload(Recovery.debtor))
        .order_by(Recovery.due_on, Recovery.id)
        .limit(MOST_TASKS)
    )
    return [_task(actor, recovery) for recovery in found]


def _waiting(actor: Actor, today: date) -> Sequence[ColumnElement[bool]]:
    """The conditions under which a recovery waits for the person, by what they are."""
    found: list[ColumnElement[bool]] = []
    others = Recovery.debtor_id.not_in(actor.organisation_ids)
    if actor.has(Role.OFFICER):
        found.append(and_(Recovery.state.in_((State.DRAFTED, State.CONTESTED)), others))
    if actor.has(Role.AUTHORISER):
        heard = or_(Recovery.state == State.ANSWERED, _time_is_over(today))
        to_decide = and_(
            Recovery.state == State.ISSUED,
            Recovery.waiver_proposed_by_id.is_not(None),
            Recovery.waiver_proposed_by_id != actor.id,
        )
        found.append(and_(or_(heard, to_decide), Recovery.drafted_by_id != actor.id, others))
    if actor.has(Role.ACCOUNTANT):
        found.append(and_(Recovery.state == State.ISSUED, Recovery.due_on < today, others))
    if actor.organisation_ids:
        asked = and_(Recovery.state == State.PRE_INFORMATION, Recovery.comment_until >= today)
        owed = or_(asked, Recovery.state == State.ISSUED)
        found.append(and_(Recovery.debtor_id.in_(actor.organisation_ids), owed))
    return found


def _time_is_over(today: date) -> ColumnElement[bool]:
    return and_(Recovery.state == State.PRE_INFORMATION, Recovery.comment_until < today)


def _task(actor: Actor, recovery: Recovery) -> Task:
    since = recovery.answered_at or recovery.commented_at or recovery.informed_at
    return Task(
        label=_task_label(actor, recovery),
        ref=recovery.ref,
        title=f"{recovery.debtor.legal_name} · {recovery.subject}",
        endpoint="recoveries.show",
        values={"ref": recovery.ref},
        due_on=recovery.due_on
        or (recovery.comment_until if actor.speaks_for(recovery.debtor_id) else None),
        since=days.brussels_day(recovery.issued_at or since or recovery.drafted_at),
    )


def _task_label(actor: Actor, recovery: Recovery) -> Text:
    if actor.speaks_for(recovery.debtor_id):
        owed = recovery.state == State.ISSUED
        return _("Pay the debit note") if owed else LIFE.labels[Action.CONTEST]
    if recovery.state == State.DRAFTED:
        return LIFE.labels[Action.INFORM]
    if recovery.state == State.CONTESTED:
        return _("Answer the debtor’s comments")
    if recovery.state != State.ISSUED:
        return LIFE.labels[Action.ISSUE]
    if recovery.is_waiver_proposed and actor.has(Role.AUTHORISER):
        return _("Decide on the proposed waiver")
    return _("Debit note overdue: look for the receipt")
