"""Instrument, Voucher, Instalment, VoucherSignature and CapUse."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.columns import (
    BigKey,
    CentsColumn,
    Instant,
    JsonList,
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
from portal.core.i18n import Text, _, current_language
from portal.core.refusals import explain_constraint
from portal.partners.models import Organisation
from portal.projects.models import Project
from portal.vouchers.states import TRIGGER_LABELS, AmountMode, Side, State, Trigger


class Instrument(Base):
    """One kind of voucher that a project gives, with its amounts and instalments (domain 3.4)."""

    __tablename__ = "voucher_instrument"
    __table_args__ = (
        UniqueConstraint("project_id", "code"),
        CheckConstraint("min_cents >= 0 and max_cents > 0", name="amounts_not_negative"),
        CheckConstraint("min_cents <= max_cents", name="min_within_max"),
        CheckConstraint(
            "amount_mode <> 'fixed' or min_cents = max_cents", name="fixed_is_one_amount"
        ),
        CheckConstraint("amount_mode <> 'up_to' or min_cents = 0", name="up_to_has_no_minimum"),
        CheckConstraint(
            "funding_rate_bp > 0 and funding_rate_bp <= 10000", name="funding_rate_is_a_share"
        ),
        CheckConstraint("max_months > 0", name="months_positive"),
    )

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    name_en: Mapped[str] = mapped_column(String(120))
    name_fr: Mapped[str] = mapped_column(String(120))
    amount_mode: Mapped[AmountMode] = mapped_column(words(AmountMode, name="amount_mode"))
    min_cents: Mapped[CentsColumn]
    max_cents: Mapped[CentsColumn]
    #: Basis points of the cost of the work that a voucher may cover: 10000 asks no co-financing.
    funding_rate_bp: Mapped[int] = mapped_column(Integer, default=10000)
    #: Whether awards count towards the cap of one firm in the project (domain 3.2 V-07).
    counts_towards_cap: Mapped[bool] = mapped_column(default=True)
    #: [[percent, trigger], ...]; the percents sum to 100.
    instalments: Mapped[JsonList]
    max_months: Mapped[int] = mapped_column(Integer)

    @property
    def name(self) -> str:
        """The instrument's name in the language being written."""
        return self.name_fr if current_language() == "fr" else self.name_en


class Voucher(Base):
    """Support awarded to one firm by one project."""

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        CheckConstraint(
            "cost_cents is null or cost_cents >= amount_cents", name="cost_covers_amount"
        ),
        CheckConstraint("earned_cents >= 0 and released_cents >= 0", name="shares_not_negative"),
        CheckConstraint(
            "earned_cents + released_cents <= amount_cents", name="shares_within_amount"
        ),
        CheckConstraint(
            "state not in ('closed', 'terminated', 'withdrawn')"
            " or earned_cents + released_cents = amount_cents",
            name="over_holds_nothing",
        ),
        CheckConstraint(
            "(state in ('closed', 'terminated', 'withdrawn')) = (ended_at is not null)",
            name="over_has_a_day",
        ),
        CheckConstraint(
            "state in ('offered', 'withdrawn') or signed_at is not null", name="signed_has_a_day"
        ),
        CheckConstraint(
            "state <> 'withdrawn' or earned_cents = 0", name="withdrawn_earned_nothing"
        ),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )
    noun: ClassVar[str] = "voucher"

    id: Mapped[Key]
    ref: Mapped[Reference]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), index=True)
    holder_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    instrument_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("voucher_instrument.id"), index=True
    )
    title: Mapped[ShortText]
    amount_cents: Mapped[CentsColumn]
    #: The cost of the work where the instrument asks for co-financing.
    cost_cents: Mapped[int | None] = mapped_column(BigInteger)
    #: Instalments found due so far; the cap counts these once the voucher is over.
    earned_cents: Mapped[CentsColumn] = mapped_column(default=0)
    #: Given back to the envelope so far.
    released_cents: Mapped[CentsColumn] = mapped_column(default=0)
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    #: The person who coaches the firm, and who therefore never reviews its milestones.
    mentor_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    state: Mapped[State] = mapped_column(
        words(State, name="state"), default=State.OFFERED, index=True
    )
    #: The project's envelope line; the ledger postings of a voucher carry its reference.
    line_id: Mapped[int] = mapped_column(BigKey, ForeignKey("budget_line.id"), index=True)
    #: Other public funding as declared: scheme, amount, date, object (domain 3.6 V-21).
    other_funding: Mapped[LongText] = mapped_column(default="")
    #: How the award was decided, step by step.
    steps: Mapped[JsonList]
    #: What the parties sign, frozen at award.
    agreement: Mapped[dict[str, Any]] = mapped_column(json_column, deferred=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    awarded_at: Mapped[Moment]
    awarded_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer)

    project: Mapped[Project] = relationship(lazy="raise_on_sql")
    holder: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    instrument: Mapped[Instrument] = relationship(lazy="raise_on_sql")
    instalments: Mapped[list["Instalment"]] = relationship(
        order_by="Instalment.number", lazy="raise_on_sql"
    )
    signatures: Mapped[list["VoucherSignature"]] = relationship(
        order_by="VoucherSignature.signed_at", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def held_cents(self) -> int:
        """What is still set aside for instalments to come."""
        return self.amount_cents - self.earned_cents - self.released_cents


class Instalment(Base):
    """One part of a voucher as its agreement plans it; the parts sum to the award.

    The proof of work that earns it is followed by the room `milestones`.
    """

    __tablename__ = "voucher_instalment"
    __table_args__ = (
        UniqueConstraint("voucher_id", "number"),
        CheckConstraint("number > 0", name="numbered_from_one"),
        CheckConstraint("share_bp > 0 and share_bp <= 10000", name="share_is_a_share"),
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
    )

    id: Mapped[Key]
    voucher_id: Mapped[int] = mapped_column(BigKey, ForeignKey("voucher.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    trigger: Mapped[Trigger] = mapped_column(words(Trigger, name="trigger"))
    share_bp: Mapped[int] = mapped_column(Integer)
    amount_cents: Mapped[CentsColumn]
    due_on: Mapped[date] = mapped_column(index=True)

    @property
    def title(self) -> Text:
        """What has to be shown to earn it."""
        return TRIGGER_LABELS[self.trigger]


class VoucherSignature(Base):
    """One of the two signatures under a sub-grant agreement, and the text it stands under."""

    __tablename__ = "voucher_signature"
    __table_args__ = (
        UniqueConstraint("voucher_id", "side"),
        UniqueConstraint("voucher_id", "person_id"),
    )

    id: Mapped[Key]
    voucher_id: Mapped[int] = mapped_column(BigKey, ForeignKey("voucher.id"), index=True)
    side: Mapped[Side] = mapped_column(words(Side, name="side"))
    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    person_name: Mapped[ShortText]
    signed_at: Mapped[Moment]
    fingerprint: Mapped[str] = mapped_column(String(64))


class CapUse(Base):
    """How much of the cap one firm has used in one project; the row that awards race for."""

    __tablename__ = "cap_use"
    __table_args__ = (
        UniqueConstraint("project_id", "organisation_id"),
        CheckConstraint("used_cents >= 0", name="used_not_negative"),
        CheckConstraint("used_cents <= cap_cents", name="used_within_cap"),
    )

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"), index=True)
    used_cents: Mapped[CentsColumn]
    #: The cap in force at the firm's first award in the project, and where it comes from.
    cap_cents: Mapped[CentsColumn]
    cap_source: Mapped[ShortText]


explain_constraint(
    "ck_cap_use_used_within_cap",
    Fault(
        _("This award would take the firm above what one project may give it."),
        "amount_cents",
        "V-01",
    ),
)
explain_constraint(
    "uq_voucher_instrument_project_id_code",
    Fault(_("The project already has an instrument with this code."), "code", "V-02"),
    columns="voucher_instrument.project_id, voucher_instrument.code",
)
explain_constraint(
    "uq_voucher_signature_voucher_id_side",
    Fault(_("This side has already signed the sub-grant agreement."), None, "V-SIGN"),
    columns="voucher_signature.voucher_id, voucher_signature.side",
)
explain_constraint(
    "uq_voucher_signature_voucher_id_person_id",
    Fault(_("The two sides must be signed for by two different people."), None, "V-SIGN"),
    columns="voucher_signature.voucher_id, voucher_signature.person_id",
)
