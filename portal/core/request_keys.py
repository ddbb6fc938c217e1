"""Keys of forms: what is sent once is done once, however often it arrives.

The row of a key is written before the work and in its transaction. Whoever sends the same form at
the same moment waits for that row (PostgreSQL) or for the write lock (SQLite), and then finds the
answer. When the work is undone the row is undone with it, and the key may be used again.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, CursorResult, String, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.columns import Moment, json_column
from portal.core.db import Base, db
from portal.core.errors import AlreadySent, Stale

#: Hexadecimal digits of a key: 128 random bits.
LENGTH = 32
#: How long an answer can be given again; no signed-in session lives longer than half a day.
KEPT = timedelta(days=7)


class RequestKey(Base):
    """One form that was sent, and how it was answered. Never holds what was typed."""

    __tablename__ = "request_key"
    __table_args__ = (CheckConstraint(f"length(key) = {LENGTH}", name="length"),)

    #: Whose key it is: a hash that stands for one browser between signing in and signing out.
    scope: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(LENGTH), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(100))
    #: Keyed hash of the address and of everything sent to it, files included.
    fingerprint: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment] = mapped_column(index=True)
    #: What is needed to answer again; empty while the work is going on.
    answer: Mapped[dict[str, Any] | None] = mapped_column(json_column)


def take(scope: str, key: str, *, endpoint: str, fingerprint: str) -> dict[str, Any] | None:
    """Take a key for the work of this transaction; returns the answer given before, or None when
    the work is still to be done.

    Raises `AlreadySent` when the key was used for something else, `Stale` when how that ended is
    not known.
    """
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    row = {"scope": scope, "key": key, "endpoint": endpoint, "fingerprint": fingerprint}
    taken = db.session.scalar(
        insert(RequestKey)
        .values(**row, at=clock.now())
        .on_conflict_do_nothing()
        .returning(RequestKey.key)
    )
    if taken is not None:
        return None
    known = db.session.get(RequestKey, (scope, key))
    if known is not None and known.fingerprint != fingerprint:
        raise AlreadySent
    if known is None or known.answer is None:
        raise Stale
    return known.answer


def keep(scope: str, key: str, answer: dict[str, Any]) -> None:
    """Keep the answer beside the key taken in this transaction."""
    db.session.execute(
        update(RequestKey)
        .where(RequestKey.scope == scope, RequestKey.key == key)
        .values(answer=answer)
        .execution_options(synchronize_session=False)
    )


def forget(before: datetime) -> int:
    """Remove the keys taken before a moment; returns how many there were."""
    gone = db.session.execute(
        delete(RequestKey)
        .where(RequestKey.at < before)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(gone, CursorResult)
    return gone.rowcount
