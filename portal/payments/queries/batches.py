"""Batches: one, all, their payments, their bank file, where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.payments.models import BankFile, Batch, Payment
from portal.payments.queries.files import FOR_SIGNING
from portal.payments.states import AT_BANK, State


@dataclass(frozen=True)
class BatchStanding:
    """A batch with where its payments stand: how many wait at the bank, and how many do not."""

    batch: Batch
    waiting: int
    executed: int
    rejected: int
    returned: int

    @property
    def is_settled(self) -> bool:
        """Whether the bank has answered for every payment."""
        return not self.waiting


def batch_by_ref(ref: str) -> Batch:
    """A batch; raises `NotFound`."""
    found = db.session.scalar(select(Batch).where(Batch.ref == ref))
    if found is None:
        raise NotFound()
    return found


def in_batch(batch_id: int) -> list[Payment]:
    """Every payment of a batch with payee and account, in the order of their references."""
    return list(db.session.scalars(listed_in_batch(batch_id)))


def listed_in_batch(batch_id: int) -> Select[Payment]:
    """The same, page by page."""
    query = select(Payment).where(Payment.batch_id == batch_id)
    return query.options(*FOR_SIGNING).order_by(Payment.ref)


def waiting_in_batch(batch_id: int) -> list[Payment]:
    """The payments of a batch of which the bank has not yet told how it ended."""
    waiting = listed_in_batch(batch_id).where(Payment.state.in_(AT_BANK))
    return list(db.session.scalars(waiting))


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
            waiting=sum(counted.get((batch.id, state), 0) for state in AT_BANK),
            executed=counted.get((batch.id, State.EXECUTED), 0),
            rejected=counted.get((batch.id, State.REJECTED_BY_BANK), 0),
            returned=counted.get((batch.id, State.RETURNED), 0),
        )
        for batch in found
    ]
