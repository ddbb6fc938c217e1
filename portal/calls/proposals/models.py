"""Proposal, its partners, costs and attachments, and the copies of what was submitted."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.calls.models import Call
from portal.calls.proposals.states import AttachmentKind, CostCategory, PartnerRole, State
from portal.core.append_only import append_only
from portal.core.columns import (
    BigKey,
    CentsColumn,
    Instant,
    JsonList,
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
from portal.partners.rules import names


class Proposal(Base):
    """An application to a call by a consortium, or by one organisation."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(
            "requested_cents >= 0 and eligible_cents >= 0", name="amounts_not_negative"
        ),
        CheckConstraint("requested_cents <= eligible_cents", name="requested_within_eligible"),
        CheckConstraint("months is null or months > 0", name="months_positive"),
        CheckConstraint("asked_cents is null or asked_cents >= 0", name="asked_not_negative"),
        CheckConstraint(
            "(planned_exchanges is null or planned_exchanges > 0) and "
            "(planned_vouchers is null or planned_vouchers > 0)",
            name="planned_positive",
        ),
        CheckConstraint(
            "state in ('draft', 'withdrawn') or (submitted_at is not null and requested_cents > 0)",
            name="submitted_has_moment",
        ),
        CheckConstraint("state <> 'draft' or submitted_at is null", name="draft_not_submitted"),
        CheckConstraint(
            "state not in ('inadmissible', 'ineligible', 'rejected') or reason <> ''",
            name="refused_has_reason",
        ),
        CheckConstraint(
            "(state in ('main_list', 'reserve', 'awarded')) = (list_position is not null)",
            name="listed_has_position",
        ),
        Index("ix_proposal_call_id_state", "call_id", "state"),
    )
    noun: ClassVar[str] = "proposal"

    id: Mapped[Key]
    ref: Mapped[Reference]
    call_id: Mapped[int] = mapped_column(BigKey, ForeignKey("call.id"))
    coordinator_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    acronym: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[ShortText]
    #: Acronym and title without accents and case, for search.
    search_name: Mapped[str] = mapped_column(String(600))
    abstract: Mapped[LongText] = mapped_column(default="")
    months: Mapped[int | None] = mapped_column(Integer)
    #: Codes of thematic areas and industrial ecosystems.
    themes: Mapped[JsonList] = mapped_column(default=list)
    #: A grant lower than the greatest possible one; null asks for that.
    asked_cents: Mapped[int | None] = mapped_column(BigInteger)
    #: How many exchanges and vouchers the support to third parties is planned for.
    planned_exchanges: Mapped[int | None] = mapped_column(Integer)
    planned_vouchers: Mapped[int | None] = mapped_column(Integer)
    #: Grant and eligible costs of the last submission; 0 before.
    requested_cents: Mapped[CentsColumn] = mapped_column(default=0)
    eligible_cents: Mapped[CentsColumn] = mapped_column(default=0)
    state: Mapped[State] = mapped_column(
        words(State, name="state"), default=State.DRAFT, index=True
    )
    #: Rank on the main or reserve list, from 1.
    list_position: Mapped[int | None] = mapped_column(Integer)
    #: Why it was set aside, rejected or withdrawn.
    reason: Mapped[LongText] = mapped_column(default="")
    #: Counters of the two tabs whose whole content is saved: a stale form is refused.
    identity_version: Mapped[int] = mapped_column(Integer, default=1)
    costs_version: Mapped[int] = mapped_column(Integer, default=1)
    started_at: Mapped[Moment] = mapped_column(index=True)
    started_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    #: When it was last submitted; null again once reopened.
    submitted_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    version: Mapped[int] = mapped_column(Integer)

    #: Read when needed: whether an outcome may be known is a question to the call.
    call: Mapped[Call] = relationship()
    coordinator: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    partners: Mapped[list["ProposalPartner"]] = relationship(
        order_by="ProposalPartner.position", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @validates("acronym", "title")
    def _keep_folded(self, field: str, value: str) -> str:
        told = {name: getattr(self, name) or "" for name in ("acronym", "title")}
        self.search_name = names.fold(" ".join((told | {field: value}).values()))
        return value


class ProposalPartner(Base):
    """An organisation of the consortium; the coordinator stands first and needs no confirmation."""

    __tablename__ = "proposal_partner"
    __table_args__ = (
        UniqueConstraint("proposal_id", "organisation_id"),
        CheckConstraint("(position = 1) = (role = 'coordinator')", name="coordinator_first"),
        CheckConstraint(
            "role <> 'coordinator' or confirmed_at is not null", name="coordinator_confirmed"
        ),
    )

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(BigKey, ForeignKey("proposal.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    role: Mapped[PartnerRole] = mapped_column(words(PartnerRole, name="role"))
    #: Place in the consortium, from 1; places of removed partners stay empty.
    position: Mapped[int] = mapped_column(Integer)
    invited_at: Mapped[Moment]
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class CostItem(Base):
    """The costs of one partner in one category, apart for what is direct to SME innovation."""

    __tablename__ = "cost_item"
    __table_args__ = (
        UniqueConstraint("proposal_id", "organisation_id", "category", "sme_direct"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint("category <> 'indirect'", name="indirect_is_computed"),
    )

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(BigKey, ForeignKey("proposal.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    category: Mapped[CostCategory] = mapped_column(words(CostCategory, name="category"))
    amount_cents: Mapped[CentsColumn]
    #: Whether the money reaches the innovation of SMEs directly (domain 3.3, V-12); `note`: how.
    sme_direct: Mapped[bool]
    note: Mapped[str] = mapped_column(String(500), default="")


class Attachment(Base):
    """A document of the application; a removed one stays, for an earlier submission may name it."""

    __tablename__ = "proposal_attachment"
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(BigKey, ForeignKey("proposal.id"), index=True)
    file_id: Mapped[int] = mapped_column(BigKey, ForeignKey("stored_file.id"), index=True)
    #: From 1 in the order of upload; numbers of removed documents stay empty.
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[AttachmentKind] = mapped_column(words(AttachmentKind, name="kind"))
    attached_at: Mapped[Moment]
    attached_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)

    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")


class SubmittedCopy(Base):
    """What was submitted, word for word, under its fingerprint; the last copy counts."""

    __tablename__ = "submitted_copy"
    __table_args__ = (
        UniqueConstraint("proposal_id", "number"),
        CheckConstraint("number > 0", name="numbered_from_one"),
        CheckConstraint("length(sha256) = 64", name="fingerprint_whole"),
    )

    id: Mapped[Key]
    proposal_id: Mapped[int] = mapped_column(BigKey, ForeignKey("proposal.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    #: Canonical JSON: sorted keys, no spaces, UTF-8.
    content: Mapped[LongText]
    #: SHA-256 of `content`.
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    submitted_at: Mapped[Moment]
    submitted_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)


append_only(SubmittedCopy.__table__)  # type: ignore[arg-type]

explain_constraint(
    "uq_proposal_partner_proposal_id_organisation_id",
    Fault(_("This organisation is already part of the consortium."), "organisation", "PRP-02"),
    columns="proposal_partner.proposal_id, proposal_partner.organisation_id",
)
