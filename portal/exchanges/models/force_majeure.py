"""Force majeure that cut a stay short: recorded by one person, granted by another (domain 2.6)."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.append_only import write_once
from portal.core.columns import BigKey, Instant, Key, LongText, Moment
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint

_OPEN = text("lapsed_at is null")


class ForceMajeure(Base):
    """One person says that the stay was cut short by force majeure, another decides."""

    __tablename__ = "force_majeure"
    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint(
            "(decided_by_id is null) = (decided_at is null) "
            "and (decided_by_id is null) = (granted is null)",
            name="decided_by_someone",
        ),
        CheckConstraint("reason <> ''", name="has_reason"),
        Index(
            "uq_force_majeure_open",
            "exchange_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )
    #: What is fixed once it is written.
    FIXED: ClassVar[tuple[str, ...]] = (
        "exchange_id",
        "reason",
        "proposed_by_id",
        "proposed_at",
        "granted",
        "decided_by_id",
        "decided_at",
        "lapsed_at",
    )

    id: Mapped[Key]
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"), index=True)
    reason: Mapped[LongText]
    proposed_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    proposed_at: Mapped[Moment]
    #: Null until somebody else has decided.
    granted: Mapped[bool | None] = mapped_column(Boolean)
    decided_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decision: Mapped[LongText] = mapped_column(default="")
    #: When it was declined, or the exchange ended without it.
    lapsed_at: Mapped[datetime | None] = mapped_column(Instant)


write_once(ForceMajeure.__table__, *ForceMajeure.FIXED)  # type: ignore[arg-type]

explain_constraint(
    "ck_force_majeure_two_people",
    Fault(_("Another person than the one who proposed force majeure decides on it."), rule="2.6"),
)
explain_constraint(
    "uq_force_majeure_open",
    Fault(_("Force majeure is proposed for this exchange already."), rule="2.6"),
    columns="force_majeure.exchange_id",
)
