"""What the host confirmed by the visitor’s codes, and the wrong codes that were typed."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.append_only import append_only
from portal.core.columns import BigKey, Key, Moment, words
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.exchanges.rules import attendance
from portal.exchanges.states import Passage


class Attendance(Base):
    """The host has typed the code of an arrival or a departure; written once."""

    __tablename__ = "exchange_attendance"
    __table_args__ = (UniqueConstraint("exchange_id", "passage"),)

    id: Mapped[Key]
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"))
    passage: Mapped[Passage] = mapped_column(words(Passage, name="passage"))
    #: The day on which the visitor came or left, as the host says.
    day: Mapped[date] = mapped_column(Date)
    confirmed_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    confirmed_at: Mapped[Moment]


class WrongCode(Base):
    """A code that was wrong; a visit bears only so many. What was typed is not kept."""

    __tablename__ = "exchange_wrong_code"
    __table_args__ = (
        UniqueConstraint("exchange_id", "number"),
        CheckConstraint(f"number between 1 and {attendance.TRIES}", name="tries_left"),
    )

    id: Mapped[Key]
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"))
    number: Mapped[int] = mapped_column(Integer)
    typed_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    typed_at: Mapped[Moment]


append_only(Attendance.__table__)  # type: ignore[arg-type]
append_only(WrongCode.__table__)  # type: ignore[arg-type]

explain_constraint(
    "uq_exchange_attendance_exchange_id_passage",
    Fault(_("This has been confirmed already."), rule="2.7"),
    columns="exchange_attendance.exchange_id, exchange_attendance.passage",
)
explain_constraint("ck_exchange_wrong_code_tries_left", attendance.no_tries_left())
