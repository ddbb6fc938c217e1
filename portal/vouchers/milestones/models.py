"""Milestone and Proof. An instalment without a row here is one for which nothing was sent yet."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.columns import BigKey, Instant, Key, LongText, Moment, Reference, words
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.files import StoredFile
from portal.core.i18n import Text, _
from portal.core.refusals import explain_constraint
from portal.vouchers.milestones.states import State
from portal.vouchers.models import Instalment, Voucher


class Milestone(Base):
    """What was sent and decided for one instalment."""

    __tablename__ = "milestone"
    __table_args__ = (
        CheckConstraint(
            "(state = 'accepted') = (accepted_on is not null)", name="accepted_has_a_day"
        ),
        CheckConstraint(
            "(state = 'accepted') = (due_cents is not null)", name="accepted_has_an_amount"
        ),
        CheckConstraint(
            "(state = 'accepted') = (achievement is not null)", name="accepted_has_an_achievement"
        ),
        CheckConstraint("achievement in (0, 50, 75, 100)", name="achievement_known"),
        CheckConstraint("due_cents >= 0", name="due_not_negative"),
        CheckConstraint(
            "due_cents is null or (due_cents = 0) = (payment_id is null)", name="due_has_a_payment"
        ),
        CheckConstraint("state = 'due' or submitted_at is not null", name="submitted_has_a_moment"),
        CheckConstraint(
            "reviewed_by_id is null or reviewed_by_id <> submitted_by_id", name="two_people"
        ),
    )
    noun: ClassVar[str] = "milestone"

    id: Mapped[Key]
    #: The voucher's reference and the instalment's number: VCH-2026-0001/2.
    ref: Mapped[Reference]
    voucher_id: Mapped[int] = mapped_column(BigKey, ForeignKey("voucher.id"), index=True)
    instalment_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("voucher_instalment.id"), unique=True
    )
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.DUE, index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    submitted_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    #: The reviewer's last reason: what is missing, or why less than everything is due.
    reason: Mapped[LongText] = mapped_column(default="")
    #: Percent of the objectives reached: 0, 50, 75 or 100 (domain 3.5).
    achievement: Mapped[int | None] = mapped_column(Integer)
    #: The instalment as accepted; less than planned when the objectives were not all reached.
    due_cents: Mapped[int | None] = mapped_column(BigInteger)
    accepted_on: Mapped[date | None]
    payment_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("payment.id"), unique=True)
    version: Mapped[int] = mapped_column(Integer)

    voucher: Mapped[Voucher] = relationship(lazy="raise_on_sql")
    instalment: Mapped[Instalment] = relationship(lazy="raise_on_sql")
    proofs: Mapped[list["Proof"]] = relationship(order_by="Proof.id", lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> int:
        """Its place among the voucher's milestones, from 1."""
        return self.instalment.number

    @property
    def title(self) -> Text:
        """What has to be shown."""
        return self.instalment.title

    @property
    def due_on(self) -> date:
        """The last day for the first submission."""
        return self.instalment.due_on

    @property
    def share_bp(self) -> int:
        """Its share of the award in basis points."""
        return self.instalment.share_bp

    @property
    def amount_cents(self) -> int:
        """What it is worth when every objective is reached."""
        return self.instalment.amount_cents


class Proof(Base):
    """A document the holder sent to show the work."""

    __tablename__ = "milestone_proof"
    __table_args__ = (UniqueConstraint("milestone_id", "file_id"),)

    id: Mapped[Key]
    milestone_id: Mapped[int] = mapped_column(BigKey, ForeignKey("milestone.id"), index=True)
    file_id: Mapped[int] = mapped_column(BigKey, ForeignKey("stored_file.id"), unique=True)
    #: What was done, in the holder's words.
    report: Mapped[LongText]
    sent_at: Mapped[Moment]

    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")


explain_constraint(
    "uq_milestone_instalment_id",
    Fault(_("Somebody else has just sent the proof of this milestone."), None, "V-MS"),
    columns="milestone.instalment_id",
)
explain_constraint(
    "ck_milestone_two_people",
    Fault(_("Whoever sent the proof cannot review it."), None, "V-MS"),
)
