"""Recovery with its receipts, set-offs and the dated rate of interest.

The database keeps the people apart, takes back no more than was paid, and no more than is open.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import append_only, guard, write_once
from portal.core.columns import (
    BigKey,
    CentsColumn,
    Instant,
    Key,
    LongText,
    Moment,
    Reference,
    ShortText,
    words,
)
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.files import StoredFile
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.partners.models import Organisation
from portal.payments.models import Payment
from portal.payments.recoveries.states import BEFORE_ISSUE, Cause, State

_BEFORE_ISSUE = ", ".join(f"'{state}'" for state in BEFORE_ISSUE)
#: No more than was paid is taken back: every recovery of a payment counts, unless withdrawn.
_WITHIN = (
    "SELECT 1 FROM payment WHERE id = NEW.payment_id AND state = 'executed' "
    "AND payee_id = NEW.debtor_id AND line_id = NEW.line_id AND subject = NEW.subject "
    "AND amount_cents >= NEW.amount_cents + coalesce((SELECT sum(other.amount_cents) "
    "FROM recovery AS other WHERE other.payment_id = NEW.payment_id "
    "AND other.state <> 'withdrawn'), 0)"
)
_GROWN = (
    "NEW.amount_cents > OLD.amount_cents OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn') "
    "OR (NEW.amount_cents <> OLD.amount_cents AND OLD.issued_at IS NOT NULL)"
)
#: A payment of which something was recovered stays executed: no money comes back twice.
_HELD = (
    "SELECT 1 FROM recovery WHERE recovery.payment_id = NEW.id "
    "AND recovery.received_cents + recovery.offset_cents > 0"
)
_LEAVES = "OLD.state = 'executed' AND NEW.state <> 'executed'"
_TOO_MUCH = "constraint recovery_within_payment: more than was paid"
_CAME_BACK = "constraint payment_recovered: part of it came back"
_RAISE = "USING ERRCODE = 'integrity_constraint_violation'"


class Recovery(Base):
    """An amount that one organisation was paid and must give back."""

    __tablename__ = "recovery"
    __table_args__ = (
        CheckConstraint(
            "amount_cents > 0 and amount_cents <= drafted_cents", name="amount_in_range"
        ),
        CheckConstraint(
            "received_cents >= 0 and offset_cents >= 0 and waived_cents >= 0"
            " and interest_received_cents >= 0 and interest_waived_cents >= 0",
            name="settled_not_negative",
        ),
        CheckConstraint(
            "received_cents + offset_cents + waived_cents <= amount_cents",
            name="settled_within_amount",
        ),
        CheckConstraint(
            f"state not in ({_BEFORE_ISSUE}, 'withdrawn') or (received_cents = 0"
            " and offset_cents = 0 and waived_cents = 0 and interest_received_cents = 0"
            " and interest_waived_cents = 0)",
            name="settled_after_issue",
        ),
        CheckConstraint(
            "state not in ('paid', 'offset', 'waived')"
            " or received_cents + offset_cents + waived_cents = amount_cents",
            name="closed_has_nothing_open",
        ),
        CheckConstraint("issued_by_id <> drafted_by_id", name="issued_by_another"),
        CheckConstraint(
            "waived_by_id <> drafted_by_id and waived_by_id <> waiver_proposed_by_id",
            name="waived_by_another",
        ),
        CheckConstraint(
            "(informed_at is null) = (comment_until is null)"
            " and (informed_at is not null or state in ('drafted', 'withdrawn'))",
            name="informed_has_date",
        ),
        CheckConstraint(
            "(commented_at is null) = (comment = '')"
            " and (answered_at is null or commented_at is not null)"
            " and (answered_at is null) = (answer = '')",
            name="answered_after_comment",
        ),
        CheckConstraint(
            "(issued_at is null) = (issued_by_id is null)"
            " and (issued_at is null) = (due_on is null)"
            " and (issued_at is null) = (note_en_id is null)"
            " and (issued_at is null) = (note_fr_id is null)"
            f" and (issued_at is null) = (state in ({_BEFORE_ISSUE}, 'withdrawn'))",
            name="issued_has_note",
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_reason <> '')", name="withdrawn_has_reason"
        ),
        CheckConstraint(
            "(state = 'waived') = (waived_by_id is not null)"
            " and (waived_by_id is null or waiver_proposed_by_id is not null)"
            " and (waived_by_id is not null or (waived_cents = 0 and interest_waived_cents = 0))"
            " and (waiver_proposed_by_id is null) = (waiver_reason = '')",
            name="waived_by_two",
        ),
        CheckConstraint(
            "released_at is null or (state in ('paid', 'offset', 'waived')"
            " and received_cents + offset_cents > 0)",
            name="released_after_close",
        ),
        CheckConstraint("interest_rate_bp > 0", name="rate_above_zero"),
        Index("ix_recovery_state_due_on", "state", "due_on"),
    )
    noun: ClassVar[str] = "recovery"

    id: Mapped[Key]
    ref: Mapped[Reference]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.DRAFTED)
    payment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("payment.id"), index=True)
    #: The payee of that payment, the line it was paid from, and what it paid for.
    debtor_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    line_id: Mapped[int] = mapped_column(BigKey, ForeignKey("budget_line.id"), index=True)
    subject: Mapped[str] = mapped_column(String(40), index=True)
    cause: Mapped[Cause] = mapped_column(words(Cause, name="cause"))
    #: What the debtor is told: why the money is not due.
    reason: Mapped[LongText]
    #: What was asked first, and what is asked now; it only ever becomes less, until it is issued.
    drafted_cents: Mapped[CentsColumn]
    amount_cents: Mapped[CentsColumn]
    drafted_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    drafted_at: Mapped[Moment]
    informed_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The last day on which the debtor may comment.
    comment_until: Mapped[date | None] = mapped_column(Date)
    comment: Mapped[LongText] = mapped_column(default="")
    commented_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    commented_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[LongText] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    issued_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    issued_at: Mapped[datetime | None] = mapped_column(Instant)
    due_on: Mapped[date | None] = mapped_column(Date)
    #: The rate in force when it was issued; the debit note names it. None: no interest.
    interest_rate_bp: Mapped[int | None] = mapped_column(Integer)
    #: The debit note as it was issued; its bytes are kept, not made again.
    note_en_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("stored_file.id"), index=True)
    note_fr_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("stored_file.id"), index=True)
    #: How the amount was settled so far, and the interest beside it.
    received_cents: Mapped[CentsColumn] = mapped_column(default=0)
    offset_cents: Mapped[CentsColumn] = mapped_column(default=0)
    waived_cents: Mapped[CentsColumn] = mapped_column(default=0)
    interest_received_cents: Mapped[CentsColumn] = mapped_column(default=0)
    interest_waived_cents: Mapped[CentsColumn] = mapped_column(default=0)
    waiver_proposed_by_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("person.id"), index=True
    )
    waiver_reason: Mapped[LongText] = mapped_column(default="")
    waived_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    #: When it was paid, set off, waived or withdrawn.
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When what came back was given free on its line; until then it is set aside for the file.
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_reason: Mapped[LongText] = mapped_column(default="")
    version: Mapped[int] = mapped_column(Integer)
    payment: Mapped[Payment] = relationship(lazy="raise_on_sql")
    debtor: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    note_en: Mapped[StoredFile | None] = relationship(
        foreign_keys="Recovery.note_en_id", lazy="raise_on_sql"
    )
    note_fr: Mapped[StoredFile | None] = relationship(
        foreign_keys="Recovery.note_fr_id", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def open_cents(self) -> int:
        """What is still owed of the amount itself, without interest."""
        return self.amount_cents - self.received_cents - self.offset_cents - self.waived_cents

    @property
    def returned_cents(self) -> int:
        """What came back to the budget line, by receipts and set-offs."""
        return self.received_cents + self.offset_cents

    @property
    def is_waiver_proposed(self) -> bool:
        """Whether a waiver waits for a decision, or was approved."""
        return self.waiver_proposed_by_id is not None


class Receipt(Base):
    """Money that came in for a debit note, as the bank statement shows it."""

    __tablename__ = "recovery_receipt"
    __table_args__ = (
        UniqueConstraint("bank_reference"),
        CheckConstraint("amount_cents > 0", name="amount_above_zero"),
        CheckConstraint(
            "principal_cents >= 0 and interest_cents >= 0"
            " and principal_cents + interest_cents = amount_cents",
            name="parts_are_the_amount",
        ),
        CheckConstraint("bank_reference <> ''", name="has_bank_reference"),
    )

    id: Mapped[Key]
    recovery_id: Mapped[int] = mapped_column(BigKey, ForeignKey("recovery.id"), index=True)
    #: The bank's reference of the credit, without spaces: the same receipt comes in once.
    bank_reference: Mapped[str] = mapped_column(String(70))
    received_on: Mapped[date] = mapped_column(Date)
    amount_cents: Mapped[CentsColumn]
    #: What of it paid the amount (first) and what the interest.
    principal_cents: Mapped[CentsColumn]
    interest_cents: Mapped[CentsColumn]
    entered_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    entered_at: Mapped[Moment]


class Offset(Base):
    """What of a debit note was kept back from a later payment to the same organisation."""

    __tablename__ = "recovery_offset"
    __table_args__ = (CheckConstraint("amount_cents > 0", name="amount_above_zero"),)

    id: Mapped[Key]
    recovery_id: Mapped[int] = mapped_column(BigKey, ForeignKey("recovery.id"), index=True)
    payment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("payment.id"), index=True)
    amount_cents: Mapped[CentsColumn]
    netted_on: Mapped[date] = mapped_column(Date)
    netted_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    netted_at: Mapped[Moment]
    recovery: Mapped[Recovery] = relationship(lazy="raise_on_sql")
    payment: Mapped[Payment] = relationship(lazy="raise_on_sql")


class InterestRate(Base):
    """From when debit notes bear interest, at which yearly rate; rows are added, never changed."""

    __tablename__ = "interest_rate"
    __table_args__ = (
        CheckConstraint("rate_bp is null or rate_bp between 1 and 10000", name="rate_range"),
    )
    noun: ClassVar[str] = "interest_rate"

    id: Mapped[Key]
    valid_from: Mapped[date] = mapped_column(Date)
    #: In basis points a year; None switches interest off.
    rate_bp: Mapped[int | None] = mapped_column(Integer)
    #: Where the rate was decided or published.
    source: Mapped[str] = mapped_column(String(500))
    added_by: Mapped[ShortText]
    added_at: Mapped[Moment]

    @property
    def order(self) -> int:
        """Position in the order of entry."""
        return self.id

    @property
    def ref(self) -> str:
        """Under what the trail keeps it: the rows of the setting form one chain."""
        return "INTEREST-RATE"


append_only(Receipt.__table__)  # type: ignore[arg-type]
append_only(Offset.__table__)  # type: ignore[arg-type]
append_only(InterestRate.__table__)  # type: ignore[arg-type]
write_once(
    Recovery.__table__,  # type: ignore[arg-type]
    "ref",
    "payment_id",
    "debtor_id",
    "line_id",
    "subject",
    "cause",
    "reason",
    "drafted_cents",
    "drafted_by_id",
    "drafted_at",
    "informed_at",
    "comment_until",
    "commented_by_id",
    "commented_at",
    "answered_at",
    "issued_by_id",
    "issued_at",
    "due_on",
    "interest_rate_bp",
    "note_en_id",
    "note_fr_id",
    "waived_by_id",
    "closed_at",
    "released_at",
)
guard(
    Recovery.__table__,  # type: ignore[arg-type]
    sqlite=[
        "CREATE TRIGGER recovery_within_payment BEFORE INSERT ON recovery "
        f"WHEN NOT EXISTS ({_WITHIN}) BEGIN SELECT RAISE(ABORT, '{_TOO_MUCH}'); END",
        f"CREATE TRIGGER recovery_only_less BEFORE UPDATE ON recovery WHEN {_GROWN} "
        f"BEGIN SELECT RAISE(ABORT, '{_TOO_MUCH}'); END",
        f"CREATE TRIGGER payment_recovered BEFORE UPDATE ON payment WHEN {_LEAVES} "
        f"AND EXISTS ({_HELD}) BEGIN SELECT RAISE(ABORT, '{_CAME_BACK}'); END",
    ],
    postgresql=[
        "CREATE OR REPLACE FUNCTION recovery_within_payment() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN PERFORM 1 FROM payment WHERE id = NEW.payment_id FOR UPDATE; "
        f"IF NOT EXISTS ({_WITHIN}) THEN RAISE EXCEPTION '{_TOO_MUCH}' {_RAISE}; END IF; "
        "RETURN NEW; END $$",
        "CREATE TRIGGER recovery_within_payment BEFORE INSERT ON recovery "
        "FOR EACH ROW EXECUTE FUNCTION recovery_within_payment()",
        "CREATE OR REPLACE FUNCTION recovery_only_less() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN RAISE EXCEPTION '{_TOO_MUCH}' {_RAISE}; END $$",
        "CREATE TRIGGER recovery_only_less BEFORE UPDATE ON recovery FOR EACH ROW "
        f"WHEN ({_GROWN}) EXECUTE FUNCTION recovery_only_less()",
        "CREATE OR REPLACE FUNCTION payment_recovered() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN IF EXISTS ({_HELD}) THEN RAISE EXCEPTION '{_CAME_BACK}' {_RAISE}; END IF; "
        "RETURN NEW; END $$",
        "CREATE TRIGGER payment_recovered BEFORE UPDATE ON payment FOR EACH ROW "
        f"WHEN ({_LEAVES}) EXECUTE FUNCTION payment_recovered()",
    ],
)

explain_constraint(
    "recovery_within_payment",
    Fault(_("No more can be recovered than was paid; somebody has just drafted another recovery.")),
)
explain_constraint(
    "payment_recovered",
    Fault(_("Part of this payment was recovered already: it cannot come back whole.")),
)
explain_constraint(
    "ck_recovery_settled_within_amount",
    Fault(_("Less is still open on this debit note: somebody has just entered another amount.")),
)
explain_constraint(
    "ck_recovery_issued_by_another",
    Fault(_("Another person than the one who drafted the recovery issues the debit note.")),
)
explain_constraint(
    "ck_recovery_waived_by_another",
    Fault(_("A waiver is approved by a person who neither drafted the recovery nor proposed it.")),
)
explain_constraint(
    "uq_recovery_receipt_bank_reference",
    Fault(_("A receipt with this reference of the bank is entered already."), "bank_reference"),
    columns="recovery_receipt.bank_reference",
)
