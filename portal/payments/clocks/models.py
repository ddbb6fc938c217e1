"""The dated table of limits, and the times during which the clock of a payment stood still."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.append_only import append_only, refuse_when, write_once
from portal.core.columns import BigKey, Instant, Key, LongText, Moment, ShortText, words
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.payments.clocks.states import Kind


class PaymentLimit(Base):
    """From when a kind of debt has which limit; rows are added, never changed."""

    __tablename__ = "payment_limit"
    __table_args__ = (
        CheckConstraint("days between 1 and 365", name="days_range"),
        Index("ix_payment_limit_kind_valid_from", "kind", "valid_from"),
    )
    noun: ClassVar[str] = "payment_limit"

    id: Mapped[Key]
    kind: Mapped[Kind] = mapped_column(words(Kind, name="kind"))
    #: Calendar days; the day after the clock starts is day 1.
    days: Mapped[int] = mapped_column(Integer)
    #: First day on which a clock may start under this limit.
    valid_from: Mapped[date] = mapped_column(Date)
    #: Where the limit was read: a regulation, an agreement.
    source: Mapped[str] = mapped_column(String(500))
    added_by: Mapped[ShortText]
    added_at: Mapped[Moment]

    @property
    def ref(self) -> str:
        """What the trail calls the limits of this kind."""
        return f"LIMIT-{self.kind.upper()}"

    @property
    def order(self) -> int:
        """Position in the order of entry."""
        return self.id


class PaymentSuspension(Base):
    """A time during which the clock of a payment stands still; closed once, otherwise unchanged."""

    __tablename__ = "payment_suspension"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint(
            "(resumed_on is null) = (resumed_at is null)"
            " and (resumed_on is null) = (resumed_by_id is null)",
            name="resumed_by_someone",
        ),
        CheckConstraint("resumed_on is null or resumed_on >= suspended_on", name="days_in_order"),
        Index(
            "uq_payment_suspension_open",
            "payment_id",
            unique=True,
            sqlite_where=text("resumed_on is null"),
            postgresql_where=text("resumed_on is null"),
        ),
    )

    id: Mapped[Key]
    payment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("payment.id"), index=True)
    #: In words that the payee reads.
    reason: Mapped[LongText]
    #: Days in Brussels: the first still counts, on the second the clock has not yet run again.
    suspended_on: Mapped[date] = mapped_column(Date)
    suspended_at: Mapped[Moment]
    suspended_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    resumed_on: Mapped[date | None] = mapped_column(Date)
    resumed_at: Mapped[datetime | None] = mapped_column(Instant)
    resumed_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)


append_only(PaymentLimit.__table__)  # type: ignore[arg-type]
write_once(
    PaymentSuspension.__table__,  # type: ignore[arg-type]
    "payment_id",
    "reason",
    "suspended_on",
    "suspended_at",
    "suspended_by_id",
    "resumed_on",
    "resumed_at",
    "resumed_by_id",
)
refuse_when(PaymentSuspension.__table__, "DELETE", "kept", "1 = 1")  # type: ignore[arg-type]

explain_constraint(
    "uq_payment_suspension_open",
    Fault(_("Somebody else has just suspended this payment.")),
    columns="payment_suspension.payment_id",
)
