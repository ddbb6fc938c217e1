"""Matches, and the rounds that suggest them."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import append_only
from portal.core.columns import (
    BigKey,
    Instant,
    JsonList,
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
from portal.exchanges.matches.rules import score
from portal.exchanges.matches.rules.score import Score
from portal.exchanges.matches.states import OPEN, State
from portal.exchanges.models import Exchange
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.states import Part
from portal.exchanges.rules.stay import Journey

_OPEN = text(f"state in ({', '.join(repr(state.value) for state in OPEN)})")


class Match(Base):
    """A visit that somebody proposed, and what both sides said to it."""

    __tablename__ = "visit_match"
    __table_args__ = (
        CheckConstraint("visitor_id <> host_id", name="not_with_itself"),
        CheckConstraint(
            "departure_on <= first_on and first_on <= last_on and last_on <= return_on",
            name="days_in_order",
        ),
        CheckConstraint("points between 0 and 100", name="points_out_of_a_hundred"),
        CheckConstraint(
            "(state = 'confirmed') = (exchange_id is not null)", name="confirmed_has_exchange"
        ),
        CheckConstraint(
            "state <> 'confirmed' or "
            "(visitor_agreed_at is not null and host_agreed_at is not null)",
            name="confirmed_by_both",
        ),
        CheckConstraint(
            "state <> 'accepted_by_vo' or "
            "(visitor_agreed_at is not null and host_agreed_at is null)",
            name="accepted_by_the_visitor",
        ),
        CheckConstraint(
            "state <> 'accepted_by_ho' or "
            "(host_agreed_at is not null and visitor_agreed_at is null)",
            name="accepted_by_the_host",
        ),
        CheckConstraint("state <> 'declined' or end_reason <> ''", name="declined_has_reason"),
        Index(
            "uq_visit_match_one_open",
            "visitor_id",
            "host_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_visit_match_state_answer_by", "state", "answer_by"),
    )
    noun: ClassVar[str] = "match"

    id: Mapped[Key]
    ref: Mapped[Reference]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.PROPOSED)
    version: Mapped[int] = mapped_column(Integer)
    #: The profile that would travel, and the one that would receive.
    visitor_id: Mapped[int] = mapped_column(BigKey, ForeignKey("profile.id"), index=True)
    host_id: Mapped[int] = mapped_column(BigKey, ForeignKey("profile.id"), index=True)
    departure_on: Mapped[date] = mapped_column(Date)
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    return_on: Mapped[date] = mapped_column(Date)
    #: What the last side to propose days wrote to the other.
    note: Mapped[LongText] = mapped_column(default="")
    #: The score on the day of the proposal, and its parts: why this match.
    points: Mapped[int] = mapped_column(Integer)
    breakdown: Mapped[JsonList]
    proposed_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    proposed_at: Mapped[Moment] = mapped_column(index=True)
    #: When each side agreed to the days as they stand; emptied when other days are proposed.
    visitor_agreed_at: Mapped[datetime | None] = mapped_column(Instant)
    host_agreed_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The last day for the answer that is missing.
    answer_by: Mapped[date] = mapped_column(Date)
    end_reason: Mapped[LongText] = mapped_column(default="")
    exchange_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("exchange.id"), unique=True)

    visitor: Mapped[Profile] = relationship(foreign_keys=[visitor_id], lazy="raise_on_sql")
    host: Mapped[Profile] = relationship(foreign_keys=[host_id], lazy="raise_on_sql")
    exchange: Mapped[Exchange | None] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    @property
    def why(self) -> Score:
        """The score on the day of the proposal, opened."""
        return score.from_json(self.breakdown)

    @property
    def journey(self) -> Journey:
        """The four days as they stand."""
        return Journey(self.departure_on, self.first_on, self.last_on, self.return_on)

    def profile_of(self, part: Part) -> Profile:
        """The profile of one side."""
        return self.visitor if part is Part.VISITOR else self.host

    def agreed_at(self, part: Part) -> datetime | None:
        """When a side agreed to the days as they stand."""
        return self.visitor_agreed_at if part is Part.VISITOR else self.host_agreed_at

    def agree(self, part: Part, at: datetime | None) -> None:
        """Keep, or with None forget, that a side agrees."""
        if part is Part.VISITOR:
            self.visitor_agreed_at = at
        else:
            self.host_agreed_at = at


class MatchRound(Base):
    """One look at all who wait: what it rested on, and what it came to; solved once."""

    __tablename__ = "match_round"
    __table_args__ = (
        CheckConstraint("places between 1 and 20", name="places_range"),
        CheckConstraint("visitors >= 0 and hosts >= 0", name="counts_not_negative"),
        CheckConstraint(
            "(solved_at is null) = (points is null) and (solved_at is null) = (compared is null)"
            " and (solved_at is null) = (greedy_points is null)",
            name="solved_has_result",
        ),
        CheckConstraint("points >= greedy_points", name="never_below_the_best_pair_first"),
    )
    noun: ClassVar[str] = "round"

    id: Mapped[Key]
    ref: Mapped[Reference]
    #: How many visitors each host takes in this round.
    places: Mapped[int] = mapped_column(Integer)
    visitors: Mapped[int] = mapped_column(Integer)
    hosts: Mapped[int] = mapped_column(Integer)
    #: How many visitors have been compared so far; what a page shows while it is being solved.
    progress: Mapped[int] = mapped_column(Integer, default=0)
    asked_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    asked_at: Mapped[Moment]
    solved_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    #: Pairs compared, points of all suggestions together, and of the best pair first.
    compared: Mapped[int | None] = mapped_column(Integer)
    points: Mapped[int | None] = mapped_column(Integer)
    greedy_points: Mapped[int | None] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)

    suggestions: Mapped[list["Suggestion"]] = relationship(order_by="Suggestion.id")

    __mapper_args__ = {"version_id_col": version}


class Suggestion(Base):
    """A match that a round suggests, with its reasons; people propose it, or do not."""

    __tablename__ = "match_suggestion"
    __table_args__ = (
        UniqueConstraint("round_id", "visitor_id"),
        CheckConstraint("first_on <= last_on", name="days_in_order"),
        CheckConstraint("points between 1 and 100", name="points_out_of_a_hundred"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(BigKey, ForeignKey("match_round.id"))
    visitor_id: Mapped[int] = mapped_column(BigKey, ForeignKey("profile.id"), index=True)
    host_id: Mapped[int] = mapped_column(BigKey, ForeignKey("profile.id"), index=True)
    points: Mapped[int] = mapped_column(Integer)
    breakdown: Mapped[JsonList]
    #: The first days both are free for.
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)

    visitor: Mapped[Profile] = relationship(foreign_keys=[visitor_id], lazy="raise_on_sql")
    host: Mapped[Profile] = relationship(foreign_keys=[host_id], lazy="raise_on_sql")

    @property
    def why(self) -> Score:
        """The score on the day of the round, opened."""
        return score.from_json(self.breakdown)


append_only(Suggestion.__table__)  # type: ignore[arg-type]

explain_constraint(
    "uq_visit_match_one_open",
    Fault(_("A proposal between these two profiles is already open."), None, "2.6"),
    columns="visit_match.visitor_id, visit_match.host_id",
)
