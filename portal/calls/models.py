"""Call, Corrigendum and Follower."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.calls.states import CallKind, State
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
from portal.core.i18n import _, current_language
from portal.core.refusals import explain_constraint
from portal.partners.rules import names
from portal.programme.models import Programme


class Call(Base):
    """A call for proposals; its reference is its published identifier."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("budget_cents >= 0", name="budget_not_negative"),
        CheckConstraint("max_grant_cents >= 0", name="max_grant_not_negative"),
        CheckConstraint("min_grant_cents >= 0", name="min_grant_not_negative"),
        CheckConstraint("funding_rate_bp between 0 and 10000", name="funding_rate_is_a_share"),
        CheckConstraint("indirect_rate_bp between 0 and 10000", name="indirect_rate_is_a_share"),
        CheckConstraint("sme_share_bp between 0 and 10000", name="sme_share_is_a_share"),
        CheckConstraint(
            "min_entities >= 0 and min_countries >= 0 and min_smes >= 0", name="minima"
        ),
        CheckConstraint("min_months >= 0 and max_months >= 0", name="months_not_negative"),
        CheckConstraint("listed_cents >= 0", name="listed_not_negative"),
        CheckConstraint("listed_cents <= budget_cents", name="listed_within_budget"),
        CheckConstraint(
            "state in ('drafted', 'cancelled') or "
            "(published_at is not null and opens_at < closes_at "
            "and max_grant_cents <= budget_cents)",
            name="published_in_order",
        ),
        CheckConstraint(
            "(state in ('decided', 'informed', 'concluded')) = (decided_at is not null)",
            name="decided_has_moment",
        ),
        CheckConstraint(
            "(state in ('informed', 'concluded')) = (informed_at is not null)",
            name="informed_has_moment",
        ),
        CheckConstraint(
            "(state = 'cancelled') = (cancel_reason <> '')", name="cancelled_has_reason"
        ),
        Index("ix_call_state_closes_at", "state", "closes_at"),
    )
    noun: ClassVar[str] = "call"

    id: Mapped[Key]
    ref: Mapped[Reference]
    programme_id: Mapped[int] = mapped_column(BigKey, ForeignKey("programme.id"), index=True)
    kind: Mapped[CallKind] = mapped_column(words(CallKind, name="kind"), index=True)
    title_en: Mapped[ShortText]
    title_fr: Mapped[ShortText]
    summary_en: Mapped[LongText]
    summary_fr: Mapped[LongText]
    #: Identifier and titles without accents and case, for search.
    search_name: Mapped[str] = mapped_column(String(1000))
    budget_cents: Mapped[CentsColumn]
    #: Greatest and smallest grant one proposal may ask for; no smallest grant is 0.
    max_grant_cents: Mapped[CentsColumn]
    min_grant_cents: Mapped[CentsColumn] = mapped_column(default=0)
    #: Basis points: 7500 is 75 %.
    funding_rate_bp: Mapped[int] = mapped_column(Integer)
    indirect_rate_bp: Mapped[int] = mapped_column(Integer)
    #: Independent legal entities, and different countries, a consortium needs at least.
    min_entities: Mapped[int] = mapped_column(Integer, default=1)
    min_countries: Mapped[int] = mapped_column(Integer, default=1)
    min_smes: Mapped[int] = mapped_column(Integer, default=0)
    #: At least one entity from a less developed or transition region.
    requires_region_category: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Every entity needs its profile on ECCP, or must have requested it.
    requires_eccp: Mapped[bool] = mapped_column(Boolean, default=False)
    #: A coordinator may submit one proposal only.
    single_application: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Kinds of organisation that may take part; empty when all may.
    eligible_kinds: Mapped[JsonList] = mapped_column(default=list)
    #: Share of the whole budget that must reach SMEs directly (domain 3.3), or 0.
    sme_share_bp: Mapped[int] = mapped_column(Integer, default=0)
    min_months: Mapped[int] = mapped_column(Integer)
    max_months: Mapped[int] = mapped_column(Integer)
    #: Maximum length of the abstract, in characters.
    abstract_limit: Mapped[int] = mapped_column(Integer)
    #: Months from the deadline until applicants must know (domain 5.6).
    months_to_inform: Mapped[int] = mapped_column(Integer)
    opens_at: Mapped[Moment] = mapped_column(index=True)
    #: The last second in which a proposal may be submitted.
    closes_at: Mapped[Moment]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.DRAFTED)
    #: Requested grants of the proposals on the main list; kept by conditional update only.
    listed_cents: Mapped[CentsColumn] = mapped_column(default=0)
    drafted_at: Mapped[Moment]
    drafted_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    informed_at: Mapped[datetime | None] = mapped_column(Instant)
    cancel_reason: Mapped[LongText] = mapped_column(default="")
    version: Mapped[int] = mapped_column(Integer)

    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")
    corrigenda: Mapped[list["Corrigendum"]] = relationship(
        order_by="Corrigendum.number.desc()", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @validates("ref", "title_en", "title_fr")
    def _keep_folded(self, field: str, value: str) -> str:
        told = {name: getattr(self, name) or "" for name in ("ref", "title_en", "title_fr")}
        self.search_name = names.fold(" ".join((told | {field: value}).values()))
        return value

    @property
    def title(self) -> str:
        """The title in the language being written; the other one while this is missing."""
        return self._in_language(self.title_en, self.title_fr)

    @property
    def summary(self) -> str:
        """The summary in the language being written; the other one while this is missing."""
        return self._in_language(self.summary_en, self.summary_fr)

    @staticmethod
    def _in_language(english: str, french: str) -> str:
        return (french or english) if current_language() == "fr" else (english or french)


class Corrigendum(Base):
    """A correction of a published call: dated, in both languages, with what it changed."""

    __tablename__ = "corrigendum"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("number > 0", name="numbered_from_one"),
    )

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(BigKey, ForeignKey("call.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    text_en: Mapped[LongText]
    text_fr: Mapped[LongText]
    #: What changed: a list of {"field", "before", "after"}, values as the trail keeps them.
    changes: Mapped[JsonList]
    published_at: Mapped[Moment]
    published_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)

    @property
    def text(self) -> str:
        """The explanation in the language being written."""
        return self.text_fr if current_language() == "fr" else self.text_en


class Follower(Base):
    """An organisation whose people are told when the call is corrected or cancelled."""

    __tablename__ = "call_follower"
    __table_args__ = (UniqueConstraint("call_id", "organisation_id"),)

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(BigKey, ForeignKey("call.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)


append_only(Corrigendum.__table__)  # type: ignore[arg-type]

explain_constraint(
    "uq_call_ref",
    Fault(_("There is already a call with this identifier."), "ref", "CALL-01"),
    columns="call.ref",
)
explain_constraint(
    "ck_call_listed_within_budget",
    Fault(
        _("The requested grants on the main list would exceed the budget of the call."),
        "budget_cents",
        "CALL-10",
    ),
)
