"""One payment with its signatures; the database keeps the people apart and pays nothing twice."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import guard, refuse_filling, refuse_when, write_once
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
from portal.payments.delegations.models import Delegation
from portal.payments.models.batch import Batch
from portal.payments.models.guards import (
    CLOCK,
    COVERED_POSTGRESQL,
    COVERED_SQLITE,
    DELEGATED_POSTGRESQL,
    DELEGATED_SQLITE,
    HANDS_POSTGRESQL,
    HANDS_SQLITE,
    HELD,
    KEPT_BACK,
    KEPT_BACK_EARLY,
    SIGNATURES,
    SIGNED_BY_PROPOSER,
    UNDER_WAY,
)
from portal.payments.states import ENDED, UNSENT, Purpose, State

_ENDED = ", ".join(f"'{state}'" for state in ENDED)
_UNSENT = ", ".join(f"'{state}'" for state in UNSENT)


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
            "initiated_by_id <> verified_by_id and initiated_by_id <> authorised_by_id"
            " and initiated_by_id <> sent_by_id",
            name="signed_by_no_initiator",
        ),
        CheckConstraint(
            "(verified_under_id is null or verified_by_id is not null)"
            " and (authorised_under_id is null or authorised_by_id is not null)"
            " and (sent_under_id is null or sent_by_id is not null)",
            name="delegated_is_signed",
        ),
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
            " and (state not in ('sent', 'accepted_by_bank', 'executed', 'rejected_by_bank',"
            " 'returned') or sent_by_id is not null)"
            " and (state <> 'refused' or sent_by_id is null)"
            " and (state <> 'accepted_by_bank' or accepted_at is not null)"
            " and (accepted_at is null or sent_by_id is not null)",
            name="state_has_signatures",
        ),
        CheckConstraint(
            "(state not in ('executed', 'returned') or executed_on is not null)"
            " and (executed_on is null or state in ('executed', 'returned', 'cancelled'))",
            name="executed_has_day",
        ),
        CheckConstraint(
            f"(state in ({_ENDED})) = (refused_reason <> '')"
            f" and (state in ({_ENDED})) = (refused_at is not null)",
            name="ended_has_reason",
        ),
        CheckConstraint("limit_days > 0", name="limit_above_zero"),
        CheckConstraint(
            f"suspended_on is null or state in ({_UNSENT})", name="suspended_before_sent"
        ),
        Index(
            "uq_payment_live_subject",
            "subject",
            unique=True,
            sqlite_where=text(f"state not in ({_ENDED})"),
            postgresql_where=text(f"state not in ({_ENDED})"),
        ),
        Index("ix_payment_state_due_on", "state", "due_on"),
        Index(
            "ix_payment_under_way",
            "line_id",
            sqlite_where=text(UNDER_WAY),
            postgresql_where=text(UNDER_WAY),
        ),
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
    #: The day from which the legal limit counts, and the legal date; it moves when the payment is
    #: resumed, and does not hold while it is suspended.
    started_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date, index=True)
    #: Calendar days of the limit under which the clock started; the general limit of 30 days for
    #: rows from outside.
    limit_days: Mapped[int] = mapped_column(Integer, server_default="30")
    #: The day in Brussels since which the clock stands still.
    suspended_on: Mapped[date | None] = mapped_column(Date)
    #: Who asked for the debt first; on a payment asked for again, not who asked this time.
    initiated_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    requested_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    requested_at: Mapped[Moment]
    verified_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The delegation under which each signature was given, when it was not given by own right.
    verified_under_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("delegation.id"), index=True
    )
    authorised_by_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("person.id"), index=True
    )
    authorised_at: Mapped[datetime | None] = mapped_column(Instant)
    authorised_under_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("delegation.id"), index=True
    )
    batch_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("batch.id"), index=True)
    sent_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_under_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("delegation.id"), index=True
    )
    #: When the bank's first acceptance was entered; a statement may settle a payment without one.
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The day on which the bank executed it; kept when it came back later.
    executed_on: Mapped[date | None] = mapped_column(Date)
    #: Who refused, amended or cancelled it, or noted its rejection or return, when and why.
    refused_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    refused_at: Mapped[datetime | None] = mapped_column(Instant)
    refused_reason: Mapped[LongText] = mapped_column(default="")
    version: Mapped[int] = mapped_column(Integer)
    payee: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    account: Mapped[BankAccount] = relationship()
    verified_under: Mapped[Delegation | None] = relationship(foreign_keys=verified_under_id)
    authorised_under: Mapped[Delegation | None] = relationship(foreign_keys=authorised_under_id)
    sent_under: Mapped[Delegation | None] = relationship(foreign_keys=sent_under_id)
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
        """The people already on the payment: who asked, who signed, and in whose place."""
        signed = (
            self.initiated_by_id,
            self.requested_by_id,
            self.verified_by_id,
            self.authorised_by_id,
            self.sent_by_id,
            *(delegation.delegator_id for delegation in self.signed_under),
        )
        return frozenset(person_id for person_id in signed if person_id is not None)

    @property
    def signed_under(self) -> tuple[Delegation, ...]:
        """The delegations under which it was signed, in the order of the circuit."""
        used = (self.verified_under, self.authorised_under, self.sent_under)
        return tuple(delegation for delegation in used if delegation is not None)


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
    "limit_days",
    "initiated_by_id",
    "requested_by_id",
    "requested_at",
    "verified_by_id",
    "verified_at",
    "verified_under_id",
    "authorised_by_id",
    "authorised_at",
    "authorised_under_id",
    "batch_id",
    "sent_by_id",
    "sent_at",
    "sent_under_id",
    "accepted_at",
    "executed_on",
)

refuse_when(Payment.__table__, "UPDATE", "clock", CLOCK)  # type: ignore[arg-type]
guard(
    Payment.__table__,  # type: ignore[arg-type]
    sqlite=[
        f"CREATE TRIGGER payment_kept_back BEFORE UPDATE ON payment WHEN {KEPT_BACK} "
        f"BEGIN SELECT RAISE(ABORT, '{KEPT_BACK_EARLY}'); END"
    ],
    postgresql=[
        "CREATE OR REPLACE FUNCTION payment_kept_back() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{KEPT_BACK_EARLY}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER payment_kept_back BEFORE UPDATE ON payment FOR EACH ROW "
        f"WHEN ({KEPT_BACK}) EXECUTE FUNCTION payment_kept_back()",
    ],
)
guard(
    Payment.__table__,  # type: ignore[arg-type]
    sqlite=DELEGATED_SQLITE,
    postgresql=DELEGATED_POSTGRESQL,
)
guard(
    Payment.__table__,  # type: ignore[arg-type]
    sqlite=COVERED_SQLITE,
    postgresql=COVERED_POSTGRESQL,
)
guard(
    Payment.__table__,  # type: ignore[arg-type]
    sqlite=HANDS_SQLITE,
    postgresql=HANDS_POSTGRESQL,
)
refuse_filling(
    Payment.__table__,  # type: ignore[arg-type]
    "account_held",
    *SIGNATURES,
    when=HELD,
    fault=Fault(
        _("No payment to this bank account may be signed or sent now. Reload the page."),
        rule="payment-account",
    ),
)
refuse_filling(
    Payment.__table__,  # type: ignore[arg-type]
    "account_proposed",
    *SIGNATURES,
    when=SIGNED_BY_PROPOSER,
    fault=Fault(_("Who proposed a bank account does not sign payments to it."), rule="four-eyes"),
)

_FOUR_EYES = Fault(
    _("Different people must request, verify, authorise and send a payment."), rule="four-eyes"
)
for _name in ("verified_by_another", "authorised_by_another", "sent_by_another"):
    explain_constraint(f"ck_payment_{_name}", _FOUR_EYES)
explain_constraint("ck_payment_signed_by_no_initiator", _FOUR_EYES)
explain_constraint(
    "delegated_payment",
    Fault(
        _(
            "The delegation does not allow this signature: look at its days, its ceiling, and "
            "whether its owner is already on the payment. Nothing was changed."
        ),
        rule="delegation",
    ),
)
explain_constraint(
    "account_hands",
    Fault(
        _(
            "Who proposed a bank account or vouched for it lately signs no payments to it, nor "
            "does anybody in their place."
        ),
        rule="payment-hands",
    ),
)
explain_constraint(
    "certified_under_payment",
    Fault(
        _(
            "This amount is certified for a payment that is under way: refuse or cancel the "
            "payment first, or wait for the bank’s answer."
        ),
        rule="I1",
    ),
)
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
for _name in ("payment_clock", "ck_payment_suspended_before_sent"):
    explain_constraint(_name, Fault(_("The payment is suspended: it must be resumed first.")))
explain_constraint(
    "ck_payment_kept_back_below_amount",
    Fault(_("A payment cannot be kept back whole: at least one cent must go to the payee.")),
)
explain_constraint(
    "kept_back_early",
    Fault(_("Somebody has checked this payment already: nothing more can be kept back from it.")),
)
