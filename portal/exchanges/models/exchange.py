"""The exchange itself, from the first draft to its end."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    TextClause,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import refuse_when
from portal.core.columns import (
    BigKey,
    CentsColumn,
    CountryCode,
    Instant,
    JsonList,
    Key,
    LongText,
    Moment,
    Reference,
    json_column,
    words,
)
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.core.steps import from_json
from portal.exchanges.models.amendment import ExchangeAmendment
from portal.exchanges.models.attendance import Attendance
from portal.exchanges.models.force_majeure import ForceMajeure
from portal.exchanges.models.records import ClosingReport, Evidence, Signature, Waiver
from portal.exchanges.models.terms import Scheme
from portal.exchanges.rules.amending import Agreed
from portal.exchanges.rules.commitment import Commitment, Programme, programme_from
from portal.exchanges.rules.stay import Journey, Stay
from portal.exchanges.states import (
    HOLDING_MONEY,
    WITHOUT_VISIT,
    ActivityType,
    Klass,
    Outcome,
    State,
)
from portal.partners.models import Organisation
from portal.projects.models import Project

_AGREED = tuple(state for state in HOLDING_MONEY if state is not State.APPROVED)


def _among(*states: State) -> str:
    return "(" + ", ".join(f"'{state.value}'" for state in states) + ")"


_USES_THE_VISIT = text(f"not virtual and state not in {_among(*WITHOUT_VISIT)}")
#: Conditions of partial indexes. A query that is to use the index repeats its condition to the
#: letter: neither database would recognise it behind parameters. The state stands in a function,
#: for SQLite would prefer the index of all states, and look at those that do not meet the rest.
TO_COMPLETE = text(f"coalesce(state, '') = '{State.BUILDING}' and (objectives = '' or agenda = '')")
TO_SIGN = text(f"coalesce(state, '') = '{State.BUILDING}' and objectives <> '' and agenda <> ''")
TO_SIGN_FOR_HOST = text(f"{TO_SIGN} and project_id <> host_project_id")
TO_CONCLUDE = text(f"coalesce(state, '') = '{State.APPROVED}' and accepted_at is not null")


def _index(name: str, *columns: str, only: TextClause) -> Index:
    return Index(name, *columns, sqlite_where=only, postgresql_where=only)


class Exchange(Base):
    """A visit, from the first draft on; amounts and their inputs are frozen as the visit
    proceeds.
    """

    __tablename__ = "exchange"
    __table_args__ = (
        CheckConstraint("visitor_id <> host_id", name="not_with_itself"),
        CheckConstraint(
            "departure_on <= first_on and first_on <= last_on and last_on <= return_on",
            name="days_in_order",
        ),
        CheckConstraint(
            f"state not in {_among(*HOLDING_MONEY)} or "
            "(lump_sum_cents is not null and klass is not null and approved_at is not null)",
            name="approved_has_amount",
        ),
        CheckConstraint(
            f"state not in {_among(*_AGREED)} or "
            "(accepted_at is not null and concluded_at is not null)",
            name="agreed_has_signatures",
        ),
        CheckConstraint(
            "(state = 'validated') = (final_cents is not null and validated_at is not null)",
            name="validated_has_amount",
        ),
        CheckConstraint("lump_sum_cents >= 0", name="amount_not_negative"),
        CheckConstraint(
            "final_cents >= 0 and final_cents <= lump_sum_cents", name="final_within_agreed"
        ),
        CheckConstraint(
            "not virtual or coalesce(lump_sum_cents, 0) = 0", name="virtual_without_money"
        ),
        CheckConstraint(
            f"state not in {_among(*WITHOUT_VISIT)} or end_reason <> ''", name="ended_has_reason"
        ),
        Index(
            "uq_exchange_one_visit",
            "visitor_id",
            "edition",
            unique=True,
            sqlite_where=_USES_THE_VISIT,
            postgresql_where=_USES_THE_VISIT,
        ),
        # What a partnership has in each state: those begun first in front.
        Index("ix_exchange_project_id_state", "project_id", "state", "id"),
        # What waits for a partnership or a host, the soonest first; and where a further condition
        # decides, only those that meet it, lest a desk look at all the others.
        Index("ix_exchange_project_id_waiting", "project_id", "state", "first_on", "id"),
        Index("ix_exchange_host_id_waiting", "host_id", "state", "first_on", "id"),
        Index("ix_exchange_visitor_id_waiting", "visitor_id", "state", "first_on", "id"),
        _index("ix_exchange_to_complete", "host_id", "first_on", "id", only=TO_COMPLETE),
        _index("ix_exchange_to_sign", "project_id", "first_on", "id", only=TO_SIGN),
        _index(
            "ix_exchange_to_sign_for_host",
            "host_project_id",
            "first_on",
            "id",
            only=TO_SIGN_FOR_HOST,
        ),
        _index("ix_exchange_to_conclude", "project_id", "first_on", "id", only=TO_CONCLUDE),
        # What a partnership waits for until a day, the soonest first.
        Index("ix_exchange_project_id_departure_on", "project_id", "state", "departure_on", "id"),
        Index("ix_exchange_project_id_last_on", "project_id", "state", "last_on", "id"),
        # A partnership's calendar, and from where to where its visitors travel.
        Index("ix_exchange_project_id_first_on", "project_id", "first_on", "last_on", "state"),
        Index(
            "ix_exchange_project_id_visitor_id",
            "project_id",
            "visitor_id",
            "host_id",
            "virtual",
            "state",
        ),
        # The list of exchanges in one state, page by page.
        Index("ix_exchange_state", "state", "id"),
    )
    noun: ClassVar[str] = "exchange"

    id: Mapped[Key]
    ref: Mapped[Reference]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.BUILDING)
    version: Mapped[int] = mapped_column(Integer)
    scheme_id: Mapped[int] = mapped_column(BigKey, ForeignKey("scheme.id"), index=True)
    edition: Mapped[str] = mapped_column(String(24))
    visitor_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    host_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    #: The visitor's partnership: it pays and counts the exchange (CXC-K05).
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"))
    host_project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), index=True)
    visitor_country: Mapped[CountryCode]
    host_country: Mapped[CountryCode]
    virtual: Mapped[bool] = mapped_column(Boolean)
    departure_on: Mapped[date] = mapped_column(Date)
    first_on: Mapped[date] = mapped_column(Date, index=True)
    last_on: Mapped[date] = mapped_column(Date)
    return_on: Mapped[date] = mapped_column(Date)
    objectives: Mapped[LongText] = mapped_column(default="")
    activities: Mapped[JsonList]
    agenda: Mapped[LongText] = mapped_column(default="")
    #: The programme it shares with the other exchanges of a group visit; null outside one.
    shared: Mapped[dict[str, Any] | None] = mapped_column(json_column)
    #: The visitor's declaration about the person who travels (CXC-E04).
    traveller_entitled: Mapped[bool] = mapped_column(Boolean)
    started_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    started_at: Mapped[Moment] = mapped_column(index=True)

    #: Frozen at the approval, and again when the agreement is accepted under other rates.
    lump_sum_cents: Mapped[CentsColumn | None]
    steps: Mapped[list[Any] | None] = mapped_column(json_column)
    ceiling_cents: Mapped[CentsColumn | None]
    partnership_cents: Mapped[CentsColumn | None]
    working_days: Mapped[int | None] = mapped_column(Integer)
    distance_m: Mapped[int | None] = mapped_column(Integer)
    visitor_latitude_e6: Mapped[int | None] = mapped_column(Integer)
    visitor_longitude_e6: Mapped[int | None] = mapped_column(Integer)
    host_latitude_e6: Mapped[int | None] = mapped_column(Integer)
    host_longitude_e6: Mapped[int | None] = mapped_column(Integer)
    klass: Mapped[Klass | None] = mapped_column(words(Klass, name="klass"))
    visitor_is_sme: Mapped[bool | None] = mapped_column(Boolean)
    host_is_sme: Mapped[bool | None] = mapped_column(Boolean)
    visitor_is_beneficiary: Mapped[bool | None] = mapped_column(Boolean)
    host_is_beneficiary: Mapped[bool | None] = mapped_column(Boolean)
    #: The line of the partnership's budget that pays; null while nothing is set aside.
    line_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("budget_line.id"), index=True)
    approved_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    concluded_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    concluded_at: Mapped[datetime | None] = mapped_column(Instant)

    #: What was actually spent at the host, and what it earns.
    final_first_on: Mapped[date | None] = mapped_column(Date)
    final_last_on: Mapped[date | None] = mapped_column(Date)
    final_working_days: Mapped[int | None] = mapped_column(Integer)
    final_cents: Mapped[CentsColumn | None]
    #: False once the stay has turned out too short to be an exchange at all (domain 2.6, 2.10).
    counts: Mapped[bool] = mapped_column(Boolean, default=True)
    #: How many reminders of the closing reports have gone out (CXC-T03).
    reminders: Mapped[int] = mapped_column(Integer, default=0)
    #: How many reminders to sign in time have gone out (CXC-T04); anew when the text changes.
    signing_reminders: Mapped[int] = mapped_column(Integer, default=0)
    final_steps: Mapped[list[Any] | None] = mapped_column(json_column)
    validated_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"))
    validated_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Why it was refused, cancelled or not made.
    end_reason: Mapped[LongText] = mapped_column(default="")

    scheme: Mapped[Scheme] = relationship()
    visitor: Mapped[Organisation] = relationship(foreign_keys=[visitor_id])
    host: Mapped[Organisation] = relationship(foreign_keys=[host_id])
    project: Mapped[Project] = relationship(foreign_keys=[project_id])
    host_project: Mapped[Project] = relationship(foreign_keys=[host_project_id])
    signatures: Mapped[list[Signature]] = relationship(
        order_by="Signature.id", cascade="all, delete-orphan"
    )
    reports: Mapped[list[ClosingReport]] = relationship(order_by="ClosingReport.id")
    evidence: Mapped[list[Evidence]] = relationship(order_by="Evidence.id")
    amendments: Mapped[list[ExchangeAmendment]] = relationship(order_by="ExchangeAmendment.id")
    attendance: Mapped[list[Attendance]] = relationship(order_by="Attendance.id")
    excuses: Mapped[list[ForceMajeure]] = relationship(order_by="ForceMajeure.id")
    waiver: Mapped[Waiver | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def one_partnership(self) -> bool:
        """Whether one partnership manages both sides, and signs once (domain 12-16)."""
        return self.project_id == self.host_project_id

    @property
    def activity_types(self) -> tuple[ActivityType, ...]:
        """The chosen types of activity."""
        return tuple(ActivityType(value) for value in self.activities)

    @property
    def held_cents(self) -> int:
        """What the exchange holds or has earned on the partnership's line, in cents."""
        if self.state not in HOLDING_MONEY:
            return 0
        return (self.lump_sum_cents if self.final_cents is None else self.final_cents) or 0

    @property
    def stay(self) -> Stay:
        """The agreed stay, with the distance frozen at the approval; 0 m before it."""
        return self.stay_between(self.first_on, self.last_on)

    def stay_between(self, first_on: date, last_on: date) -> Stay:
        """The same visit on other days."""
        return Stay(
            first_on=first_on,
            last_on=last_on,
            visitor_country=self.visitor_country,
            host_country=self.host_country,
            distance_m=self.distance_m or 0,
            virtual=self.virtual,
        )

    @property
    def as_agreed(self) -> Agreed:
        """What the agreement says today, amendments in force included."""
        return Agreed(
            Journey(self.departure_on, self.first_on, self.last_on, self.return_on),
            self.agenda,
            self.lump_sum_cents or 0,
            self.working_days or 0,
            from_json(self.steps or []),
        )

    @property
    def as_signed(self) -> Agreed:
        """What the agreement said when it was concluded, before any amendment."""
        amendments = self.amendments if self.concluded_at else []
        first = next((one for one in amendments if one.outcome is Outcome.ACCEPTED), None)
        return first.was if first else self.as_agreed

    @property
    def commitment(self) -> Commitment:
        """What the parties sign, or have signed: amendments have a text of their own."""
        signed = self.as_signed
        return Commitment(
            ref=self.ref,
            edition=self.edition,
            visitor=self.visitor.ref,
            visitor_country=self.visitor_country,
            host=self.host.ref,
            host_country=self.host_country,
            visitor_partnership=self.project.ref,
            host_partnership=self.host_project.ref,
            virtual=self.virtual,
            departure_on=signed.journey.departure_on,
            first_on=signed.journey.first_on,
            last_on=signed.journey.last_on,
            return_on=signed.journey.return_on,
            objectives=self.objectives,
            activities=tuple(self.activities),
            agenda=signed.agenda,
            shared=self.programme,
        )

    @property
    def programme(self) -> Programme | None:
        """What it shares with the other exchanges of its group visit, if it belongs to one."""
        return programme_from(self.shared)


#: A stay too short to count is paid only with force majeure that was granted (domain 2.6).
_UNEXCUSED = (
    "NEW.state = 'validated' AND OLD.state <> 'validated' AND NOT NEW.counts "
    "AND NEW.final_cents > 0 AND NOT EXISTS (SELECT 1 FROM force_majeure "
    "WHERE exchange_id = NEW.id AND granted AND lapsed_at IS NULL)"
)
refuse_when(Exchange.__table__, "UPDATE", "excused", _UNEXCUSED)  # type: ignore[arg-type]

#: The sum is at most the least of cap, host country's ceiling and partnership's amount (CXC-L01,
#: L03); a ceiling or an amount that was not set limits nothing.
_BEYOND_LIMITS = (
    "NEW.lump_sum_cents > NEW.ceiling_cents OR NEW.lump_sum_cents > NEW.partnership_cents "
    "OR NEW.lump_sum_cents > (SELECT cap_cents FROM scheme WHERE id = NEW.scheme_id)"
)
for _change in ("INSERT", "UPDATE"):
    _name = f"limits_{_change.lower()}"
    refuse_when(Exchange.__table__, _change, _name, _BEYOND_LIMITS)  # type: ignore[arg-type]
    explain_constraint(
        f"exchange_{_name}",
        Fault(
            _("The sum is above the cap, the ceiling of the country or the partnership’s amount."),
            "lump_sum_cents",
            "CXC-L01",
        ),
    )

explain_constraint(
    "exchange_excused",
    Fault(
        _("A stay this short earns nothing without force majeure recognised by two people."),
        None,
        "2.6",
    ),
)
explain_constraint(
    "uq_exchange_one_visit",
    Fault(
        _(
            "This organisation already has its one visit of the scheme. It may still host, or "
            "take part in a virtual exchange."
        ),
        "visitor",
        "CXC-E07",
    ),
    columns="exchange.visitor_id, exchange.edition",
)
