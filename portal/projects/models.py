"""Project, Beneficiary, Signature, ProjectLine and Envelope."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.calls.proposals.states import CostCategory, PartnerRole
from portal.core.columns import (
    BigKey,
    CentsColumn,
    Instant,
    Key,
    Moment,
    Reference,
    ShortText,
    json_column,
    words,
)
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.partners.models import Organisation
from portal.projects.states import Instrument, Side, State


class Project(Base):
    """A grant agreement: who received how much, for what, from when to when."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("total_cents >= 0", name="total_not_negative"),
        CheckConstraint(
            "max_grant_cents >= 0 and max_grant_cents <= total_cents", name="grant_within_total"
        ),
        CheckConstraint(
            "funding_rate_bp > 0 and funding_rate_bp <= 10000", name="funding_rate_is_a_share"
        ),
        CheckConstraint("sme_share_bp >= 0 and sme_share_bp <= 10000", name="sme_share_is_a_share"),
        CheckConstraint(
            "state in ('preparation', 'terminated') or signed_at is not null",
            name="signed_has_a_day",
        ),
    )
    noun: ClassVar[str] = "project"

    id: Mapped[Key]
    ref: Mapped[Reference]
    proposal_id: Mapped[int] = mapped_column(BigKey, ForeignKey("proposal.id"), unique=True)
    call_id: Mapped[int] = mapped_column(BigKey, ForeignKey("call.id"), index=True)
    programme_id: Mapped[int] = mapped_column(BigKey, ForeignKey("programme.id"), index=True)
    acronym: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[ShortText]
    coordinator_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    #: Eligible costs planned at award, indirect costs included.
    total_cents: Mapped[CentsColumn]
    max_grant_cents: Mapped[CentsColumn]
    #: Basis points: 7500 is 75 %.
    funding_rate_bp: Mapped[int] = mapped_column(Integer)
    #: Share of the total budget that must reach SMEs directly (domain 3.3), or 0.
    sme_share_bp: Mapped[int] = mapped_column(Integer, default=0)
    starts_on: Mapped[date] = mapped_column(index=True)
    #: The last day, included.
    ends_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[State] = mapped_column(
        words(State, name="state"), default=State.PREPARATION, index=True
    )
    book_id: Mapped[int] = mapped_column(BigKey, ForeignKey("book.id"), unique=True)
    #: What the parties sign, frozen at award: names, lines and amounts as they were that day.
    agreement: Mapped[dict[str, Any]] = mapped_column(json_column, deferred=True)
    #: SHA-256 of the agreement's canonical text, printed on every page of it.
    fingerprint: Mapped[str] = mapped_column(String(64))
    awarded_at: Mapped[Moment]
    awarded_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer)

    coordinator: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    beneficiaries: Mapped[list["Beneficiary"]] = relationship(
        order_by="Beneficiary.position", lazy="raise_on_sql"
    )
    envelopes: Mapped[list["Envelope"]] = relationship(
        order_by="Envelope.instrument", lazy="raise_on_sql"
    )
    signatures: Mapped[list["ProjectSignature"]] = relationship(
        order_by="ProjectSignature.signed_at", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}


class Beneficiary(Base):
    """An organisation of the consortium; the coordinator stands first."""

    __tablename__ = "beneficiary"
    __table_args__ = (
        UniqueConstraint("project_id", "organisation_id"),
        UniqueConstraint("project_id", "position"),
        CheckConstraint("(position = 1) = (role = 'coordinator')", name="coordinator_first"),
    )

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    role: Mapped[PartnerRole] = mapped_column(words(PartnerRole, name="role"))
    #: Place in the consortium, from 1.
    position: Mapped[int] = mapped_column(Integer)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class ProjectSignature(Base):
    """One of the two signatures under a grant agreement, and the text it stands under."""

    __tablename__ = "project_signature"
    __table_args__ = (
        UniqueConstraint("project_id", "side"),
        UniqueConstraint("project_id", "person_id"),
    )

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), index=True)
    side: Mapped[Side] = mapped_column(words(Side, name="side"))
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    #: The name at the moment of signing.
    person_name: Mapped[ShortText]
    signed_at: Mapped[Moment]
    fingerprint: Mapped[str] = mapped_column(String(64))


class ProjectLine(Base):
    """What a budget line of the ledger stands for: whose costs, and of which category.

    Support to third parties belongs to the project as a whole and has no organisation.
    """

    __tablename__ = "project_line"
    __table_args__ = (
        UniqueConstraint("project_id", "position"),
        CheckConstraint("awarded_cents >= 0", name="awarded_not_negative"),
    )

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("organisation.id"), index=True
    )
    category: Mapped[CostCategory] = mapped_column(words(CostCategory, name="category"))
    line_id: Mapped[int] = mapped_column(BigKey, ForeignKey("budget_line.id"), unique=True)
    #: The order in which the budget is read.
    position: Mapped[int] = mapped_column(Integer)
    #: Whether the line's money reaches SMEs directly (domain 3.3 V-12).
    sme_direct: Mapped[bool]
    #: The line's budget in the signed agreement; what later transfers are measured against.
    awarded_cents: Mapped[CentsColumn]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")


class Envelope(Base):
    """The part of a project's budget set aside for one instrument, and how many are planned."""

    __tablename__ = "envelope"
    __table_args__ = (
        UniqueConstraint("project_id", "instrument"),
        CheckConstraint("target > 0", name="target_positive"),
    )

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), index=True)
    instrument: Mapped[Instrument] = mapped_column(words(Instrument, name="instrument"), index=True)
    line_id: Mapped[int] = mapped_column(BigKey, ForeignKey("budget_line.id"), unique=True)
    #: How many exchanges or vouchers the consortium promised.
    target: Mapped[int] = mapped_column(Integer)


explain_constraint(
    "uq_project_proposal_id",
    Fault(_("This proposal already became a project."), None, "PRJ-01"),
    columns="project.proposal_id",
)
explain_constraint(
    "uq_project_signature_project_id_side",
    Fault(_("This side has already signed the grant agreement."), None, "PRJ-02"),
    columns="project_signature.project_id, project_signature.side",
)
explain_constraint(
    "uq_project_signature_project_id_person_id",
    Fault(_("The two sides must be signed for by two different people."), None, "PRJ-02"),
    columns="project_signature.project_id, project_signature.person_id",
)
