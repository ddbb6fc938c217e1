"""Reads of payments and batches: by reference, by what they pay, what waits for whom, totals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import aliased, joinedload

from portal.core import days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import n_
from portal.core.tasks import Task
from portal.ledger.models import BudgetLine
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import State as AccountState
from portal.payments.models import BankFile, Batch, Payment
from portal.payments.states import ENDED, LIFE, OPEN, Action, State

#: How many tasks of one kind the desk shows.
MOST_TASKS = 50

_FOR_SIGNING = (joinedload(Payment.account), joinedload(Payment.payee))
#: What each role has to do with a payment in each state.
_WAITS_FOR = {
    State.REQUESTED: (Role.VERIFIER, Action.VERIFY),
    State.VERIFIED: (Role.AUTHORISER, Action.AUTHORISE),
    State.AUTHORISED: (Role.ACCOUNTANT, Action.SEND),
}


@dataclass(frozen=True)
class Figures:
    """How many payments stand in a state, their sum in cents, and how many are overdue."""

    count: int
    total_cents: int
    overdue: int


@dataclass(frozen=True)
class BatchStanding:
    """A batch with where its payments stand: how many are executed, how many came back."""

    batch: Batch
    executed: int
    returned: int

    @property
    def is_settled(self) -> bool:
        """Whether the bank has answered for every payment."""
        return self.executed + self.returned == self.batch.payments


def by_ref(ref: str) -> Payment:
    """The payment with payee, account, line with book, and batch; raises `NotFound`."""
    query = select(Payment).where(Payment.ref == ref)
    found = db.session.scalar(
        query.options(
            *_FOR_SIGNING,
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
    query = select(Payment).where(Payment.ref.in_(refs)).options(*_FOR_SIGNING)
    found = list(db.session.scalars(query.order_by(Payment.ref)))
    if len(found) != len(set(refs)):
        raise NotFound()
    return found


def lock_payment(payment_id: int) -> Payment:
    """The payment, fresh and locked until the end of the transaction."""
    return lock_payments((payment_id,))[0]


def lock_payments(payment_ids: Collection[int]) -> list[Payment]:
    """Several payments with payee and account, fresh and locked, in the order of their ids."""
    query = select(Payment).where(Payment.id.in_(payment_ids)).options(*_FOR_SIGNING)
    locked = query.order_by(Payment.id).with_for_update(of=Payment)
    return list(db.session.scalars(locked.execution_options(populate_existing=True)))


def with_unusable_account(payments: Sequence[Payment]) -> list[Payment]:
    """Those of the payments whose account may not be paid to now.

    The accounts stay as they are until the end of the transaction.
    """
    accounts = {payment.bank_account_id for payment in payments}
    query = select(BankAccount.id, BankAccount.state).where(BankAccount.id.in_(accounts))
    held = query.order_by(BankAccount.id).with_for_update(read=True)
    usable = {key for key, state in db.session.execute(held) if state == AccountState.VALIDATED}
    return [payment for payment in payments if payment.bank_account_id not in usable]


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
    query = select(Payment).where(
        Payment.subject == subject, Payment.state.in_(ENDED), ~_replaced()
    )
    return db.session.scalar(query.order_by(Payment.id.desc()).limit(1))


def replacement_of(payment_id: int) -> Payment | None:
    """The payment that was asked for instead of this one."""
    return db.session.scalar(select(Payment).where(Payment.replaces_id == payment_id))


def has_live(subject: str) -> bool:
    """Whether a payment for the subject is under way or executed."""
    query = select(Payment.id).where(Payment.subject == subject, Payment.state.not_in(ENDED))
    return db.session.scalar(query) is not None


def listed(
    visible: ColumnElement[bool], *, state: State | None, overdue_on: date | None, text: str = ""
) -> Select[Payment]:
    """The payments the desk shows, with payee, account and batch: the next legal date first.

    `overdue_on` leaves only those not paid whose legal date lies before that day. `text` is a
    reference: of the payment, of its subject, or the beginning of one.
    """
    query = select(Payment).where(visible).options(*_FOR_SIGNING, joinedload(Payment.batch))
    if state is not None:
        query = query.where(Payment.state == state)
    if overdue_on is not None:
        query = query.where(_overdue(overdue_on))
    if text.strip():
        wanted = text.strip().upper()
        query = query.where(
            Payment.ref.startswith(wanted, autoescape=True)
            | Payment.subject.startswith(wanted, autoescape=True)
        )
    if state in OPEN or overdue_on is not None:
        return query.order_by(Payment.due_on, Payment.id)
    return query.order_by(Payment.id.desc())


def sum_of(query: Select[Payment]) -> int:
    """What everything a list holds transfers, in cents, on all its pages."""
    assert query.whereclause is not None
    total = select(func.sum(Payment.amount_cents - Payment.kept_back_cents)).where(
        query.whereclause
    )
    return int(db.session.scalar(total) or 0)


def figures(visible: ColumnElement[bool], today: date) -> dict[State, Figures]:
    """Count, sum and number overdue of the payments in each state; every state is there."""
    net = Payment.amount_cents - Payment.kept_back_cents
    late = func.sum(case((_overdue(today), 1), else_=0))
    query = (
        select(Payment.state, func.count(), func.sum(net), late)
        .where(visible)
        .group_by(Payment.state)
    )
    found = {
        state: Figures(int(count), int(total), int(overdue))
        for state, count, total, overdue in db.session.execute(query)
    }
    return {state: found.get(state, Figures(0, 0, 0)) for state in State}


def batch_by_ref(ref: str) -> Batch:
    """A batch; raises `NotFound`."""
    found = db.session.scalar(select(Batch).where(Batch.ref == ref))
    if found is None:
        raise NotFound()
    return found


def in_batch(batch_id: int) -> list[Payment]:
    """The payments of a batch with payee and account, in the order of their references."""
    query = select(Payment).where(Payment.batch_id == batch_id).options(*_FOR_SIGNING)
    return list(db.session.scalars(query.order_by(Payment.ref)))


def bank_file_of(batch_id: int) -> BankFile | None:
    """The bank file of a batch, without its content; None when it was released without one."""
    return db.session.scalar(select(BankFile).where(BankFile.batch_id == batch_id))


def batches() -> Select[Batch]:
    """Every batch, newest first."""
    return select(Batch).order_by(Batch.released_at.desc(), Batch.id.desc())


def standings(found: Sequence[Batch]) -> list[BatchStanding]:
    """Where the payments of several batches stand, in one query."""
    query = (
        select(Payment.batch_id, Payment.state, func.count())
        .where(Payment.batch_id.in_([batch.id for batch in found]))
        .group_by(Payment.batch_id, Payment.state)
    )
    counted = {
        (batch_id, state): int(count) for batch_id, state, count in db.session.execute(query)
    }
    return [
        BatchStanding(
            batch,
            counted.get((batch.id, State.EXECUTED), 0),
            counted.get((batch.id, State.RETURNED), 0),
        )
        for batch in found
    ]


def tasks_for(actor: Actor) -> list[Task]:
    """What waits for this person: to sign, to send, to settle, or to ask for again."""
    found = db.session.scalars(
        select(Payment)
        .where(_to_sign(actor) | _to_ask_again(actor))
        .options(joinedload(Payment.payee))
        .order_by(Payment.due_on, Payment.id)
        .limit(MOST_TASKS)
    )
    return [*_settlements(actor), *(_task(payment) for payment in found)][:MOST_TASKS]


def _to_sign(actor: Actor) -> ColumnElement[bool]:
    """Payments that wait for a signature the actor may still give."""
    mine = [state for state, (role, _action) in _WAITS_FOR.items() if actor.has(role)]
    signed = (Payment.requested_by_id, Payment.verified_by_id, Payment.authorised_by_id)
    return and_(
        Payment.state.in_(mine),
        *(func.coalesce(person_id, 0) != actor.id for person_id in signed),
        Payment.payee_id.not_in(actor.organisation_ids),
    )


def _to_ask_again(actor: Actor) -> ColumnElement[bool]:
    """Payments refused or returned that nobody has asked for again."""
    failed = and_(Payment.state.in_((State.REFUSED, State.RETURNED)), ~_replaced())
    if actor.has(Role.OFFICER):
        return failed
    return and_(failed, Payment.requested_by_id == actor.id)


def _settlements(actor: Actor) -> list[Task]:
    """One task for each batch of which the bank has not yet answered."""
    if not actor.has(Role.ACCOUNTANT):
        return []
    query = (
        select(Batch.ref, Batch.released_at, func.count(), func.min(Payment.due_on))
        .join(Payment, Payment.batch_id == Batch.id)
        .where(Payment.state == State.SENT)
        .group_by(Batch.id, Batch.ref, Batch.released_at)
        .order_by(Batch.released_at)
        .limit(MOST_TASKS)
    )
    return [
        Task(
            label=LIFE.labels[Action.SETTLE],
            ref=ref,
            title=str(n_("%(num)s payment sent", "%(num)s payments sent", count)),
            endpoint="payments.show_batch",
            values={"ref": ref},
            due_on=due_on,
            since=days.brussels_day(released_at),
        )
        for ref, released_at, count, due_on in db.session.execute(query)
    ]


def _task(payment: Payment) -> Task:
    action = _WAITS_FOR[payment.state][1] if payment.state in _WAITS_FOR else Action.REQUEST_AGAIN
    since = (
        payment.refused_at or payment.authorised_at or payment.verified_at or payment.requested_at
    )
    return Task(
        label=LIFE.labels[action],
        ref=payment.ref,
        title=f"{payment.payee.legal_name} · {payment.subject}",
        endpoint="payments.show",
        values={"ref": payment.ref},
        due_on=payment.due_on,
        since=days.brussels_day(since),
    )


def _overdue(today: date) -> ColumnElement[bool]:
    return and_(Payment.state.in_(OPEN), Payment.due_on < today)


def _replaced() -> ColumnElement[bool]:
    """Whether another payment stands in for this one."""
    newer = aliased(Payment)
    return select(newer.id).where(newer.replaces_id == Payment.id).exists()
