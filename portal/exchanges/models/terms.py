"""Editions of the scheme, host-country ceilings and partnership terms: dated rows, never
overwritten.
"""

from datetime import date
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.append_only import append_only
from portal.core.columns import (
    BigKey,
    CentsColumn,
    CountryCode,
    JsonList,
    Key,
    LongText,
    ShortText,
)
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _, current_language
from portal.core.refusals import explain_constraint
from portal.exchanges.rules.terms import EXCUSED_FROM_DAYS, Terms
from portal.exchanges.states import EvidenceKind
from portal.partners.states import OrganisationKind


def edition_checks() -> tuple[CheckConstraint, ...]:
    """What the database asks of the terms of an edition, published or drafted."""
    return (
        CheckConstraint("cap_cents >= 0", name="cap_not_negative"),
        CheckConstraint("target > 0", name="target_above_zero"),
        CheckConstraint(
            "sme_share_bp >= 0 and other_share_bp >= 0 and sme_share_bp + other_share_bp <= 10000",
            name="shares_within_the_whole",
        ),
        CheckConstraint(
            "shortest_days > 0 and whole_from_days >= shortest_days", name="days_in_order"
        ),
        CheckConstraint("excused_from_days > 0", name="excused_days_above_zero"),
        CheckConstraint(
            "virtual_from is null or virtual_until is null or virtual_from <= virtual_until",
            name="virtual_days_in_order",
        ),
    )


class Edition:
    """The columns that hold the terms of an edition from a day on, published or drafted."""

    #: The edition; an organisation visits once per edition.
    code: Mapped[str] = mapped_column(String(24))
    title_en: Mapped[ShortText]
    title_fr: Mapped[ShortText]
    valid_from: Mapped[date] = mapped_column(Date)
    cap_cents: Mapped[CentsColumn]
    whole_from_days: Mapped[int] = mapped_column(Integer)
    near_m: Mapped[int] = mapped_column(Integer)
    shortest_days: Mapped[int] = mapped_column(Integer)
    longest_months: Mapped[int] = mapped_column(Integer)
    target: Mapped[int] = mapped_column(Integer)
    sme_share_bp: Mapped[int] = mapped_column(Integer)
    other_share_bp: Mapped[int] = mapped_column(Integer)
    visitor_kinds: Mapped[JsonList]
    host_kinds: Mapped[JsonList]
    report_days: Mapped[int] = mapped_column(Integer)
    reminder_days: Mapped[JsonList]
    signing_days: Mapped[int] = mapped_column(Integer)
    retention_years: Mapped[int] = mapped_column(Integer)
    #: From how many working days on force majeure saves half of the sum (domain 2.6).
    excused_from_days: Mapped[int] = mapped_column(Integer, default=EXCUSED_FROM_DAYS)
    #: Which proofs a visit needs before it is checked (domain 12-12).
    evidence_kinds: Mapped[JsonList]
    #: First and last day of virtual exchanges, both included, or null: no limit (CXC-T05).
    virtual_from: Mapped[date | None] = mapped_column(Date)
    virtual_until: Mapped[date | None] = mapped_column(Date)

    @property
    def title(self) -> str:
        """The title in the language being written."""
        return self.title_fr if current_language() == "fr" else self.title_en

    @property
    def terms(self) -> Terms:
        """The row as the rules take it."""
        return Terms(
            edition=self.code,
            cap_cents=self.cap_cents,
            whole_from_days=self.whole_from_days,
            near_m=self.near_m,
            shortest_days=self.shortest_days,
            longest_months=self.longest_months,
            target=self.target,
            sme_share_bp=self.sme_share_bp,
            other_share_bp=self.other_share_bp,
            visitor_kinds=tuple(OrganisationKind(kind) for kind in self.visitor_kinds),
            host_kinds=tuple(OrganisationKind(kind) for kind in self.host_kinds),
            report_days=self.report_days,
            reminder_days=tuple(self.reminder_days),
            signing_days=self.signing_days,
            retention_years=self.retention_years,
            excused_from_days=self.excused_from_days,
            evidence_kinds=tuple(EvidenceKind(kind) for kind in self.evidence_kinds),
            virtual_from=self.virtual_from,
            virtual_until=self.virtual_until,
        )


class Scheme(Edition, Base):
    """The terms of an edition of the scheme from a day on; never overwritten, a newer row
    follows.
    """

    __tablename__ = "scheme"
    __table_args__ = (
        # One row decides on each day.
        UniqueConstraint("valid_from"),
        *edition_checks(),
    )
    noun: ClassVar[str] = "scheme"

    id: Mapped[Key]

    @property
    def ref(self) -> str:
        """What the trail calls it: the code of the edition."""
        return self.code


class HostCeiling(Base):
    """The most a stay in a country earns, from a day on (domain 2.5, CXC-L03)."""

    __tablename__ = "host_ceiling"
    __table_args__ = (
        UniqueConstraint("country", "valid_from"),
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
    )

    id: Mapped[Key]
    country: Mapped[CountryCode]
    amount_cents: Mapped[CentsColumn]
    valid_from: Mapped[date] = mapped_column(Date)
    #: Where the amount was found.
    note: Mapped[LongText] = mapped_column(default="")


class PartnershipTerms(Base):
    """What a partnership lays down for its own visitors, from a day on."""

    __tablename__ = "partnership_terms"
    __table_args__ = (
        UniqueConstraint("project_id", "valid_from"),
        CheckConstraint("amount_cents is null or amount_cents > 0", name="amount_above_zero"),
        CheckConstraint(
            "shortest_days is null or shortest_days > 0", name="shortest_days_above_zero"
        ),
        CheckConstraint("target > 0", name="target_above_zero"),
    )

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    #: Its own amount before halving, or null: cap and ceiling alone decide.
    amount_cents: Mapped[CentsColumn | None]
    #: Its own minimum in working days, or null: the scheme's (CXC-D04).
    shortest_days: Mapped[int | None] = mapped_column(Integer)
    #: How many exchanges it is to pay for (domain 12-11).
    target: Mapped[int] = mapped_column(Integer)


append_only(Scheme.__table__)  # type: ignore[arg-type]
append_only(HostCeiling.__table__)  # type: ignore[arg-type]

explain_constraint(
    "uq_scheme_valid_from",
    Fault(_("Other terms are in force from this very day. Choose another day."), "valid_from"),
    columns="scheme.valid_from",
)
explain_constraint(
    "uq_partnership_terms_project_id_valid_from",
    Fault(_("The partnership has already laid down terms from this day."), "valid_from"),
    columns="partnership_terms.project_id, partnership_terms.valid_from",
)
