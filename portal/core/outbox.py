"""Work to do after the commit: rows written with the change, leased by a worker, retried until
done.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index, Integer, String, Text, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import ColumnElement

from portal.core import clock
from portal.core.columns import Instant, Json, Key, Moment
from portal.core.db import Base, db, reading, transaction

#: How long a worker may take for one row before another may try it.
LEASE = timedelta(seconds=60)
#: Waiting times between tries; the last one repeats until somebody looks.
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)


class OutboxMessage(Base):
    """One mail to deliver at least once; `deduplication_key` makes a repeated queueing harmless."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_due", "done_at", "run_at"),)

    id: Mapped[Key]
    deduplication_key: Mapped[str] = mapped_column(String(200), unique=True)
    recipient: Mapped[str] = mapped_column(String(320), index=True)
    recipient_name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    #: Names and identifiers of stored files sent along.
    attachments: Mapped[Json]
    created_at: Mapped[Moment]
    run_at: Mapped[Moment]
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str] = mapped_column(String(500), default="")


def put(rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows with their columns by name; a key that is there already stays as it was written.

    Past the session: at once, in the caller's transaction.
    """
    on_postgresql = db.session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(OutboxMessage).on_conflict_do_nothing(
        index_elements=[OutboxMessage.deduplication_key]
    )
    db.session.execute(statement, rows)


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = or_(OutboxMessage.lease_until.is_(None), OutboxMessage.lease_until < now)
    return OutboxMessage.done_at.is_(None), OutboxMessage.run_at <= now, free


def waiting() -> bool:
    """Whether anything is due; asked read-only, so that an idle worker holds no write lock."""
    with reading():
        query = select(OutboxMessage.id).where(*_due(clock.now())).limit(1)
        return db.session.scalar(query) is not None


def claim() -> int | None:
    """Lease the next due row to the caller and return its id, or None."""
    now = clock.now()
    with transaction():
        row = db.session.scalar(
            select(OutboxMessage)
            .where(*_due(now))
            .order_by(OutboxMessage.run_at, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.lease_until = now + LEASE
        row.tries += 1
        return row.id


def work(deliver: Callable[[OutboxMessage], None]) -> int:
    """Deliver everything that is due; returns how many rows were delivered.

    `deliver` runs outside any write transaction. When it raises, the row is tried again later and
    the
    error kept for the operators.
    """
    delivered = 0
    while waiting() and (row_id := claim()) is not None:
        with reading():
            message = db.session.get_one(OutboxMessage, row_id)
            tries = message.tries
            error = _try(deliver, message)
        _finish(row_id, tries, error)
        delivered += error == ""
    return delivered


def _try(deliver: Callable[[OutboxMessage], None], message: OutboxMessage) -> str:
    try:
        deliver(message)
    except OSError as problem:
        return str(problem)[:500] or type(problem).__name__
    return ""


def _finish(row_id: int, tries: int, error: str) -> None:
    now = clock.now()
    wait = RETRY_AFTER[min(tries, len(RETRY_AFTER)) - 1]
    outcome = (
        {"last_error": error, "run_at": now + wait} if error else {"done_at": now, "last_error": ""}
    )
    with transaction():
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == row_id)
            .values(lease_until=None, **outcome)
        )
