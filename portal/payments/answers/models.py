"""BankAnswer, known by its message identifier, and BankEntry, known by the bank's own key."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import append_only, write_once
from portal.core.columns import BigKey, Instant, Key, LongText, Moment, Reference, words
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.files import StoredFile
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.payments.answers.states import Kind, Outcome, State
from portal.payments.models import Payment


class BankAnswer(Base):
    """One file of the bank as it was taken in."""

    __tablename__ = "bank_answer"
    __table_args__ = (UniqueConstraint("kind", "message_id"),)
    noun: ClassVar[str] = "bank_answer"

    id: Mapped[Key]
    ref: Mapped[Reference]
    kind: Mapped[Kind] = mapped_column(words(Kind, name="kind"))
    #: The bank's own identifier of the message.
    message_id: Mapped[str] = mapped_column(String(70))
    #: Entries of the file that an earlier file had told already.
    known_before: Mapped[int] = mapped_column(Integer)
    file_id: Mapped[int] = mapped_column(BigKey, ForeignKey("stored_file.id"), index=True)
    taken_in_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    taken_in_at: Mapped[Moment] = mapped_column(index=True)
    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")


class BankEntry(Base):
    """What the bank says of one payment, and what came of it."""

    __tablename__ = "bank_entry"
    __table_args__ = (
        UniqueConstraint("answer_id", "number"),
        CheckConstraint("amount_cents is null or amount_cents > 0", name="amount_above_zero"),
        CheckConstraint("charges_cents >= 0", name="charges_not_negative"),
        CheckConstraint("state <> 'applied' or payment_id is not null", name="applied_to_payment"),
        CheckConstraint("state <> 'dismissed' or reason <> ''", name="dismissed_has_reason"),
        CheckConstraint(
            "state <> 'dismissed' or decided_by_id is not null", name="dismissed_by_someone"
        ),
        Index("ix_bank_entry_state_id", "state", "id"),
    )
    noun: ClassVar[str] = "bank_entry"

    id: Mapped[Key]
    answer_id: Mapped[int] = mapped_column(BigKey, ForeignKey("bank_answer.id"))
    #: The answer's reference and the entry's place: ANS-2026-0001/2.
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    #: Its place in the file, from 1.
    number: Mapped[int] = mapped_column(Integer)
    #: What makes the entry the same in two files: the bank's reference of it and what it says.
    bank_key: Mapped[str] = mapped_column(String(200), unique=True)
    outcome: Mapped[Outcome] = mapped_column(words(Outcome, name="outcome"))
    #: The payment's reference as the bank gives it back; empty when it gives none.
    end_to_end: Mapped[str] = mapped_column(String(35), index=True)
    iban: Mapped[str] = mapped_column(String(34), default="")
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    #: What the bank kept of a returned amount.
    charges_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    booked_on: Mapped[date | None] = mapped_column(Date)
    #: The bank's reason code, and what it wrote beside it.
    code: Mapped[str] = mapped_column(String(10), default="")
    text: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[State] = mapped_column(words(State, name="state"))
    payment_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("payment.id"), index=True)
    #: Who attributed it or set it aside; nobody when it found its payment by itself.
    decided_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[LongText] = mapped_column(default="")
    version: Mapped[int] = mapped_column(Integer)
    answer: Mapped[BankAnswer] = relationship(lazy="raise_on_sql")
    payment: Mapped[Payment | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


append_only(BankAnswer.__table__)  # type: ignore[arg-type]
write_once(
    BankEntry.__table__,  # type: ignore[arg-type]
    "answer_id",
    "ref",
    "number",
    "bank_key",
    "outcome",
    "end_to_end",
    "iban",
    "amount_cents",
    "booked_on",
    "code",
    "text",
    "payment_id",
    "decided_by_id",
)

explain_constraint(
    "uq_bank_answer_kind_message_id",
    Fault(_("Somebody else has just imported this file. Nothing was entered twice."), "file"),
    columns="bank_answer.kind, bank_answer.message_id",
)
explain_constraint(
    "uq_bank_entry_bank_key",
    Fault(_("Somebody else has just imported these entries. Nothing was entered twice."), "file"),
    columns="bank_entry.bank_key",
)
