"""What is counted for a partnership, and who lets its quota be overridden.

One row of counters per partnership, moved in the transaction that changes the exchange: a question
about the quota costs the same at ten exchanges and at a million. The database itself refuses a step
that puts the minima out of reach, unless the row names an override granted and not yet used.
"""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.append_only import guard, write_once
from portal.core.columns import BigKey, Instant, Key, LongText, Moment
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint

STAGES = ("committed", "reached")
#: What is counted at each stage: the classes of the scheme's reading and virtual exchanges apart,
#: then what the stricter readings sort otherwise (`rules.quota.counted_in`).
COUNTED = ("a", "b", "c", "virtual", "visitor_a", "visitor_b", "both_b")
_CLASSES = ("a", "b", "c")


def _checks() -> tuple[CheckConstraint, ...]:
    found = [
        CheckConstraint(f"{stage}_{name} >= 0", name=f"{stage}_{name}_not_negative")
        for stage in STAGES
        for name in COUNTED
    ]
    for stage in STAGES:
        whole = " + ".join(f"{stage}_{klass}" for klass in _CLASSES)
        found += [
            CheckConstraint(
                f"{stage}_visitor_a <= {stage}_a and {stage}_both_b <= {stage}_b",
                name=f"{stage}_stricter",
            ),
            CheckConstraint(
                f"{stage}_visitor_a + {stage}_visitor_b <= {whole}", name=f"{stage}_visitor_within"
            ),
        ]
    return tuple(found)


class QuotaOverride(Base):
    """One person asks that an exchange be approved though it puts the minima out of reach, another
    decides; used once.
    """

    __tablename__ = "quota_override"
    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint(
            "(decided_by_id is null) = (decided_at is null) "
            "and (decided_by_id is null) = (granted is null)",
            name="decided_by_someone",
        ),
        CheckConstraint("used_at is null or coalesce(granted, false)", name="used_if_granted"),
        CheckConstraint("used_at is null or lapsed_at is null", name="used_or_lapsed"),
        CheckConstraint("reason <> ''", name="has_reason"),
        Index(
            "uq_quota_override_open",
            "exchange_id",
            unique=True,
            sqlite_where=text("used_at is null and lapsed_at is null"),
            postgresql_where=text("used_at is null and lapsed_at is null"),
        ),
    )

    id: Mapped[Key]
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"), index=True)
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), index=True)
    reason: Mapped[LongText]
    proposed_by_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    proposed_at: Mapped[Moment]
    #: Null until somebody else has decided.
    granted: Mapped[bool | None] = mapped_column(Boolean)
    decided_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decision: Mapped[LongText] = mapped_column(default="")
    #: When an approval rested on it.
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When it came to nothing: declined, or the exchange went another way.
    lapsed_at: Mapped[datetime | None] = mapped_column(Instant)


class QuotaCounter(Base):
    """How many exchanges a partnership has committed and reached, by class; virtual ones apart
    (CXC-K07).
    """

    __tablename__ = "quota_counter"
    __table_args__ = (
        *_checks(),
        CheckConstraint("target > 0", name="target_above_zero"),
        CheckConstraint(
            "sme_share_bp >= 0 and other_share_bp >= 0 and sme_share_bp + other_share_bp <= 10000",
            name="shares_within_the_whole",
        ),
    )

    id: Mapped[Key]
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), unique=True)
    committed_a: Mapped[int] = mapped_column(Integer, default=0)
    committed_b: Mapped[int] = mapped_column(Integer, default=0)
    committed_c: Mapped[int] = mapped_column(Integer, default=0)
    committed_virtual: Mapped[int] = mapped_column(Integer, default=0)
    committed_visitor_a: Mapped[int] = mapped_column(Integer, default=0)
    committed_visitor_b: Mapped[int] = mapped_column(Integer, default=0)
    committed_both_b: Mapped[int] = mapped_column(Integer, default=0)
    reached_a: Mapped[int] = mapped_column(Integer, default=0)
    reached_b: Mapped[int] = mapped_column(Integer, default=0)
    reached_c: Mapped[int] = mapped_column(Integer, default=0)
    reached_virtual: Mapped[int] = mapped_column(Integer, default=0)
    reached_visitor_a: Mapped[int] = mapped_column(Integer, default=0)
    reached_visitor_b: Mapped[int] = mapped_column(Integer, default=0)
    reached_both_b: Mapped[int] = mapped_column(Integer, default=0)
    #: The terms in force at the latest approval, which the database holds the counts against.
    target: Mapped[int] = mapped_column(Integer)
    sme_share_bp: Mapped[int] = mapped_column(Integer)
    other_share_bp: Mapped[int] = mapped_column(Integer)
    #: The override the latest step out of reach rested on.
    override_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("quota_override.id"), index=True
    )


def _count(row: str, *klasses: str) -> str:
    """The SQL of how many of these classes are counted, committed and reached, in a row."""
    names = [f"{row}.{stage}_{klass}" for stage in STAGES for klass in klasses]
    return f"cast({' + '.join(names)} as bigint)"


def _room(row: str, most: str) -> str:
    """The SQL of `Forecast.room_for_internal` for the counts of a row under the new row's terms."""
    total = _count(row, *_CLASSES)
    size = f"{most}(NEW.target, {total})"

    def need(klass: str, share: str) -> str:
        least = f"({size} * NEW.{share} + 9999) / 10000"
        return f"{most}(0, {least} - {_count(row, klass)})"

    return f"({size} - {total} - {need('a', 'sme_share_bp')} - {need('b', 'other_share_bp')})"


def _out_of_reach(most: str, differs: str) -> str:
    """The SQL of a step that must not be: see `rules.quota.is_blocked`."""
    new, old = _room("NEW", most), _room("OLD", most)
    usable = (
        "SELECT 1 FROM quota_override WHERE id = NEW.override_id "
        "AND project_id = NEW.project_id AND granted AND used_at IS NULL AND lapsed_at IS NULL"
    )
    return (
        f"{_count('NEW', *_CLASSES)} > {_count('OLD', *_CLASSES)} AND {new} < 0 AND {new} < {old} "
        f"AND NOT (NEW.override_id {differs} OLD.override_id AND EXISTS ({usable}))"
    )


_REACH = "constraint reachable_quota_counter: the minima would be out of reach"
_EMPTY = "constraint empty_quota_counter: counters begin empty"
_BEGUN = f"{_count('NEW', *COUNTED)} <> 0"
_RAISE = "RAISE EXCEPTION '{}' USING ERRCODE = 'integrity_constraint_violation'"

guard(
    QuotaCounter.__table__,  # type: ignore[arg-type]
    sqlite=[
        "CREATE TRIGGER quota_counter_reachable BEFORE UPDATE ON quota_counter "
        f"WHEN {_out_of_reach('max', 'IS NOT')} BEGIN SELECT RAISE(ABORT, '{_REACH}'); END",
        "CREATE TRIGGER quota_counter_empty BEFORE INSERT ON quota_counter "
        f"WHEN {_BEGUN} BEGIN SELECT RAISE(ABORT, '{_EMPTY}'); END",
    ],
    postgresql=[
        "CREATE OR REPLACE FUNCTION quota_counter_reachable() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN IF {_out_of_reach('greatest', 'IS DISTINCT FROM')} "
        f"THEN {_RAISE.format(_REACH)}; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER quota_counter_reachable BEFORE UPDATE ON quota_counter "
        "FOR EACH ROW EXECUTE FUNCTION quota_counter_reachable()",
        "CREATE OR REPLACE FUNCTION quota_counter_empty() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN IF {_BEGUN} THEN {_RAISE.format(_EMPTY)}; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER quota_counter_empty BEFORE INSERT ON quota_counter "
        "FOR EACH ROW EXECUTE FUNCTION quota_counter_empty()",
    ],
)
write_once(
    QuotaOverride.__table__,  # type: ignore[arg-type]
    "exchange_id",
    "project_id",
    "reason",
    "proposed_by_id",
    "proposed_at",
    "granted",
    "decided_by_id",
    "decided_at",
    "used_at",
    "lapsed_at",
)

explain_constraint(
    "reachable_quota_counter",
    Fault(
        _(
            "Both minima could no longer be met after this step. Propose to override the quota; "
            "another person decides on it."
        ),
        None,
        "CXC-K04",
    ),
)
explain_constraint(
    "ck_quota_override_two_people",
    Fault(_("Another person than the one who proposed the override decides on it."), rule="2.10"),
)
explain_constraint(
    "uq_quota_override_open",
    Fault(_("An override is proposed for this exchange already."), rule="2.10"),
    columns="quota_override.exchange_id",
)
