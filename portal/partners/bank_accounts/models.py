"""Bank accounts of organisations; a row's number never changes, a new number is a new row."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import write_once
from portal.core.columns import BigKey, Instant, Key, LongText, Moment, Reference, words
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.files import StoredFile
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.partners.bank_accounts.states import State
from portal.partners.models import Organisation


class BankAccount(Base):
    """An account of an organisation: who proposed it, who vouched for it, with what evidence."""

    __tablename__ = "bank_account"
    __table_args__ = (
        CheckConstraint("validated_by_id <> proposed_by_id", name="validated_by_another"),
        CheckConstraint(
            "(validated_by_id is null) = (validated_at is null)", name="validated_has_moment"
        ),
        CheckConstraint(
            "state <> 'proposed' or validated_at is null", name="proposed_not_validated"
        ),
        CheckConstraint(
            "state not in ('validated', 'frozen') or validated_at is not null",
            name="validated_by_someone",
        ),
        CheckConstraint(
            "(state = 'retired') = (retired_at is not null)", name="retired_has_moment"
        ),
        CheckConstraint("state <> 'frozen' or reason <> ''", name="frozen_has_reason"),
        CheckConstraint(
            "(validated_at is null) = (usable_from is null)", name="validated_has_first_day"
        ),
        CheckConstraint(
            "(confirmed_by_id is null) = (confirmed_at is null)"
            " and (confirmed_at is null or validated_at is not null)",
            name="confirmed_has_moment",
        ),
        CheckConstraint("confirmed_by_id <> proposed_by_id", name="confirmed_by_another"),
        CheckConstraint(
            "lifted_by_id <> proposed_by_id and lifted_by_id <> validated_by_id",
            name="lifted_by_another",
        ),
        CheckConstraint("lifted_by_id <> confirmed_by_id", name="lifted_and_confirmed_apart"),
        CheckConstraint(
            "(lifted_by_id is null) = (lifted_at is null)"
            " and (lifted_by_id is null) = (called_at is null)"
            " and (lifted_by_id is null or (called_name <> '' and called_number <> ''"
            " and call_note <> '' and validated_at is not null and called_at <= lifted_at))",
            name="lifted_after_call",
        ),
        CheckConstraint("length(iban) between 15 and 34", name="iban_length"),
        CheckConstraint("bic is null or length(bic) in (8, 11)", name="bic_length"),
        Index(
            "uq_bank_account_validated",
            "organisation_id",
            unique=True,
            sqlite_where=text("state = 'validated'"),
            postgresql_where=text("state = 'validated'"),
        ),
        Index(
            "uq_bank_account_live_iban",
            "organisation_id",
            "iban",
            unique=True,
            sqlite_where=text("state <> 'retired'"),
            postgresql_where=text("state <> 'retired'"),
        ),
        Index("ix_bank_account_state_proposed_at", "state", "proposed_at"),
    )
    noun: ClassVar[str] = "bank_account"

    id: Mapped[Key]
    ref: Mapped[Reference]
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    #: The account's holder as the bank writes it.
    holder: Mapped[str] = mapped_column(String(140))
    #: In compact form: no spaces, capital letters.
    iban: Mapped[str] = mapped_column(String(34), index=True)
    bic: Mapped[str | None] = mapped_column(String(11))
    evidence_id: Mapped[int] = mapped_column(BigKey, ForeignKey("stored_file.id"), index=True)
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.PROPOSED)
    proposed_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    proposed_at: Mapped[Moment]
    #: Who vouched for it first, and when; a frozen account validated again keeps both.
    validated_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    validated_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The first day (included) on which a payment may go there, fixed at the first validation.
    usable_from: Mapped[date | None] = mapped_column(Date, index=True)
    #: Who vouched for it last after it was frozen, and when.
    confirmed_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Why another organisation uses the same account, in the words of who vouched for it.
    shared_reason: Mapped[LongText] = mapped_column(default="")
    #: The call-back that lifted the wait: who lifted it, and who was called on which number, when,
    #: and what was said.
    lifted_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)
    called_at: Mapped[datetime | None] = mapped_column(Instant)
    called_name: Mapped[str | None] = mapped_column(String(200))
    called_number: Mapped[str | None] = mapped_column(String(40))
    call_note: Mapped[str | None] = mapped_column(Text)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The account validated in its place, when that is why it was retired.
    replaced_by_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("bank_account.id"), index=True
    )
    #: Why it was frozen, or retired without being replaced.
    reason: Mapped[LongText] = mapped_column(default="")
    version: Mapped[int] = mapped_column(Integer)
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    evidence: Mapped[StoredFile] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    @property
    def vouched_by_ids(self) -> tuple[int | None, ...]:
        """The people whose word stands behind the account, but not who proposed it."""
        return (self.validated_by_id, self.confirmed_by_id, self.lifted_by_id)

    @property
    def vouched(self) -> tuple[tuple[int | None, datetime | None], ...]:
        """Each of these people with the moment of the act."""
        moments = (self.validated_at, self.confirmed_at, self.lifted_at)
        return tuple(zip(self.vouched_by_ids, moments, strict=True))


write_once(
    BankAccount.__table__,  # type: ignore[arg-type]
    "ref",
    "organisation_id",
    "holder",
    "iban",
    "bic",
    "evidence_id",
    "proposed_by_id",
    "proposed_at",
    "validated_by_id",
    "validated_at",
    "usable_from",
    "lifted_by_id",
    "lifted_at",
    "called_at",
    "called_name",
    "called_number",
    "call_note",
    "retired_at",
    "replaced_by_id",
)

explain_constraint(
    "ck_bank_account_validated_by_another",
    Fault(_("The person who proposed an account cannot validate it."), rule="four-eyes"),
)
explain_constraint(
    "ck_bank_account_confirmed_by_another",
    Fault(_("The person who proposed an account cannot validate it."), rule="four-eyes"),
)
for _name in ("lifted_by_another", "lifted_and_confirmed_apart"):
    explain_constraint(
        f"ck_bank_account_{_name}",
        Fault(
            _("Who proposed or validated an account cannot lift its waiting period."),
            rule="four-eyes",
        ),
    )
explain_constraint(
    "uq_bank_account_validated",
    Fault(_("Another account of this organisation has just been validated. Reload the page.")),
    columns="bank_account.organisation_id",
)
explain_constraint(
    "uq_bank_account_live_iban",
    Fault(_("This account is already registered for the organisation."), "iban"),
    columns="bank_account.organisation_id, bank_account.iban",
)
