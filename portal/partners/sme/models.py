"""Declarations of SME status, with the figures entered and what was computed from them."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.partners.models import Organisation
from portal.partners.sme.states import Category, Investor, State


class Assessment(Base):
    """One declaration of one organisation for one reference year."""

    __tablename__ = "sme_assessment"
    __table_args__ = (
        CheckConstraint(
            "headcount_hundredths >= 0 and turnover_cents >= 0 and balance_cents >= 0",
            name="figures_positive",
        ),
        CheckConstraint(
            "(before_headcount_hundredths is null) = (before_turnover_cents is null)"
            " and (before_turnover_cents is null) = (before_balance_cents is null)",
            name="before_complete",
        ),
        CheckConstraint(
            "before_headcount_hundredths >= 0 and before_turnover_cents >= 0"
            " and before_balance_cents >= 0",
            name="before_positive",
        ),
        CheckConstraint("is_sme = (category is not null)", name="category_of_an_sme"),
        CheckConstraint("(state = 'declared') = (decided_at is null)", name="decided_has_moment"),
        CheckConstraint(
            "state <> 'contested' or decision_reason <> ''", name="contested_has_reason"
        ),
        Index("ix_sme_assessment_organisation_id_assessed_on", "organisation_id", "assessed_on"),
        Index("ix_sme_assessment_state_assessed_on", "state", "assessed_on"),
    )
    noun: ClassVar[str] = "sme_assessment"

    id: Mapped[Key]
    ref: Mapped[Reference]
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.DECLARED)
    #: The last year with approved accounts, or the current one for an estimate.
    reference_year: Mapped[int] = mapped_column(Integer)
    #: A new enterprise without accounts: figures estimated in good faith (SME-3).
    is_estimate: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Bought by, or freed from, a group since: no waiting for a second year (SME-2).
    ownership_changed: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Hundredths of an annual work unit, so that 12.5 AWU is 1250.
    headcount_hundredths: Mapped[int] = mapped_column(Integer)
    turnover_cents: Mapped[CentsColumn]
    balance_cents: Mapped[CentsColumn]
    #: The same figures one year before, when there were accounts.
    before_headcount_hundredths: Mapped[int | None] = mapped_column(Integer)
    before_turnover_cents: Mapped[CentsColumn | None]
    before_balance_cents: Mapped[CentsColumn | None]
    is_sme: Mapped[bool] = mapped_column(Boolean)
    category: Mapped[Category | None] = mapped_column(words(Category, name="category"))
    #: The result counted with its linked and partner enterprises.
    total_headcount_hundredths: Mapped[int] = mapped_column(Integer)
    total_turnover_cents: Mapped[CentsColumn]
    total_balance_cents: Mapped[CentsColumn]
    steps: Mapped[JsonList]
    #: Who signs for the enterprise, in words: name and function.
    signatory: Mapped[ShortText]
    assessed_on: Mapped[date] = mapped_column(Date)
    declared_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    declared_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decision_reason: Mapped[LongText] = mapped_column(default="")
    version: Mapped[int] = mapped_column(Integer)
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    related: Mapped[list["Link"]] = relationship(order_by="Link.position", lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}


class Link(Base):
    """An enterprise related to the one that declares, by shares, votes or control."""

    __tablename__ = "sme_link"
    __table_args__ = (
        UniqueConstraint("assessment_id", "position"),
        CheckConstraint("position between 1 and 20", name="position_range"),
        CheckConstraint(
            "through_position between 0 and 20 and through_position <> position",
            name="through_range",
        ),
        CheckConstraint("share_bp between 0 and 10000", name="share_range"),
        CheckConstraint(
            "headcount_hundredths >= 0 and turnover_cents >= 0 and balance_cents >= 0",
            name="figures_positive",
        ),
    )

    id: Mapped[Key]
    assessment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("sme_assessment.id"))
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[ShortText]
    #: Position of the enterprise through which it is related; 0 is the one that declares.
    through_position: Mapped[int] = mapped_column(Integer, default=0)
    #: Capital or votes held, either way, whichever is higher, in basis points.
    share_bp: Mapped[int] = mapped_column(Integer)
    #: Majority of votes, right to appoint the board, dominant influence or shareholder agreement.
    controls: Mapped[bool] = mapped_column(Boolean, default=False)
    investor: Mapped[Investor] = mapped_column(words(Investor, name="investor"))
    #: Investors with the same words here are linked to one another; empty stands alone.
    investor_group: Mapped[str] = mapped_column(String(60), default="")
    headcount_hundredths: Mapped[int] = mapped_column(Integer)
    turnover_cents: Mapped[CentsColumn]
    balance_cents: Mapped[CentsColumn]
    before_headcount_hundredths: Mapped[int | None] = mapped_column(Integer)
    before_turnover_cents: Mapped[CentsColumn | None]
    before_balance_cents: Mapped[CentsColumn | None]


explain_constraint(
    "ck_sme_link_share_range",
    Fault(_("A share lies between 0 and 100 per cent."), rule="SME-2003/361-3"),
)
