"""Programme and the dated table of the countries that take part."""

from datetime import date
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.append_only import append_only
from portal.core.columns import BigKey, CountryCode, Key, Moment, Reference, ShortText
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _, current_language
from portal.core.refusals import explain_constraint


class Programme(Base):
    """A funding programme; its reference is its code."""

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint("funding_rate_bp between 1 and 10000", name="funding_rate_range"),
        CheckConstraint("indirect_rate_bp between 0 and 10000", name="indirect_rate_range"),
    )
    noun: ClassVar[str] = "programme"

    id: Mapped[Key]
    #: The programme's code: COSME, H2020.
    ref: Mapped[Reference]
    name_en: Mapped[ShortText]
    name_fr: Mapped[ShortText]
    #: Defaults of new calls, in hundredths of a percent.
    funding_rate_bp: Mapped[int] = mapped_column(Integer)
    indirect_rate_bp: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        """The name in the language being written."""
        return self.name_fr if current_language() == "fr" else self.name_en


class Participation(Base):
    """From when, and until when if known, a country takes part; rows are added, never changed."""

    __tablename__ = "participation"
    __table_args__ = (
        CheckConstraint("length(country) = 2 and country = upper(country)", name="country_code"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="days_in_order"),
        Index("ix_participation_programme_id_country", "programme_id", "country"),
    )

    id: Mapped[Key]
    programme_id: Mapped[int] = mapped_column(BigKey, ForeignKey("programme.id"), index=True)
    country: Mapped[CountryCode]
    #: First and last day, both included; without a last day it goes on.
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    #: Where the fact was read: an agreement, an official notice.
    source: Mapped[str] = mapped_column(String(500))
    added_by: Mapped[ShortText]
    added_at: Mapped[Moment]

    @property
    def order(self) -> int:
        """Position in the order of entry."""
        return self.id


append_only(Participation.__table__)  # type: ignore[arg-type]

explain_constraint(
    "uq_programme_ref",
    Fault(_("There is already a programme with this code."), "code"),
    columns="programme.ref",
)
