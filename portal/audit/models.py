"""AuditEntry and AuditHead; the database itself refuses to change or remove an entry."""

from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.audit import rules
from portal.core.append_only import append_only, followed_by, forward_only
from portal.core.columns import BigKey, Json, Key, Moment
from portal.core.db import Base


class AuditEntry(Base):
    """One action of one actor on one thing."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("subject", "number"),
        CheckConstraint("number > 0", name="numbered_from_one"),
        Index("ix_audit_entry_actor_id_at", "actor_id", "at"),
    )

    id: Mapped[Key]
    #: The public reference of the thing acted on.
    subject: Mapped[str] = mapped_column(String(40))
    #: Position in the thing's chain, from 1 without a gap.
    number: Mapped[int] = mapped_column(Integer)
    #: Noun and verb: "exchange.approve".
    verb: Mapped[str] = mapped_column(String(60), index=True)
    at: Mapped[Moment] = mapped_column(index=True)
    #: The person, or null for the portal itself. No foreign key: the trail outlives everything.
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    actor_name: Mapped[str] = mapped_column(String(200))
    actor_roles: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(60))
    request_id: Mapped[str] = mapped_column(String(40))
    before: Mapped[Json]
    after: Mapped[Json]
    #: What the decision rested on: rule, inputs, steps, amounts.
    details: Mapped[Json]
    reason: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    def content(self) -> dict[str, Any]:
        """What the hash covers: everything but the database id and the hashes."""
        return rules.content({name: getattr(self, name) for name in rules.COVERED})


append_only(AuditEntry.__table__)  # type: ignore[arg-type]


class AuditHead(Base):
    """How far the chain of one thing has come: what shows that its newest entries were removed.

    The database itself moves it with every entry, one step forward at a time.
    """

    __tablename__ = "audit_head"

    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: Number and hash of the newest entry.
    number: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))


forward_only(AuditHead.__table__)  # type: ignore[arg-type]
followed_by(AuditEntry.__table__, AuditHead.__table__)  # type: ignore[arg-type]
