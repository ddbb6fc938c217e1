"""Profiles, what they wish, and the days they offer."""

from collections.abc import Iterable
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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
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
from portal.core.files import StoredFile
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.exchanges.profiles.rules import Answers, Period
from portal.exchanges.profiles.states import OVER, State, Why, WishKind
from portal.partners.models import Organisation
from portal.projects.models import Project

_ALIVE = text(f"state not in ({', '.join(repr(state.value) for state in OVER)})")


class Profile(Base):
    """What an organisation offers and seeks, and what its partnership answered."""

    __tablename__ = "profile"
    __table_args__ = (
        CheckConstraint("visits or hosts", name="takes_a_part"),
        CheckConstraint(
            "state in ('draft', 'withdrawn', 'closed') or "
            "(project_id is not null and submitted_at is not null and answer_due_on is not null)",
            name="submitted_to_somebody",
        ),
        CheckConstraint(
            "state not in ('returned', 'rejected', 'suspended') or decision_reason <> ''",
            name="refused_has_reason",
        ),
        CheckConstraint(
            "state not in ('accepted', 'suspended') or decided_at is not null",
            name="accepted_has_moment",
        ),
        CheckConstraint(
            "state <> 'closed' or (cv_id is null and motivation = '' and person_id is null)",
            name="closed_without_personal_data",
        ),
        Index(
            "uq_profile_one_alive",
            "organisation_id",
            unique=True,
            sqlite_where=_ALIVE,
            postgresql_where=_ALIVE,
        ),
        Index("ix_profile_project_id_state", "project_id", "state"),
        Index("ix_profile_state_kept_until", "state", "kept_until"),
    )
    noun: ClassVar[str] = "profile"

    id: Mapped[Key]
    ref: Mapped[Reference]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.DRAFT)
    version: Mapped[int] = mapped_column(Integer)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    #: Who registered and would travel or receive; forgotten when the profile is closed (DP-2).
    person_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    visits: Mapped[bool] = mapped_column(Boolean)
    hosts: Mapped[bool] = mapped_column(Boolean)
    motivation: Mapped[LongText] = mapped_column(default="")
    #: Read by the person and the partnership only (DP-1).
    cv_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("stored_file.id"), index=True)
    #: The partnership that answers; null until the first submission.
    project_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("project.id"))
    #: Why this partnership was suggested (values of `Why`); empty when nothing but the wish did.
    chosen_because: Mapped[JsonList] = mapped_column(default=list)
    started_at: Mapped[Moment] = mapped_column(index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    #: The last day for the partnership's answer (CXC-T02).
    answer_due_on: Mapped[date | None] = mapped_column(Date)
    #: How many reminders to answer in time have gone out; anew with each submission.
    reminders: Mapped[int] = mapped_column(Integer, default=0)
    decided_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decision_reason: Mapped[LongText] = mapped_column(default="")
    #: The last day it is kept; null once a match was confirmed: then with the grant (DP-2).
    kept_until: Mapped[date | None] = mapped_column(Date)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    person: Mapped[User | None] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")
    project: Mapped[Project | None] = relationship(lazy="raise_on_sql")
    cv: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    wishes: Mapped[list["Wish"]] = relationship(
        order_by="Wish.id", cascade="all, delete-orphan", lazy="raise_on_sql"
    )
    periods: Mapped[list["AvailablePeriod"]] = relationship(
        order_by="AvailablePeriod.first_on", cascade="all, delete-orphan", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def answers(self) -> Answers:
        """What it says, as the rules take it."""
        kinds: dict[WishKind, tuple[str, ...]] = {
            kind: self.wished(kind) for kind in WishKind if self.wished(kind)
        }
        return Answers(
            visits=self.visits,
            hosts=self.hosts,
            motivation=self.motivation,
            periods=tuple(Period(one.first_on, one.last_on) for one in self.periods),
            wishes=kinds,
        )

    @property
    def reasons(self) -> tuple[Why, ...]:
        """Why its partnership was suggested."""
        return tuple(Why(value) for value in self.chosen_because)

    def wished(self, kind: WishKind) -> tuple[str, ...]:
        """The chosen codes of one kind."""
        return tuple(wish.value for wish in self.wishes if wish.kind is kind)

    def wish(self, chosen: Iterable[tuple[WishKind, str]]) -> None:
        """Wish exactly this; what was wished before and still is keeps its row."""
        wanted = dict.fromkeys(chosen)
        kept = [one for one in self.wishes if (one.kind, one.value) in wanted]
        known = {(one.kind, one.value) for one in kept}
        new = [Wish(kind=kind, value=value) for kind, value in wanted if (kind, value) not in known]
        self.wishes = [*kept, *new]


class Wish(Base):
    """One thing a profile names: a sector, a language, a preferred country."""

    __tablename__ = "profile_wish"
    __table_args__ = (
        UniqueConstraint("profile_id", "kind", "value"),
        Index("ix_profile_wish_kind_value", "kind", "value", "profile_id"),
    )

    id: Mapped[Key]
    profile_id: Mapped[int] = mapped_column(BigKey, ForeignKey("profile.id"))
    kind: Mapped[WishKind] = mapped_column(words(WishKind, name="kind"))
    value: Mapped[str] = mapped_column(String(40))


class AvailablePeriod(Base):
    """Days on which a visit could take place, both included."""

    __tablename__ = "profile_period"
    __table_args__ = (CheckConstraint("first_on <= last_on", name="days_in_order"),)

    id: Mapped[Key]
    profile_id: Mapped[int] = mapped_column(BigKey, ForeignKey("profile.id"), index=True)
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)


explain_constraint(
    "uq_profile_one_alive",
    Fault(
        _("This organisation already has a profile. Edit it, or withdraw it first."),
        "organisation",
        "2.6",
    ),
    columns="profile.organisation_id",
)
