"""The draft of an edition, and the ceilings it lays down; fixed once it is published or
discarded.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import refuse_filling, refuse_when, write_once
from portal.core.columns import (
    BigKey,
    CentsColumn,
    CountryCode,
    Instant,
    Json,
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
from portal.exchanges.editions.rules.draft import Proposed
from portal.exchanges.editions.states import State
from portal.exchanges.models.terms import Edition, Scheme, edition_checks


class EditionDraft(Edition, Base):
    """The next terms of the scheme as an officer means them; another officer publishes them."""

    __tablename__ = "edition_draft"
    __table_args__ = (
        *edition_checks(),
        CheckConstraint("published_by_id <> drafted_by_id", name="two_people"),
        CheckConstraint(
            "(state = 'published') = (published_by_id is not null and published_at is not null "
            "and scheme_id is not null and replayed_from is not null "
            "and replayed_until is not null)",
            name="published_by_someone",
        ),
        CheckConstraint(
            "(state = 'discarded') = (discarded_by_id is not null and discarded_at is not null "
            "and end_reason <> '')",
            name="discarded_has_reason",
        ),
        CheckConstraint(
            "replayed_from is null or replayed_from <= replayed_until", name="period_in_order"
        ),
        Index("ix_edition_draft_state", "state"),
    )
    noun: ClassVar[str] = "edition_draft"

    id: Mapped[Key]
    ref: Mapped[Reference]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.DRAFT)
    version: Mapped[int] = mapped_column(Integer)
    #: Why the terms change; everybody reads it once they are published.
    note: Mapped[LongText] = mapped_column(default="")
    drafted_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    drafted_at: Mapped[Moment]
    published_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The row of the scheme it became.
    scheme_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("scheme.id"), unique=True)
    #: What was known at the publication: visits that began from a day to a day, both included.
    replayed_from: Mapped[date | None] = mapped_column(Date)
    replayed_until: Mapped[date | None] = mapped_column(Date)
    replay: Mapped[Json] = mapped_column(default=dict)
    discarded_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    discarded_at: Mapped[datetime | None] = mapped_column(Instant)
    end_reason: Mapped[LongText] = mapped_column(default="")

    scheme: Mapped[Scheme | None] = relationship(lazy="raise_on_sql")
    ceilings: Mapped[list["DraftCeiling"]] = relationship(
        order_by="DraftCeiling.country", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def new_ceilings(self) -> dict[str, int]:
        """The ceilings it lays down, in cents by country; every other country keeps its own."""
        return {row.country: row.amount_cents for row in self.ceilings}

    @property
    def proposed(self) -> Proposed:
        """The draft as the rules take it."""
        return Proposed(
            self.terms, self.title_en, self.title_fr, self.valid_from, self.new_ceilings
        )


class DraftCeiling(Base):
    """The most a stay in a country is to earn from the draft's first day on (CXC-L03)."""

    __tablename__ = "edition_draft_ceiling"
    __table_args__ = (
        UniqueConstraint("draft_id", "country"),
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
    )

    id: Mapped[Key]
    draft_id: Mapped[int] = mapped_column(BigKey, ForeignKey("edition_draft.id"))
    country: Mapped[CountryCode]
    amount_cents: Mapped[CentsColumn]


_DRAFT, _CEILING = EditionDraft.__table__, DraftCeiling.__table__
refuse_when(_DRAFT, "UPDATE", "fixed", "OLD.state <> 'draft'")  # type: ignore[arg-type]
refuse_when(_DRAFT, "DELETE", "kept", "OLD.id IS NOT NULL")  # type: ignore[arg-type]
write_once(_DRAFT, "ref", "drafted_by_id", "drafted_at")  # type: ignore[arg-type]
for _change, _row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
    refuse_when(
        _CEILING,  # type: ignore[arg-type]
        _change,
        f"fixed_{_change.lower()}",
        f"EXISTS (SELECT 1 FROM edition_draft WHERE id = {_row}.draft_id AND state <> 'draft')",  # noqa: S608 - names of ours
    )
    explain_constraint(
        f"edition_draft_ceiling_fixed_{_change.lower()}",
        Fault(_("The edition is no draft any more: its terms are fixed."), rule="2.10"),
    )
refuse_filling(
    _DRAFT,  # type: ignore[arg-type]
    "retroactive",
    "published_at",
    when="NEW.valid_from < {day}",
    fault=Fault(
        _("An edition never begins in the past. Change its first day, then publish it."),
        "valid_from",
        "2.10",
    ),
)

explain_constraint(
    "edition_draft_fixed",
    Fault(_("The edition is no draft any more: its terms are fixed."), rule="2.10"),
)
explain_constraint(
    "edition_draft_kept", Fault(_("A draft is discarded, never removed."), rule="2.10")
)
explain_constraint(
    "ck_edition_draft_two_people",
    Fault(_("Another officer than the author publishes an edition."), rule="2.10"),
)
