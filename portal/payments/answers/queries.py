"""Reads of bank files and their entries."""

from collections.abc import Collection

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from portal.core import days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.tasks import Task
from portal.partners.bank_accounts.models import BankAccount
from portal.payments.answers.models import BankAnswer, BankEntry
from portal.payments.answers.states import LIFE, Action, Kind, Outcome, State
from portal.payments.models import Batch, Payment
from portal.payments.states import AT_BANK
from portal.payments.states import State as PaymentState

#: How many tasks the desk shows.
MOST_TASKS = 50
#: How many payments are proposed for an entry.
MOST_PROPOSED = 10


def by_ref(ref: str) -> BankAnswer:
    """A bank file with its stored file; raises `NotFound`."""
    query = select(BankAnswer).where(BankAnswer.ref == ref).options(joinedload(BankAnswer.file))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def by_message(kind: Kind, message_id: str) -> BankAnswer | None:
    """The file already taken in under the bank's identifier, with its stored file."""
    query = select(BankAnswer).where(BankAnswer.kind == kind, BankAnswer.message_id == message_id)
    return db.session.scalar(query.options(joinedload(BankAnswer.file)))


def listed() -> Select[BankAnswer]:
    """Every bank file, newest first."""
    return select(BankAnswer).order_by(BankAnswer.id.desc())


def counts(answer_ids: Collection[int]) -> dict[tuple[int, State], int]:
    """How many entries of each file stand in each state, in one query."""
    query = (
        select(BankEntry.answer_id, BankEntry.state, func.count())
        .where(BankEntry.answer_id.in_(answer_ids))
        .group_by(BankEntry.answer_id, BankEntry.state)
    )
    return {(answer, state): int(number) for answer, state, number in db.session.execute(query)}


def entries_of(answer_id: int) -> Select[BankEntry]:
    """The entries of a file with their payments, in the file's order."""
    query = select(BankEntry).where(BankEntry.answer_id == answer_id)
    return query.options(joinedload(BankEntry.payment)).order_by(BankEntry.number)


def entry(ref: str) -> BankEntry:
    """An entry with its file and payment; raises `NotFound`."""
    query = select(BankEntry).where(BankEntry.ref == ref)
    found = db.session.scalar(
        query.options(joinedload(BankEntry.answer), joinedload(BankEntry.payment))
    )
    if found is None:
        raise NotFound()
    return found


def lock_entry(entry_id: int) -> BankEntry:
    """The entry with its file, fresh and locked until the end of the transaction."""
    query = select(BankEntry).where(BankEntry.id == entry_id).options(joinedload(BankEntry.answer))
    locked = query.with_for_update(of=BankEntry)
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def of_payment(payment_id: int) -> list[BankEntry]:
    """What the bank said of a payment, oldest first, each with its file."""
    query = select(BankEntry).where(BankEntry.payment_id == payment_id)
    found = db.session.scalars(query.options(joinedload(BankEntry.answer)).order_by(BankEntry.id))
    return list(found)


def known_keys(bank_keys: Collection[str]) -> set[str]:
    """Which of the bank's keys an earlier file has told already."""
    query = select(BankEntry.bank_key).where(BankEntry.bank_key.in_(bank_keys))
    return set(db.session.scalars(query))


def payments_named(refs: Collection[str]) -> dict[str, int]:
    """The ids of the payments named, by their reference."""
    query = select(Payment.ref, Payment.id).where(Payment.ref.in_(refs))
    return {row.ref: row.id for row in db.session.execute(query)}


def refs_in_batch(batch: str) -> list[str]:
    """The references of the payments of an order."""
    query = select(Payment.ref).join(Batch, Batch.id == Payment.batch_id).where(Batch.ref == batch)
    return list(db.session.scalars(query.order_by(Payment.ref)))


def proposals(found: BankEntry) -> list[Payment]:
    """The payments an entry could mean: same amount, and same account where the bank names one."""
    query = (
        select(Payment)
        .join(BankAccount, BankAccount.id == Payment.bank_account_id)
        .where(Payment.state.in_((*AT_BANK, PaymentState.EXECUTED)))
        .options(joinedload(Payment.payee))
    )
    same_amount = Payment.amount_cents - Payment.kept_back_cents == found.amount_cents
    same_account = BankAccount.iban == found.iban
    likely = [same_amount] if found.amount_cents else []
    likely += [same_account] if found.iban else []
    if not likely:
        return []
    # A return may have lost charges on its way: then only the account tells.
    either = or_(*likely) if found.outcome in (Outcome.RETURNED, Outcome.CREDIT) else likely[0]
    ordered = query.where(either).order_by(same_account.desc(), Payment.id.desc())
    return list(db.session.scalars(ordered.limit(MOST_PROPOSED)))


def tasks_for(actor: Actor) -> list[Task]:
    """Entries that wait for an accounting officer."""
    if not actor.has(Role.ACCOUNTANT):
        return []
    query = (
        select(BankEntry.ref, BankEntry.end_to_end, BankAnswer.ref, BankAnswer.taken_in_at)
        .join(BankAnswer, BankAnswer.id == BankEntry.answer_id)
        .where(BankEntry.state == State.WAITING)
        .order_by(BankEntry.id)
        .limit(MOST_TASKS)
    )
    return [
        Task(
            label=LIFE.labels[Action.ATTRIBUTE],
            ref=ref,
            title=end_to_end,
            endpoint="answers.show",
            values={"ref": answer},
            since=days.brussels_day(taken_in_at),
        )
        for ref, end_to_end, answer, taken_in_at in db.session.execute(query)
    ]
