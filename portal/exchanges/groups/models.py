"""Groups and the places of exchanges in them; an exchange is in one group at most."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import guard, refuse_when, write_once
from portal.core.columns import BigKey, Instant, Key, LongText, Moment, Reference, ShortText, words
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.exchanges.groups.rules import Candidate, is_open_to
from portal.exchanges.groups.states import HELD, Place, State
from portal.exchanges.models import Exchange
from portal.exchanges.rules.commitment import Programme
from portal.partners.models import Organisation
from portal.projects.models import Project

_HELD = text(f"state in ({', '.join(repr(place.value) for place in HELD)})")


class GroupVisit(Base):
    """One host, some days, one programme for all who come."""

    __tablename__ = "group_visit"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="days_in_order"),
        CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed_has_moment"),
        CheckConstraint("title <> '' and agenda <> ''", name="programme_is_written"),
        Index("ix_group_visit_host_id_state", "host_id", "state"),
        Index("ix_group_visit_project_id_state", "project_id", "state"),
    )
    noun: ClassVar[str] = "group"

    id: Mapped[Key]
    ref: Mapped[Reference]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.OPEN)
    version: Mapped[int] = mapped_column(Integer)
    host_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    #: The host's partnership, whose managers run the group beside the host.
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"))
    title: Mapped[ShortText]
    objectives: Mapped[LongText] = mapped_column(default="")
    #: The programme of the days.
    agenda: Mapped[LongText]
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    opened_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    opened_at: Mapped[Moment]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    host: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    project: Mapped[Project] = relationship(lazy="raise_on_sql")
    members: Mapped[list["GroupMember"]] = relationship(
        order_by="GroupMember.id", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def programme(self) -> Programme:
        """What every member signs with its own commitment."""
        return Programme(
            group=self.ref,
            title=self.title,
            first_on=self.first_on,
            last_on=self.last_on,
            objectives=self.objectives,
            agenda=self.agenda,
        )

    @property
    def is_signed(self) -> bool:
        """Whether anybody has signed the programme: then it stays as it is."""
        joined = (one for one in self.members if one.state is Place.JOINED)
        return any(not one.is_open for one in joined)

    def place_of(self, exchange_id: int) -> "GroupMember | None":
        """The place an exchange holds now, if any."""
        held = (one for one in self.members if one.state in HELD)
        return next((one for one in held if one.exchange_id == exchange_id), None)


class GroupMember(Base):
    """The place of an exchange in a group: asked for or offered, then taken or not."""

    __tablename__ = "group_member"
    __table_args__ = (
        CheckConstraint(
            "(state in ('applied', 'invited')) = (answered_at is null)", name="answered_has_moment"
        ),
        Index(
            "uq_group_member_one_group",
            "exchange_id",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        Index(
            "uq_group_member_one_place",
            "group_id",
            "visitor_id",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        Index("ix_group_member_group_id", "group_id"),
        Index("ix_group_member_exchange_id", "exchange_id"),
        Index("ix_group_member_state", "state"),
    )

    id: Mapped[Key]
    group_id: Mapped[int] = mapped_column(BigKey, ForeignKey("group_visit.id"))
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"))
    visitor_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    state: Mapped[Place] = mapped_column(words(Place, name="state"))
    asked_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    asked_at: Mapped[Moment]
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    exchange: Mapped[Exchange] = relationship(lazy="raise_on_sql")

    @property
    def candidate(self) -> Candidate:
        """The exchange as the rules of groups see it."""
        return candidate_of(self.exchange)

    @property
    def is_open(self) -> bool:
        """Whether the exchange may still join or leave: nobody has signed it."""
        return is_open_to(self.candidate)


def candidate_of(exchange: Exchange) -> Candidate:
    """An exchange as the rules of groups see it."""
    return Candidate(
        ref=exchange.ref,
        visitor=exchange.visitor.legal_name,
        visitor_id=exchange.visitor_id,
        host_id=exchange.host_id,
        state=exchange.state,
        signed=bool(exchange.signatures),
        virtual=exchange.virtual,
        first_on=exchange.first_on,
        last_on=exchange.last_on,
    )


#: A place leads to an exchange with the group's host, and names that exchange's visitor.
_ELSEWHERE = (
    "NOT EXISTS (SELECT 1 FROM exchange JOIN group_visit ON group_visit.id = NEW.group_id "
    "WHERE exchange.id = NEW.exchange_id AND exchange.host_id = group_visit.host_id "
    "AND exchange.visitor_id = NEW.visitor_id)"
)
write_once(GroupVisit.__table__, "host_id", "project_id", "closed_at")  # type: ignore[arg-type]
write_once(
    GroupMember.__table__,  # type: ignore[arg-type]
    "group_id",
    "exchange_id",
    "visitor_id",
    "asked_at",
)
refuse_when(GroupMember.__table__, "DELETE", "kept", "1 = 1")  # type: ignore[arg-type]
guard(
    GroupMember.__table__,  # type: ignore[arg-type]
    sqlite=(
        "CREATE TRIGGER group_member_same_host BEFORE INSERT ON group_member "
        f"WHEN {_ELSEWHERE} "
        "BEGIN SELECT RAISE(ABORT, 'constraint group_member_same_host: refused'); END",
    ),
    postgresql=(
        "CREATE OR REPLACE FUNCTION group_member_same_host() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN IF {_ELSEWHERE} THEN "
        "RAISE EXCEPTION 'constraint group_member_same_host: refused' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER group_member_same_host BEFORE INSERT ON group_member "
        "FOR EACH ROW EXECUTE FUNCTION group_member_same_host()",
    ),
)
explain_constraint(
    "group_member_same_host",
    Fault(_("This exchange leads to another host. A group visits one host."), "exchange", "2.9"),
)
explain_constraint("group_member_kept", Fault(_("Places in groups are kept."), None, "2.9"))
explain_constraint(
    "uq_group_member_one_group",
    Fault(_("This exchange has a place in a group already."), "exchange", "2.9"),
    columns="group_member.exchange_id",
)
explain_constraint(
    "uq_group_member_one_place",
    Fault(
        _(
            "This organisation is in the group already. Several people from one organisation "
            "travel on one exchange, with one lump sum."
        ),
        "exchange",
        "2.9",
    ),
    columns="group_member.group_id, group_member.visitor_id",
)
