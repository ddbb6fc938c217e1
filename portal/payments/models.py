"""Payment, Batch and its bank file; the database keeps the people apart and pays nothing twice."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import append_only, guarded, write_once
from portal.core.columns import (
    BigKey,
    CentsColumn,
    Instant,
    Key,
    LongText,
    Moment,
    Reference,
    words,
)
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.ledger.models import BudgetLine
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.models import Organisation
from portal.payments.states import ENDED, BankFormat, Purpose, State

#: What is kept back is fixed before the first check, and only grows: every signature is given on
#: the amount that leaves.
_KEPT_BACK = (
    "NEW.kept_back_cents <> OLD.kept_back_cents AND (OLD.state <> 'requested' "
    "OR NEW.state <> 'requested' OR NEW.kept_back_cents < OLD.kept_back_cents)"
)
_KEPT_BACK_EARLY = "constraint kept_back_early: kept back before the first check"

_ENDED = ", ".join(f"'{state}'" for state in ENDED)


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


class Payment(Base):
    """One debt to be paid to one organisation, with the signatures of those who let it through."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_above_zero"),
        CheckConstraint(
            "kept_back_cents >= 0 and kept_back_cents < amount_cents", name="kept_back_below_amount"
        ),
        CheckConstraint("verified_by_id <> requested_by_id", name="verified_by_another"),
        CheckConstraint(
            "authorised_by_id <> requested_by_id and authorised_by_id <> verified_by_id",
            name="authorised_by_another",
        ),
        CheckConstraint(
            "sent_by_id <> requested_by_id and sent_by_id <> verified_by_id"
            " and sent_by_id <> authorised_by_id",
            name="sent_by_another",
        ),
        CheckConstraint(
            "(verified_by_id is null) = (verified_at is null)"
            " and (authorised_by_id is null) = (authorised_at is null)"
            " and (sent_by_id is null) = (sent_at is null)"
            " and (sent_by_id is null) = (batch_id is null)",
            name="signed_has_moment",
        ),
        CheckConstraint(
            "(authorised_by_id is null or verified_by_id is not null)"
            " and (sent_by_id is null or authorised_by_id is not null)",
            name="signed_in_order",
        ),
        CheckConstraint(
            "(state <> 'requested' or verified_by_id is null)"
            " and (state <> 'verified' or verified_by_id is not null)"
            " and (state <> 'verified' or authorised_by_id is null)"
            " and (state <> 'authorised' or authorised_by_id is not null)"
            " and (state <> 'authorised' or sent_by_id is null)"
            " and (state not in ('sent', 'executed', 'returned') or sent_by_id is not null)"
            " and (state <> 'refused' or sent_by_id is null)",
            name="state_has_signatures",
        ),
        CheckConstraint(
            "(state <> 'executed' or executed_on is not null)"
            " and (executed_on is null or state in ('executed', 'returned', 'cancelled'))",
            name="executed_has_day",
        ),
        CheckConstraint(
            f"(state in ({_ENDED})) = (refused_reason <> '')"
            f" and (state in ({_ENDED})) = (refused_at is not null)",
            name="ended_has_reason",
        ),
        Index(
            "uq_payment_live_subject",
            "subject",
            unique=True,
            sqlite_where=text(f"state not in ({_ENDED})"),
            postgresql_where=text(f"state not in ({_ENDED})"),
        ),
        Index("ix_payment_state_due_on", "state", "due_on"),
    )
    noun: ClassVar[str] = "payment"

    id: Mapped[Key]
    ref: Mapped[Reference]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.REQUESTED)
    payee_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    bank_account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("bank_account.id"), index=True)
    amount_cents: Mapped[CentsColumn]
    #: Set off against what the payee owes: paid on the line already, never sent to the bank.
    kept_back_cents: Mapped[CentsColumn] = mapped_column(default=0, server_default=text("0"))
    line_id: Mapped[int] = mapped_column(BigKey, ForeignKey("budget_line.id"), index=True)
    purpose: Mapped[Purpose] = mapped_column(words(Purpose, name="purpose"))
    #: The public reference of what is paid for; at most one live payment each.
    subject: Mapped[str] = mapped_column(String(40), index=True)
    #: The failed payment that this one stands in for.
    replaces_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("payment.id"), unique=True)
    #: The day from which the legal limit counts, and the legal date.
    started_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date, index=True)
    requested_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    requested_at: Mapped[Moment]
    verified_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    authorised_by_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("person.id"), index=True
    )
    authorised_at: Mapped[datetime | None] = mapped_column(Instant)
    batch_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("batch.id"), index=True)
    sent_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The day on which the bank executed it; kept when it came back later.
    executed_on: Mapped[date | None] = mapped_column(Date)
    #: Who refused or cancelled it or noted its return, when and why.
    refused_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    refused_at: Mapped[datetime | None] = mapped_column(Instant)
    refused_reason: Mapped[LongText] = mapped_column(default="")
    version: Mapped[int] = mapped_column(Integer)
    payee: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    account: Mapped[BankAccount] = relationship()
    line: Mapped[BudgetLine] = relationship(lazy="raise_on_sql")
    batch: Mapped[Batch | None] = relationship(lazy="raise_on_sql")
    replaces: Mapped["Payment | None"] = relationship(remote_side="Payment.id", lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    @property
    def net_cents(self) -> int:
        """What the bank is asked to transfer, in cents."""
        return self.amount_cents - self.kept_back_cents

    @property
    def signed_by_ids(self) -> frozenset[int]:
        """The people whose signature is already on the payment."""
        signed = (self.requested_by_id, self.verified_by_id, self.authorised_by_id, self.sent_by_id)
        return frozenset(person_id for person_id in signed if person_id is not None)


append_only(Batch.__table__)  # type: ignore[arg-type]
append_only(BankFile.__table__)  # type: ignore[arg-type]
write_once(
    Payment.__table__,  # type: ignore[arg-type]
    "ref",
    "payee_id",
    "bank_account_id",
    "amount_cents",
    "line_id",
    "purpose",
    "subject",
    "replaces_id",
    "started_on",
    "requested_by_id",
    "requested_at",
    "verified_by_id",
    "verified_at",
    "authorised_by_id",
    "authorised_at",
    "batch_id",
    "sent_by_id",
    "sent_at",
    "executed_on",
)
guarded(
    Payment.__table__,  # type: ignore[arg-type]
    sqlite=[
        f"CREATE TRIGGER payment_kept_back BEFORE UPDATE ON payment WHEN {_KEPT_BACK} "
        f"BEGIN SELECT RAISE(ABORT, '{_KEPT_BACK_EARLY}'); END"
    ],
    postgresql=[
        "CREATE OR REPLACE FUNCTION payment_kept_back() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{_KEPT_BACK_EARLY}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER payment_kept_back BEFORE UPDATE ON payment FOR EACH ROW "
        f"WHEN ({_KEPT_BACK}) EXECUTE FUNCTION payment_kept_back()",
    ],
)

_FOUR_EYES = Fault(
    _("Different people must request, verify, authorise and send a payment."), rule="four-eyes"
)
for _step in ("verified", "authorised", "sent"):
    explain_constraint(f"ck_payment_{_step}_by_another", _FOUR_EYES)
explain_constraint(
    "uq_payment_live_subject",
    Fault(_("A payment for this file is already under way or executed.")),
    columns="payment.subject",
)
explain_constraint(
    "uq_payment_replaces_id",
    Fault(_("This payment has already been requested again.")),
    columns="payment.replaces_id",
)
explain_constraint(
    "ck_payment_kept_back_below_amount",
    Fault(_("A payment cannot be kept back whole: at least one cent must go to the payee.")),
)
explain_constraint(
    "kept_back_early",
    Fault(_("Somebody has checked this payment already: nothing more can be kept back from it.")),
)
