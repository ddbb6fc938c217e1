"""GrantTerms, GrantPlan, Period, CostClaim and GrantInstalment.

The database pays no more of a grant than its maximum, no more than the ceiling before the balance,
and changes nothing of a report once it is accepted.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import (
    append_only,
    guard,
    postgresql_refuse_when,
    refuse_when,
    sqlite_refuse_when,
)
from portal.core.columns import (
    BigKey,
    CentsColumn,
    Instant,
    Key,
    LongText,
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
from portal.payments.states import ENDED
from portal.projects.models import Project
from portal.projects.periods.states import Kind, State

_ENDED = ", ".join(f"'{state}'" for state in ENDED)
_KINDS = ", ".join(f"'{kind}'" for kind in Kind)
_RAISE = "USING ERRCODE = 'integrity_constraint_violation'"
_TOO_MUCH = "constraint grant_within_maximum: more than the grant allows"
#: What is earned stays under the ceiling until the balance, and under the grant with it.
_EARNED = (
    "(SELECT sum(earned_cents) FROM grant_instalment WHERE plan_id = NEW.plan_id) >"
    " (SELECT CASE WHEN NEW.kind = 'balance' THEN max_grant_cents ELSE ceiling_cents END"
    " FROM grant_plan WHERE id = NEW.plan_id)"
    " OR EXISTS (SELECT 1 FROM grant_instalment WHERE plan_id = NEW.plan_id"
    " AND kind = 'balance' AND id <> NEW.id)"
)
#: What is paid, or about to be, less what came back: never above what the plan lets go out.
_PAID = (
    "(SELECT coalesce(sum(amount_cents), 0) FROM payment WHERE line_id = NEW.line_id"
    " AND {file} = {own} AND state NOT IN ({ended}))"
    " - (SELECT coalesce(sum(received_cents + offset_cents), 0) FROM recovery"
    " WHERE line_id = NEW.line_id AND {file} = {own}) >"
    " coalesce((SELECT CASE WHEN NEW.purpose = 'balance' THEN grant_plan.max_grant_cents"
    " ELSE grant_plan.ceiling_cents - grant_plan.fund_cents END FROM grant_plan"
    " JOIN project ON project.id = grant_plan.project_id"
    " WHERE project.ref = {own} AND grant_plan.line_id = NEW.line_id), 0)"
)
_OF_GRANT = f"NEW.purpose IN ({_KINDS})"
_SQLITE_FILE = "substr({subject}, 1, instr({subject} || '/', '/') - 1)"
_POSTGRESQL_FILE = "split_part({subject}, '/', 1)"


def _paid(file: str) -> str:
    return _PAID.format(
        file=file.format(subject="subject"), own=file.format(subject="NEW.subject"), ended=_ENDED
    )


class GrantTerms(Base):
    """From when the grants of a programme are paid how; rows are added, never changed."""

    __tablename__ = "grant_terms"
    __table_args__ = (
        CheckConstraint("fund_bp between 0 and 1000", name="fund_is_a_tenth_at_most"),
        CheckConstraint("ceiling_bp >= 5000 and ceiling_bp < 10000", name="ceiling_below_grant"),
    )
    noun: ClassVar[str] = "grant_terms"

    id: Mapped[Key]
    programme_id: Mapped[int] = mapped_column(BigKey, ForeignKey("programme.id"), index=True)
    #: Basis points of the maximum grant: kept in the guarantee fund until the balance.
    fund_bp: Mapped[int] = mapped_column(Integer)
    #: Basis points of the maximum grant: what pre-financing and interim payments reach at most.
    ceiling_bp: Mapped[int] = mapped_column(Integer)
    #: First day on which a plan may be laid down under these terms.
    valid_from: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(500))
    added_by: Mapped[ShortText]
    added_at: Mapped[Moment]

    @property
    def ref(self) -> str:
        """What the trail calls all of them."""
        return "GRANT-TERMS"

    @property
    def order(self) -> int:
        """Position in the order of entry."""
        return self.id


class GrantPlan(Base):
    """How one grant is paid, as it was laid down with its agreement; written once."""

    __tablename__ = "grant_plan"
    __table_args__ = (
        CheckConstraint("periods between 1 and 8", name="periods_range"),
        CheckConstraint(
            "fund_cents >= 0 and pre_financing_cents > fund_cents"
            " and pre_financing_cents <= ceiling_cents and ceiling_cents < max_grant_cents",
            name="figures_in_order",
        ),
    )

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), unique=True)
    #: The line of the call, on which the grant is committed and paid.
    line_id: Mapped[int] = mapped_column(BigKey, ForeignKey("budget_line.id"), index=True)
    periods: Mapped[int] = mapped_column(Integer)
    max_grant_cents: Mapped[CentsColumn]
    #: Basis points, as they stood when the plan was laid down.
    funding_rate_bp: Mapped[int] = mapped_column(Integer)
    indirect_rate_bp: Mapped[int] = mapped_column(Integer)
    #: The pre-financing, its part that stays in the fund, and the most paid before the balance.
    pre_financing_cents: Mapped[CentsColumn]
    fund_cents: Mapped[CentsColumn]
    ceiling_cents: Mapped[CentsColumn]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(json_column)
    planned_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    planned_at: Mapped[Moment]

    project: Mapped[Project] = relationship(lazy="raise_on_sql")


class Period(Base):
    """One reporting period and the report of it."""

    __tablename__ = "reporting_period"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint(
            "(state = 'planned') = (received_on is null)"
            " and (received_on is null) = (submitted_by_id is null)"
            " and (received_on is null) = (submitted_at is null)"
            " and (received_on is null) = (limit_days is null)"
            " and (received_on is null) = (due_on is null)",
            name="submitted_has_a_day",
        ),
        CheckConstraint("(state = 'returned') = (stopped_on is not null)", name="returned_stands"),
        CheckConstraint(
            "(state = 'accepted') = (eligible_cents is not null)", name="accepted_has_costs"
        ),
        CheckConstraint("eligible_cents >= 0", name="eligible_not_negative"),
        CheckConstraint("reviewed_by_id <> submitted_by_id", name="two_people"),
        Index("ix_reporting_period_state_ends_on", "state", "ends_on"),
    )
    noun: ClassVar[str] = "period"

    id: Mapped[Key]
    #: The project's reference and the period's number, as the payment's subject: PRJ-2026-0001/2.
    ref: Mapped[Reference]
    plan_id: Mapped[int] = mapped_column(BigKey, ForeignKey("grant_plan.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    starts_on: Mapped[date] = mapped_column(Date)
    #: The last day, included.
    ends_on: Mapped[date] = mapped_column(Date)
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.PLANNED)
    #: What was done, in the coordinator's words.
    report: Mapped[LongText] = mapped_column(default="")
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    submitted_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    #: The clock of the payment: first submission, limit, legal date, and the day it stopped on.
    received_on: Mapped[date | None] = mapped_column(Date)
    limit_days: Mapped[int | None] = mapped_column(Integer)
    due_on: Mapped[date | None] = mapped_column(Date)
    stopped_on: Mapped[date | None] = mapped_column(Date)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    #: The officer's last reason: what is missing.
    reason: Mapped[LongText] = mapped_column(default="")
    #: The costs accepted, with the indirect costs on them.
    eligible_cents: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer)

    plan: Mapped[GrantPlan] = relationship(lazy="raise_on_sql")
    claims: Mapped[list["CostClaim"]] = relationship(
        cascade="all, delete-orphan", order_by="CostClaim.line_id", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_last(self) -> bool:
        """Whether its report is the final one, which the balance follows; read with its plan."""
        return self.number == self.plan.periods


class CostClaim(Base):
    """The costs of one budget line in a report: as claimed, and as accepted."""

    __tablename__ = "cost_claim"
    __table_args__ = (
        UniqueConstraint("period_id", "line_id"),
        CheckConstraint("claimed_cents > 0", name="claimed_above_zero"),
        CheckConstraint(
            "accepted_cents >= 0 and accepted_cents <= claimed_cents",
            name="accepted_within",
        ),
        CheckConstraint(
            "accepted_cents is null or accepted_cents = claimed_cents or reason <> ''",
            name="cut_has_a_reason",
        ),
    )

    id: Mapped[Key]
    period_id: Mapped[int] = mapped_column(BigKey, ForeignKey("reporting_period.id"), index=True)
    #: The line of the project's own budget: whose costs, of which heading.
    line_id: Mapped[int] = mapped_column(BigKey, ForeignKey("budget_line.id"), index=True)
    claimed_cents: Mapped[CentsColumn]
    accepted_cents: Mapped[int | None] = mapped_column(BigInteger)
    #: Why less is accepted.
    reason: Mapped[LongText] = mapped_column(default="")


class GrantInstalment(Base):
    """One decision that a part of the grant is due, or must come back, with its steps; kept."""

    __tablename__ = "grant_instalment"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint(
            "(number = 0) = (kind = 'pre_financing') and (number = 0) = (period_id is null)",
            name="pre_financing_comes_first",
        ),
        CheckConstraint("kind = 'balance' or earned_cents >= 0", name="earned_not_negative"),
        CheckConstraint(
            "paid_out_cents >= 0 and give_back_cents >= 0"
            " and (paid_out_cents = 0 or give_back_cents = 0)"
            " and (kind = 'balance' or give_back_cents = 0)",
            name="one_direction",
        ),
        CheckConstraint("(paid_out_cents = 0) = (payment_id is null)", name="due_has_a_payment"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(BigKey, ForeignKey("grant_plan.id"), index=True)
    #: 0 for the pre-financing, else the number of the period.
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[Kind] = mapped_column(words(Kind, name="kind"))
    period_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("reporting_period.id"), unique=True
    )
    #: What counts against the grant, the fund's share included; the balance may be below zero.
    earned_cents: Mapped[CentsColumn]
    #: What goes to the coordinator, or must come back.
    paid_out_cents: Mapped[CentsColumn]
    give_back_cents: Mapped[CentsColumn] = mapped_column(default=0)
    payment_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("payment.id"), unique=True)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(json_column)
    decided_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    decided_at: Mapped[Moment]


append_only(GrantTerms.__table__)  # type: ignore[arg-type]
append_only(GrantPlan.__table__)  # type: ignore[arg-type]
append_only(GrantInstalment.__table__)  # type: ignore[arg-type]
for _change in ("UPDATE", "DELETE"):
    refuse_when(
        Period.__table__,  # type: ignore[arg-type]
        _change,
        f"kept_{_change.lower()}",
        "OLD.state = 'accepted'",
    )
_CLOSED = (
    "EXISTS (SELECT 1 FROM reporting_period WHERE id = {row}.period_id AND state = 'accepted')"
)
for _change, _row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
    refuse_when(
        CostClaim.__table__,  # type: ignore[arg-type]
        _change,
        f"kept_{_change.lower()}",
        _CLOSED.format(row=_row),
    )
guard(
    GrantInstalment.__table__,  # type: ignore[arg-type]
    sqlite=[
        "CREATE TRIGGER grant_earned AFTER INSERT ON grant_instalment "
        f"WHEN {_EARNED} BEGIN SELECT RAISE(ABORT, '{_TOO_MUCH}'); END",
        "CREATE TRIGGER grant_paid AFTER INSERT ON payment "
        f"WHEN {_OF_GRANT} AND {_paid(_SQLITE_FILE)} "
        f"BEGIN SELECT RAISE(ABORT, '{_TOO_MUCH}'); END",
    ],
    postgresql=[
        "CREATE OR REPLACE FUNCTION grant_earned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        # Two at once: the second waits for the first, and then counts it.
        "PERFORM 1 FROM grant_plan WHERE id = NEW.plan_id FOR UPDATE; "
        f"IF {_EARNED} THEN RAISE EXCEPTION '{_TOO_MUCH}' {_RAISE}; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER grant_earned AFTER INSERT ON grant_instalment FOR EACH ROW "
        "EXECUTE FUNCTION grant_earned()",
        "CREATE OR REPLACE FUNCTION grant_paid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM budget_line WHERE id = NEW.line_id FOR UPDATE; "
        f"IF {_paid(_POSTGRESQL_FILE)} THEN RAISE EXCEPTION '{_TOO_MUCH}' {_RAISE}; END IF; "
        "RETURN NULL; END $$",
        "CREATE TRIGGER grant_paid AFTER INSERT ON payment FOR EACH ROW "
        f"WHEN ({_OF_GRANT}) EXECUTE FUNCTION grant_paid()",
    ],
)

#: A project is closed with a grant whose balance is decided, and never opened again.
_CLOSING = (
    "(NEW.state = 'closed' AND OLD.state <> 'closed' AND EXISTS (SELECT 1 FROM grant_plan"
    " WHERE project_id = NEW.id AND NOT EXISTS (SELECT 1 FROM grant_instalment"
    " WHERE plan_id = grant_plan.id AND kind = 'balance')))"
    " OR (OLD.state = 'closed' AND NEW.state <> 'closed')"
)
_OF_PROJECT = (Project.__table__, "UPDATE", "closing", _CLOSING)
guard(
    GrantInstalment.__table__,  # type: ignore[arg-type]
    sqlite=sqlite_refuse_when(*_OF_PROJECT),  # type: ignore[arg-type]
    postgresql=postgresql_refuse_when(*_OF_PROJECT),  # type: ignore[arg-type]
)

_KEPT = Fault(_("The report is accepted: it cannot be changed any more."), None, "PRJ-R8")
for _name in (
    "reporting_period_kept_update",
    "reporting_period_kept_delete",
    "cost_claim_kept_insert",
    "cost_claim_kept_update",
    "cost_claim_kept_delete",
):
    explain_constraint(_name, _KEPT)
explain_constraint(
    "grant_within_maximum",
    Fault(_("More than the grant allows would be paid; nothing was changed."), None, "I3"),
)
explain_constraint(
    "project_closing",
    Fault(_("A project is closed once, after the balance of its grant."), None, "PRJ-R9"),
)
explain_constraint(
    "uq_grant_plan_project_id",
    Fault(_("The reporting periods of this project are laid down already."), None, "PRJ-R1"),
    columns="grant_plan.project_id",
)
explain_constraint(
    "uq_grant_instalment_plan_id_number",
    Fault(_("Somebody else has just decided on this payment of the grant."), None, "PRJ-R7"),
    columns="grant_instalment.plan_id, grant_instalment.number",
)
explain_constraint(
    "ck_reporting_period_two_people",
    Fault(_("Whoever sent the report cannot decide on it."), None, "PRJ-R6"),
)
