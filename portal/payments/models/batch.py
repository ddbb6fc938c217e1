"""A batch released to the bank, and its bank file, both as they were."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.append_only import append_only
from portal.core.columns import BigKey, CentsColumn, Key, Moment, Reference, words
from portal.core.db import Base
from portal.payments.states import BankFormat


class Batch(Base):
    """Payments released to the bank together; where it stands follows from its payments."""

    __tablename__ = "batch"
    __table_args__ = (CheckConstraint("payments > 0 and total_cents > 0", name="not_empty"),)
    noun: ClassVar[str] = "batch"

    id: Mapped[Key]
    ref: Mapped[Reference]
    #: What was released, as it was shown: how many payments, and their sum.
    payments: Mapped[int] = mapped_column(Integer)
    total_cents: Mapped[CentsColumn]
    released_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    released_at: Mapped[Moment] = mapped_column(index=True)


class BankFile(Base):
    """The credit transfer message of a batch, as it was made when the batch was released.

    Its bytes are kept, not made again: they name payees and addresses as they were that day.
    """

    __tablename__ = "bank_file"
    __table_args__ = (
        CheckConstraint("transfers > 0 and total_cents > 0", name="not_empty"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(BigKey, ForeignKey("batch.id"), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    format: Mapped[BankFormat] = mapped_column(words(BankFormat, name="format"))
    #: The day on which the bank is asked to execute it.
    execute_on: Mapped[date] = mapped_column(Date)
    #: What the file itself says: how many transfers, and their sum.
    transfers: Mapped[int] = mapped_column(Integer)
    total_cents: Mapped[CentsColumn]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


append_only(Batch.__table__)  # type: ignore[arg-type]
append_only(BankFile.__table__)  # type: ignore[arg-type]
