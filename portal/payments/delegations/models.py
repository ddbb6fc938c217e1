"""Delegation: who lends which right to whom, from when to when, up to which amount."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.actors import Role
from portal.core.append_only import write_once
from portal.core.columns import (
    BigKey,
    CentsColumn,
    Instant,
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
from portal.payments.delegations.states import State


class Delegation(Base):
    """A right of the circuit lent to another person; what was approved never changes."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("role in ('verifier', 'authoriser', 'accountant')", name="role_signs"),
        CheckConstraint("delegate_id <> delegator_id", name="to_another"),
        CheckConstraint("ceiling_cents > 0", name="ceiling_above_zero"),
        CheckConstraint("starts_on <= ends_on", name="days_in_order"),
        CheckConstraint(
            "approved_by_id <> delegate_id and approved_by_id <> delegator_id",
            name="approved_by_another",
        ),
        CheckConstraint(
            "(approved_by_id is null) = (approved_at is null)", name="approved_has_moment"
        ),
        CheckConstraint(
            "(state <> 'approved' or approved_at is not null)"
            " and (state not in ('proposed', 'declined') or approved_at is null)",
            name="state_has_approval",
        ),
        CheckConstraint(
            "(state in ('declined', 'revoked')) = (ended_at is not null)"
            " and (ended_at is null) = (ended_by_id is null)"
            " and (ended_at is null) = (end_reason = '')",
            name="ended_has_reason",
        ),
        Index("ix_delegation_delegate_id_state", "delegate_id", "state"),
    )
    noun: ClassVar[str] = "delegation"

    id: Mapped[Key]
    ref: Mapped[Reference]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.PROPOSED)
    #: Which signature is lent.
    role: Mapped[Role] = mapped_column(words(Role, name="role"))
    delegator_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    delegate_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    #: First and last day, both included.
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    #: The most for each payment, included.
    ceiling_cents: Mapped[CentsColumn]
    reason: Mapped[LongText]
    proposed_at: Mapped[Moment]
    approved_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Who declined or revoked it, when and why.
    ended_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    end_reason: Mapped[LongText] = mapped_column(default="")
    version: Mapped[int] = mapped_column(Integer)
    delegator: Mapped[User] = relationship(foreign_keys=delegator_id)
    delegate: Mapped[User] = relationship(foreign_keys=delegate_id)

    __mapper_args__ = {"version_id_col": version}


write_once(
    Delegation.__table__,  # type: ignore[arg-type]
    "ref",
    "role",
    "delegator_id",
    "delegate_id",
    "starts_on",
    "ends_on",
    "ceiling_cents",
    "proposed_at",
    "approved_by_id",
    "approved_at",
    "ended_by_id",
    "ended_at",
)

explain_constraint(
    "ck_delegation_approved_by_another",
    Fault(
        _("Neither who lends a right nor who receives it can approve the delegation."),
        rule="four-eyes",
    ),
)
explain_constraint(
    "ck_delegation_to_another",
    Fault(_("Choose somebody else: a right is lent to another person."), "delegate"),
)
