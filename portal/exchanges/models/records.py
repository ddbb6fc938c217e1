"""What belongs to one exchange: signatures, a waiver, closing reports, evidence."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.columns import (
    BigKey,
    Key,
    LongText,
    Moment,
    ShortText,
    words,
)
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.files import StoredFile
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.exchanges.states import (
    EvidenceKind,
    Party,
    Reporter,
)


class Signature(Base):
    """One party's signature under the commitment to quality."""

    __tablename__ = "exchange_signature"
    __table_args__ = (
        UniqueConstraint("exchange_id", "party"),
        CheckConstraint("length(fingerprint) = 64", name="fingerprint_length"),
    )

    id: Mapped[Key]
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"))
    party: Mapped[Party] = mapped_column(words(Party, name="party"))
    #: SHA-256 of the text signed.
    fingerprint: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    person_name: Mapped[ShortText]
    signed_at: Mapped[Moment]


class Waiver(Base):
    """The agency lets an SME without a cluster host this visit (CXC-E06)."""

    __tablename__ = "exchange_waiver"

    id: Mapped[Key]
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"), unique=True)
    requested_by: Mapped[ShortText]
    reason: Mapped[LongText]
    approved_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    approved_at: Mapped[Moment]


class ClosingReport(Base):
    """What one side says of the visit."""

    __tablename__ = "closing_report"
    __table_args__ = (
        UniqueConstraint("exchange_id", "side"),
        CheckConstraint("satisfaction between 1 and 5", name="satisfaction_range"),
        CheckConstraint("first_on <= last_on", name="days_in_order"),
    )

    id: Mapped[Key]
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"))
    side: Mapped[Reporter] = mapped_column(words(Reporter, name="side"))
    #: The days actually spent at the host, as this side tells them.
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    activities: Mapped[LongText]
    results: Mapped[LongText]
    follow_up: Mapped[LongText]
    satisfaction: Mapped[int] = mapped_column(Integer)
    filed_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    filed_at: Mapped[Moment]


class Evidence(Base):
    """A file that proves the journey or the presence."""

    __tablename__ = "exchange_evidence"

    id: Mapped[Key]
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(words(EvidenceKind, name="kind"))
    stored_file_id: Mapped[int] = mapped_column(BigKey, ForeignKey("stored_file.id"), unique=True)
    #: Until when it is kept (domain 12-35).
    kept_until: Mapped[date] = mapped_column(Date)
    added_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    added_at: Mapped[Moment]
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)


explain_constraint(
    "uq_exchange_signature_exchange_id_party",
    Fault(_("This party has already signed."), rule="2.6"),
    columns="exchange_signature.exchange_id, exchange_signature.party",
)
