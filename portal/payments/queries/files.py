"""Payments: by reference, by what they pay, locked, listed, counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Boolean, ColumnElement, Select, and_, case, func, literal_column, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.core.db import db
from portal.core.errors import NotFound
from portal.ledger.models import BudgetLine
from portal.ledger.rules import file_of
from portal.payments import rules
from portal.payments.delegations.models import Delegation
from portal.payments.models import Payment
from portal.payments.models.guards import UNDER_WAY
from portal.payments.states import ENDED, OPEN, State

#: What everybody who signs looks at.
FOR_SIGNING = (
    joinedload(Payment.account),
    joinedload(Payment.payee),
    joinedload(Payment.verified_under).joinedload(Delegation.delegator),
    joinedload(Payment.authorised_under).joinedload(Delegation.delegator),
    joinedload(Payment.sent_under).joinedload(Delegation.delegator),
)


@dataclass(frozen=True)
class Figures:
    """How many payments stand in a state, their sum in cents, and how many clocks are how far."""

    count: int
    total_cents: int
    overdue: int
    near: int = 0
    suspended: int = 0


def by_ref(ref: str) -> Payment:
    """The payment with payee, account, line with book, and batch; raises `NotFound`."""
    query = select(Payment).where(Payment.ref == ref)
    found = db.session.scalar(
        query.options(
            *FOR_SIGNING,
            joinedload(Payment.line).joinedload(BudgetLine.book),
            joinedload(Payment.batch),
            joinedload(Payment.replaces),
        )
    )
    if found is None:
        raise NotFound()
    return found


def by_refs(refs: Sequence[str]) -> list[Payment]:
    """Several payments with payee and account, in the order of their references.

    Raises `NotFound` when one of them does not exist.
    """
    query = select(Payment).where(Payment.ref.in_(refs)).options(*FOR_SIGNING)
    found = list(db.session.scalars(query.order_by(Payment.ref)))
    if len(found) != len(set(refs)):
        raise NotFound()
    return found


def lock_payment(payment_id: int) -> Payment:
    """The payment, fresh and locked until the end of the transaction."""
    return lock_payments((payment_id,))[0]


def lock_payments(payment_ids: Collection[int], *, for_signing: bool = True) -> list[Payment]:
    """Several payments with payee, fresh and locked, in the order of their ids; with account and
    delegations as well when they are to be signed.
    """
    query = select(Payment).where(Payment.id.in_(payment_ids))
    query = query.options(*(FOR_SIGNING if for_signing else (joinedload(Payment.payee),)))
    locked = query.order_by(Payment.id).with_for_update(of=Payment)
    return list(db.session.scalars(locked.execution_options(populate_existing=True)))


def of_subject(subject: str) -> list[Payment]:
    """Every payment ever asked for one subject, newest first."""
    return of_subjects((subject,)).get(subject, [])


def of_subjects(subjects: Collection[str]) -> dict[str, list[Payment]]:
    """The payments of several subjects, newest first each, in one query."""
    found: dict[str, list[Payment]] = {}
    if not subjects:
        return found
    query = select(Payment).where(Payment.subject.in_(subjects)).order_by(Payment.id.desc())
    for payment in db.session.scalars(query):
        found.setdefault(payment.subject, []).append(payment)
    return found


def paid_on(subject: str) -> date | None:
    """The day on which the bank paid for the subject, or None while it has not."""
    return paid_on_of((subject,)).get(subject)


def paid_on_of(subjects: Collection[str]) -> dict[str, date]:
    """The days on which several subjects were paid; those not paid are left out."""
    query = select(Payment.subject, Payment.executed_on).where(
        Payment.subject.in_(subjects), Payment.state == State.EXECUTED
    )
    return {subject: day for subject, day in db.session.execute(query) if day is not None}


def last_ended(subject: str) -> Payment | None:
    """The newest payment for the subject that came to nothing and was not yet replaced."""
    query = select(Payment).where(Payment.subject == subject, Payment.state.in_(ENDED), ~replaced())
    return db.session.scalar(query.order_by(Payment.id.desc()).limit(1))


def replacement_of(payment_id: int) -> Payment | None:
    """The payment that was asked for instead of this one."""
    return db.session.scalar(select(Payment).where(Payment.replaces_id == payment_id))


def has_live(subject: str) -> bool:
    """Whether a payment for the subject is under way or executed."""
    query = select(Payment.id).where(Payment.subject == subject, Payment.state.not_in(ENDED))
    return db.session.scalar(query) is not None


def under_way_of(line_id: int, subject: str) -> int:
    """What the payments under way for the file behind a subject take from a line, in cents."""
    file = file_of(subject)
    query = select(func.sum(Payment.amount_cents - Payment.kept_back_cents)).where(
        Payment.line_id == line_id,
        literal_column(UNDER_WAY, Boolean),
        or_(Payment.subject == file, Payment.subject.startswith(f"{file}/", autoescape=True)),
    )
    return int(db.session.scalar(query) or 0)


def listed(
    visible: ColumnElement[bool],
    *,
    state: State | None,
    overdue_on: date | None,
    near_on: date | None = None,
    suspended: bool = False,
    text: str = "",
) -> Select[Payment]:
    """The payments the desk shows, with payee, account and batch: the next legal date first.

    `overdue_on` leaves only those not paid whose legal date lies before that day, `near_on` those
    for which it comes within `rules.NEAR_DAYS` of that day, `suspended` those whose clock stands
    still. `text` is a reference: of the payment, of its subject, or the beginning of one.
    """
    query = select(Payment).where(visible).options(*FOR_SIGNING, joinedload(Payment.batch))
    if state is not None:
        query = query.where(Payment.state == state)
    if overdue_on is not None:
        query = query.where(_overdue(overdue_on))
    if near_on is not None:
        query = query.where(_near(near_on))
    if suspended:
        query = query.where(Payment.suspended_on.is_not(None))
    if text.strip():
        wanted = text.strip().upper()
        query = query.where(
            Payment.ref.startswith(wanted, autoescape=True)
            | Payment.subject.startswith(wanted, autoescape=True)
        )
    if state in OPEN or overdue_on is not None or near_on is not None or suspended:
        return query.order_by(Payment.due_on, Payment.id)
    return query.order_by(Payment.id.desc())


def sum_of(query: Select[Payment]) -> int:
    """What everything a list holds transfers, in cents, on all its pages."""
    assert query.whereclause is not None
    net = Payment.amount_cents - Payment.kept_back_cents
    total = select(func.sum(net)).where(query.whereclause)
    return int(db.session.scalar(total) or 0)


def figures(visible: ColumnElement[bool], today: date) -> dict[State, Figures]:
    """Count, sum and number overdue of the payments in each state; every state is there."""
    clocks = (_overdue(today), _near(today), Payment.suspended_on.is_not(None))
    counted = [func.sum(case((clock, 1), else_=0)) for clock in clocks]
    net = Payment.amount_cents - Payment.kept_back_cents
    query = (
        select(Payment.state, func.count(), func.sum(net), *counted)
        .where(visible)
        .group_by(Payment.state)
    )
    found = {
        state: Figures(*(int(figure) for figure in figures))
        for state, *figures in db.session.execute(query)
    }
    return {state: found.get(state, Figures(0, 0, 0)) for state in State}


def replaced() -> ColumnElement[bool]:
    """Whether another payment stands in for this one."""
    newer = aliased(Payment)
    return select(newer.id).where(newer.replaces_id == Payment.id).exists()


def _overdue(today: date) -> ColumnElement[bool]:
    in_time = Payment.suspended_on.is_not(None) & (Payment.suspended_on <= Payment.due_on)
    return and_(Payment.state.in_(OPEN), Payment.due_on < today, ~in_time)


def _near(today: date) -> ColumnElement[bool]:
    until = today + timedelta(days=rules.NEAR_DAYS)
    running = and_(Payment.state.in_(OPEN), Payment.suspended_on.is_(None))
    return and_(running, Payment.due_on.between(today, until))
