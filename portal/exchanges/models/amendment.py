"""Amendments of an agreement: what the visitor proposes, who accepts it, how it ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.append_only import write_once
from portal.core.columns import BigKey, Instant, Json, Key, LongText, Moment, words
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.exchanges.rules.amending import Agreed
from portal.exchanges.states import Outcome, Party

_OPEN = text("outcome is null")


class ExchangeAmendment(Base):
    """Other days and agenda for an agreed visit; in force once host and partnership accept."""

    __tablename__ = "exchange_amendment"
    __table_args__ = (
        UniqueConstraint("exchange_id", "number"),
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("length(fingerprint) = 64", name="fingerprint_length"),
        CheckConstraint("(outcome is null) = (closed_at is null)", name="closed_has_moment"),
        CheckConstraint(
            "(host_accepted_by_id is null) = (host_accepted_at is null) "
            "and (payer_accepted_by_id is null) = (payer_accepted_at is null)",
            name="accepted_by_someone",
        ),
        CheckConstraint(
            "host_accepted_by_id <> proposed_by_id and payer_accepted_by_id <> proposed_by_id",
            name="accepted_by_another",
        ),
        CheckConstraint("host_accepted_by_id <> payer_accepted_by_id", name="two_people"),
        CheckConstraint(
            "coalesce(outcome, '') <> 'accepted' or "
            "(host_accepted_at is not null and payer_accepted_at is not null)",
            name="accepted_by_both",
        ),
        Index(
            "uq_exchange_amendment_open",
            "exchange_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[Key]
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"))
    #: Counted per exchange, from 1.
    number: Mapped[int] = mapped_column(Integer)
    reason: Mapped[LongText]
    #: What was agreed until then, and what would be agreed (`rules.amending.Agreed`).
    before: Mapped[Json]
    after: Mapped[Json]
    #: SHA-256 of what is accepted.
    fingerprint: Mapped[str] = mapped_column(String(64))
    proposed_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    proposed_at: Mapped[Moment]
    host_accepted_by_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("person.id"), index=True
    )
    host_accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    payer_accepted_by_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("person.id"), index=True
    )
    payer_accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Null while it is open.
    outcome: Mapped[Outcome | None] = mapped_column(words(Outcome, name="outcome"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def was(self) -> Agreed:
        """What was agreed before it."""
        return Agreed.from_json(self.before)

    @property
    def becomes(self) -> Agreed:
        """What is agreed once it is accepted."""
        return Agreed.from_json(self.after)

    @property
    def accepted_by(self) -> dict[Party, int]:
        """Which parties have accepted it, and who for each of them."""
        found: dict[Party, Any] = {
            Party.HOST: self.host_accepted_by_id,
            Party.VISITOR_PARTNERSHIP: self.payer_accepted_by_id,
        }
        return {party: person for party, person in found.items() if person is not None}


write_once(
    ExchangeAmendment.__table__,  # type: ignore[arg-type]
    *(column.name for column in ExchangeAmendment.__table__.columns if column.name != "id"),
)

explain_constraint(
    "uq_exchange_amendment_open",
    Fault(_("An amendment of this agreement is proposed already."), rule="2.6"),
    columns="exchange_amendment.exchange_id",
)
explain_constraint(
    "ck_exchange_amendment_accepted_by_another",
    Fault(_("Another person than the one who proposed the amendment accepts it."), rule="2.6"),
)
explain_constraint(
    "ck_exchange_amendment_two_people",
    Fault(_("Host and partnership are spoken for by two people."), rule="2.6"),
)
