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

from portal.core.append_only import append_only, guard, refuse_filling, refuse_when, write_once
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
from portal.payments.states import ENDED, UNSENT, BankFormat, Purpose, State

#: The account of NEW may not be paid to on `{day}` (`bank_accounts.rules.hold_on` in SQL).
_HELD = (
    "NOT EXISTS (SELECT 1 FROM bank_account WHERE bank_account.id = NEW.bank_account_id"
    " AND bank_account.state = 'validated'"
    " AND (bank_account.lifted_at IS NOT NULL OR bank_account.usable_from <= {day})"
    " AND NOT EXISTS (SELECT 1 FROM bank_account AS proposed"
    " WHERE proposed.organisation_id = bank_account.organisation_id"
    " AND proposed.state = 'proposed'))"
)
#: One of those who sign NEW proposed its account.
_SIGNED_BY_PROPOSER = (
    "EXISTS (SELECT 1 FROM bank_account WHERE bank_account.id = NEW.bank_account_id"
    " AND bank_account.proposed_by_id"
    " IN (NEW.verified_by_id, NEW.authorised_by_id, NEW.sent_by_id))"
)
_SIGNATURES = ("verified_at", "authorised_at", "sent_at")
_ENDED = ", ".join(f"'{state}'" for state in ENDED)
_UNSENT = ", ".join(f"'{state}'" for state in UNSENT)
#: A suspended payment takes no signature, and only resuming moves a legal date.
_CLOCK = (
    "OLD.suspended_on is not null and NEW.state <> OLD.state"
    " and NEW.state in ('verified', 'authorised', 'sent')"
    " or OLD.suspended_on is not null and NEW.suspended_on <> OLD.suspended_on"
    " or OLD.due_on <> NEW.due_on and (OLD.suspended_on is null or NEW.suspended_on is not null)"
    " or NEW.suspended_on is not null and OLD.suspended_on is null"
    " and not exists (select 1 from payment_suspension as s"
    " where s.payment_id = NEW.id and s.resumed_on is null)"
    " or NEW.suspended_on is null and OLD.suspended_on is not null"
    " and exists (select 1 from payment_suspension as s"
    " where s.payment_id = NEW.id and s.resumed_on is null)"
)


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
    )
    noun: ClassVar[str] = "payment"

    id: Mapped[Key]
    ref: Mapped[Reference]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.REQUESTED)
    payee_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    bank_account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("bank_account.id"), index=True)
    amount_cents: Mapped[CentsColumn]
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

refuse_when(Payment.__table__, "UPDATE", "clock", _CLOCK)  # type: ignore[arg-type]
#: What a delegation allows, asked of the database for each signature given under one: the right
#: signature by the right person, the amount within the ceiling, the day in Brussels within the
#: days, the moment after the approval and before any end. {day} is how each engine says the day.
_ALLOWED = (
    "NEW.{step}_under_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM delegation"
    " WHERE id = NEW.{step}_under_id AND role = '{role}' AND delegate_id = NEW.{step}_by_id"
    " AND ceiling_cents >= NEW.amount_cents AND {day} BETWEEN starts_on AND ends_on"
    " AND approved_at <= NEW.{step}_at AND (ended_at IS NULL OR ended_at > NEW.{step}_at))"
)
_USED = (
    "SELECT {what} FROM delegation"
    " WHERE id IN (NEW.verified_under_id, NEW.authorised_under_id, NEW.sent_under_id)"
)
#: Nobody is on a payment twice: as a signer and as the one signed for, or signed for twice.
_APART = (
    "EXISTS ("
    + _USED.format(what="1")
    + " AND delegator_id IN (NEW.initiated_by_id, NEW.requested_by_id, NEW.verified_by_id,"
    " NEW.authorised_by_id, NEW.sent_by_id)) OR ("
    + _USED.format(what="count(*) - count(DISTINCT delegator_id)")
    + ") > 0"
)
#: SQLite knows no time zones: summer time in Brussels runs from the last Sunday of March to that of
#: October, at 1 o'clock UTC.
_SQLITE_DAY = (
    "date(NEW.{step}_at, CASE WHEN datetime(NEW.{step}_at) >="
    " datetime(strftime('%Y', NEW.{step}_at) || '-04-01', 'weekday 0', '-7 days', '+1 hour')"
    " AND datetime(NEW.{step}_at) <"
    " datetime(strftime('%Y', NEW.{step}_at) || '-11-01', 'weekday 0', '-7 days', '+1 hour')"
    " THEN '+2 hours' ELSE '+1 hour' END)"
)
_POSTGRESQL_DAY = "(NEW.{step}_at AT TIME ZONE 'Europe/Brussels')::date"
_STEPS = (("verified", "verifier"), ("authorised", "authoriser"), ("sent", "accountant"))
_REFUSAL = "constraint delegated_payment: beyond the delegation"


def _beyond(day: str) -> str:
    """The condition under which a row is signed beyond what its delegations allow."""
    steps = [
        _ALLOWED.format(step=step, role=role, day=day.format(step=step)) for step, role in _STEPS
    ]
    return " OR ".join([*(f"({each})" for each in steps), _APART])


guard(
    Payment.__table__,  # type: ignore[arg-type]
    sqlite=[
        f"CREATE TRIGGER payment_delegated_{event.lower()} BEFORE {event} ON payment "
        f"WHEN {_beyond(_SQLITE_DAY)} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for event in ("INSERT", "UPDATE")
    ],
    postgresql=[
        "CREATE OR REPLACE FUNCTION payment_delegated() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {_beyond(_POSTGRESQL_DAY)} THEN RAISE EXCEPTION '{_REFUSAL}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER payment_delegated BEFORE INSERT OR UPDATE ON payment FOR EACH ROW "
        "WHEN (NEW.verified_under_id IS NOT NULL OR NEW.authorised_under_id IS NOT NULL OR "
        "NEW.sent_under_id IS NOT NULL) EXECUTE FUNCTION payment_delegated()",
    ],
)

refuse_filling(
    Payment.__table__,  # type: ignore[arg-type]
    "account_held",
    *_SIGNATURES,
    when=_HELD,
    fault=Fault(
        _("No payment to this bank account may be signed or sent now. Reload the page."),
        rule="payment-account",
    ),
)
refuse_filling(
    Payment.__table__,  # type: ignore[arg-type]
    "account_proposed",
    *_SIGNATURES,
    when=_SIGNED_BY_PROPOSER,
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
