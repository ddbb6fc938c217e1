"""Bank accounts of organisations; a row's number never changes, a new number is a new row."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
    validated_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    validated_at: Mapped[datetime | None] = mapped_column(Instant)
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


explain_constraint(
    "ck_bank_account_validated_by_another",
    Fault(_("The person who proposed an account cannot validate it."), rule="four-eyes"),
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
