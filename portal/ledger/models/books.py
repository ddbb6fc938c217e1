"""Book, BudgetLine and Posting; in the database itself balances move only by a posting.

Postings of a line are numbered 1, 2, 3… and written once. A trigger moves the balances of the line
with each; another lets through no other change of a line's money (decision 24).
"""

from datetime import UTC, date
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import append_only, guard
from portal.core.columns import (
    BigKey,
    CentsColumn,
    Key,
    LongText,
    Moment,
    Reference,
    ShortText,
    words,
)
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.ledger.models.guards import (
    POSTGRESQL_LINE,
    POSTGRESQL_POSTING,
    SQLITE_LINE,
    SQLITE_POSTING,
)
from portal.ledger.states import BALANCES, LIFE, Action, Bucket

#: Which movement belongs to which kind of posting, from the table of a euro's life.
_MOVEMENTS = " or ".join(
    f"(kind = '{kind}' and source = '{source}' and target = '{target}')"
    for (source, kind), target in LIFE.table.items()
)


class Book(Base):
    """The money of one file of a floor above, under that file's reference."""

    __tablename__ = "book"
    noun: ClassVar[str] = "ledger"

    id: Mapped[Key]
    #: The reference of the file it belongs to: PRJ-2019-0001.
    ref: Mapped[Reference]
    title: Mapped[ShortText]


class BudgetLine(Base):
    """One line of a book. Its five balances always sum to its budget, and none is below zero.

    Budget and balances are zero at first and are those after the posting `last_number`.
    """

    __tablename__ = "budget_line"
    __table_args__ = (
        UniqueConstraint("book_id", "code"),
        *(
            CheckConstraint(f"{bucket}_cents >= 0", name=f"{bucket}_not_negative")
            for bucket in BALANCES
        ),
        CheckConstraint(
            "budget_cents = " + " + ".join(f"{bucket}_cents" for bucket in BALANCES),
            name="balances_sum_to_budget",
        ),
    )

    id: Mapped[Key]
    book_id: Mapped[int] = mapped_column(BigKey, ForeignKey("book.id"), index=True)
    code: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(Integer)
    budget_cents: Mapped[CentsColumn] = mapped_column(default=0)
    available_cents: Mapped[CentsColumn] = mapped_column(default=0)
    committed_cents: Mapped[CentsColumn] = mapped_column(default=0)
    bound_cents: Mapped[CentsColumn] = mapped_column(default=0)
    certified_cents: Mapped[CentsColumn] = mapped_column(default=0)
    paid_cents: Mapped[CentsColumn] = mapped_column(default=0)
    #: The number of the newest posting, 0 before the first.
    last_number: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    book: Mapped[Book] = relationship(lazy="raise_on_sql")

    def balance(self, bucket: Bucket) -> int:
        """What stands in one of the five balances, in cents."""
        cents = getattr(self, f"{bucket}_cents")
        assert isinstance(cents, int)
        return cents

    @property
    def outstanding_cents(self) -> int:
        """Committed and not yet paid (RAL, domain 6.1)."""
        return self.committed_cents + self.bound_cents + self.certified_cents


class Posting(Base):
    """One movement of an amount between two buckets of a line; written once."""

    __tablename__ = "posting"
    noun: ClassVar[str] = "posting"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_above_zero"),
        CheckConstraint(
            f"{_MOVEMENTS} or (kind = 'reverse' and source <> target)", name="movement_known"
        ),
        CheckConstraint(
            "(kind = 'reverse') = (reverses_id is not null)", name="reversal_names_its_posting"
        ),
        Index("uq_posting_line_id_number", "line_id", "number", unique=True),
        Index("ix_posting_line_id_file", "line_id", "file"),
        Index("ix_posting_line_id_booked_on", "line_id", "booked_on"),
    )

    id: Mapped[Key]
    line_id: Mapped[int] = mapped_column(BigKey, ForeignKey("budget_line.id"))
    #: 1, 2, 3… within the line. The trail does not repeat it: it says what the ids say, in order.
    number: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    kind: Mapped[Action] = mapped_column(words(Action, name="kind"))
    source: Mapped[Bucket] = mapped_column(words(Bucket, name="source"))
    target: Mapped[Bucket] = mapped_column(words(Bucket, name="target"))
    amount_cents: Mapped[CentsColumn]
    #: The public reference of what the money is for: CXC-2026-0137, VCH-2026-0001/2.
    subject: Mapped[str] = mapped_column(String(40), index=True)
    #: The file behind the subject (VCH-2026-0001): no file ever uses what is set aside for another.
    file: Mapped[str] = mapped_column(String(40))
    why: Mapped[LongText]
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    actor_name: Mapped[ShortText]
    at: Mapped[Moment]
    #: The programme's day on which it counts for "as of" views.
    booked_on: Mapped[date] = mapped_column(Date)
    reverses_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("posting.id"), unique=True
    )
    line: Mapped[BudgetLine] = relationship(lazy="raise_on_sql")

    @property
    def ref(self) -> str:
        """Under what the trail proves it: the postings of one line form one chain."""
        return f"LINE-{self.line_id}"

    def content(self) -> dict[str, Any]:
        """Every column but the number, as the trail keeps it beside the posting to prove it."""
        return {
            "id": self.id,
            "line_id": self.line_id,
            "kind": str(self.kind),
            "source": str(self.source),
            "target": str(self.target),
            "amount_cents": self.amount_cents,
            "subject": self.subject,
            "file": self.file,
            "why": self.why,
            "actor_id": self.actor_id,
            "actor_name": self.actor_name,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "booked_on": self.booked_on.isoformat(),
            "reverses_id": self.reverses_id,
        }


append_only(Posting.__table__)  # type: ignore[arg-type]
guard(
    Posting.__table__,  # type: ignore[arg-type]
    sqlite=SQLITE_POSTING,
    postgresql=POSTGRESQL_POSTING,
)
guard(
    BudgetLine.__table__,  # type: ignore[arg-type]
    sqlite=SQLITE_LINE,
    postgresql=POSTGRESQL_LINE,
)

explain_constraint(
    "uq_budget_line_book_id_code",
    Fault(_("This book already has a line with this code."), "code"),
    columns="budget_line.book_id, budget_line.code",
)
explain_constraint("uq_book_ref", Fault(_("This file already has a book.")), columns="book.ref")
explain_constraint(
    "uq_posting_reverses_id",
    Fault(_("This posting has already been reversed.")),
    columns="posting.reverses_id",
)
for _name, _columns in (
    ("uq_posting_line_id_number", "posting.line_id, posting.number"),
    ("posting_in_turn", ""),
):
    explain_constraint(
        _name,
        Fault(_("Money has just moved on this line: nothing was changed. Do it again.")),
        columns=_columns,
    )
for _name in ("budget_line_by_posting", "budget_line_begins_empty", "budget_line_kept"):
    explain_constraint(
        _name,
        Fault(_("The money of a budget line moves only by a posting; nothing was changed.")),
    )
for _bucket in BALANCES:
    explain_constraint(
        f"ck_budget_line_{_bucket}_not_negative",
        Fault(
            _("There is not enough money left on this line. Open the line to see its balances."),
            rule="I1",
        ),
    )
explain_constraint(
    "ck_budget_line_balances_sum_to_budget",
    Fault(
        _("The balances of this line would no longer agree with its budget; nothing was changed."),
        rule="I1",
    ),
)
