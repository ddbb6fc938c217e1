"""The stricter readings of the quota, its terms beside the counters, and overrides by two people."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STAGES = {"committed": "('approved', 'agreed', 'reported', 'returned')", "reached": "('validated')"}
READINGS = {
    "visitor_a": "coalesce(visitor_is_sme, false)",
    "visitor_b": "not coalesce(visitor_is_sme, false) and not coalesce(visitor_is_beneficiary, false)",
    "both_b": "not coalesce(visitor_is_sme, false) and not coalesce(host_is_sme, false) "
    "and not coalesce(visitor_is_beneficiary, false) and not coalesce(host_is_beneficiary, false)",
}
#: What a counter is held against until the next approval, and what it is when nothing is laid down.
TERMS = {
    "target": "coalesce((SELECT target FROM partnership_terms "
    "WHERE project_id = quota_counter.project_id AND valid_from <= current_date "
    "ORDER BY valid_from DESC LIMIT 1), (SELECT target FROM envelope "
    "WHERE project_id = quota_counter.project_id AND instrument = 'exchange'), 1)",
    "sme_share_bp": "coalesce((SELECT sme_share_bp FROM scheme WHERE valid_from <= current_date "
    "ORDER BY valid_from DESC, id DESC LIMIT 1), 5000)",
    "other_share_bp": "coalesce((SELECT other_share_bp FROM scheme WHERE valid_from <= current_date "
    "ORDER BY valid_from DESC, id DESC LIMIT 1), 2500)",
}
COUNTERS = tuple(f"{stage}_{reading}" for stage in STAGES for reading in READINGS)
CHECKS = {
    **{f"{name}_not_negative": f"{name} >= 0" for name in COUNTERS},
    **{
        f"{stage}_stricter": f"{stage}_visitor_a <= {stage}_a and {stage}_both_b <= {stage}_b"
        for stage in STAGES
    },
    **{
        f"{stage}_visitor_within": f"{stage}_visitor_a + {stage}_visitor_b <= "
        f"{stage}_a + {stage}_b + {stage}_c"
        for stage in STAGES
    },
    "target_above_zero": "target > 0",
    "shares_within_the_whole": "sme_share_bp >= 0 and other_share_bp >= 0 "
    "and sme_share_bp + other_share_bp <= 10000",
}
FUNCTIONS = ("quota_counter_reachable", "quota_counter_empty")

#: Triggers per engine.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER quota_counter_reachable BEFORE UPDATE ON quota_counter WHEN cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint) > cast(OLD.committed_a + OLD.committed_b + OLD.committed_c + OLD.reached_a + OLD.reached_b + OLD.reached_c as bigint) AND (max(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) - cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint) - max(0, (max(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) * NEW.sme_share_bp + 9999) / 10000 - cast(NEW.committed_a + NEW.reached_a as bigint)) - max(0, (max(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) * NEW.other_share_bp + 9999) / 10000 - cast(NEW.committed_b + NEW.reached_b as bigint))) < 0 AND (max(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) - cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint) - max(0, (max(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) * NEW.sme_share_bp + 9999) / 10000 - cast(NEW.committed_a + NEW.reached_a as bigint)) - max(0, (max(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) * NEW.other_share_bp + 9999) / 10000 - cast(NEW.committed_b + NEW.reached_b as bigint))) < (max(NEW.target, cast(OLD.committed_a + OLD.committed_b + OLD.committed_c + OLD.reached_a + OLD.reached_b + OLD.reached_c as bigint)) - cast(OLD.committed_a + OLD.committed_b + OLD.committed_c + OLD.reached_a + OLD.reached_b + OLD.reached_c as bigint) - max(0, (max(NEW.target, cast(OLD.committed_a + OLD.committed_b + OLD.committed_c + OLD.reached_a + OLD.reached_b + OLD.reached_c as bigint)) * NEW.sme_share_bp + 9999) / 10000 - cast(OLD.committed_a + OLD.reached_a as bigint)) - max(0, (max(NEW.target, cast(OLD.committed_a + OLD.committed_b + OLD.committed_c + OLD.reached_a + OLD.reached_b + OLD.reached_c as bigint)) * NEW.other_share_bp + 9999) / 10000 - cast(OLD.committed_b + OLD.reached_b as bigint))) AND NOT (NEW.override_id IS NOT OLD.override_id AND EXISTS (SELECT 1 FROM quota_override WHERE id = NEW.override_id AND project_id = NEW.project_id AND granted AND used_at IS NULL AND lapsed_at IS NULL)) BEGIN SELECT RAISE(ABORT, 'constraint reachable_quota_counter: the minima would be out of reach'); END",
        "CREATE TRIGGER quota_counter_empty BEFORE INSERT ON quota_counter WHEN cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.committed_virtual + NEW.committed_visitor_a + NEW.committed_visitor_b + NEW.committed_both_b + NEW.reached_a + NEW.reached_b + NEW.reached_c + NEW.reached_virtual + NEW.reached_visitor_a + NEW.reached_visitor_b + NEW.reached_both_b as bigint) <> 0 BEGIN SELECT RAISE(ABORT, 'constraint empty_quota_counter: counters begin empty'); END",
        "CREATE TRIGGER quota_override_write_once BEFORE UPDATE ON quota_override WHEN (OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS NOT OLD.exchange_id) OR (OLD.project_id IS NOT NULL AND NEW.project_id IS NOT OLD.project_id) OR (OLD.reason IS NOT NULL AND NEW.reason IS NOT OLD.reason) OR (OLD.proposed_by_id IS NOT NULL AND NEW.proposed_by_id IS NOT OLD.proposed_by_id) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS NOT OLD.proposed_at) OR (OLD.granted IS NOT NULL AND NEW.granted IS NOT OLD.granted) OR (OLD.decided_by_id IS NOT NULL AND NEW.decided_by_id IS NOT OLD.decided_by_id) OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS NOT OLD.decided_at) OR (OLD.used_at IS NOT NULL AND NEW.used_at IS NOT OLD.used_at) OR (OLD.lapsed_at IS NOT NULL AND NEW.lapsed_at IS NOT OLD.lapsed_at) BEGIN SELECT RAISE(ABORT, 'constraint write_once_quota_override: written once'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION quota_counter_reachable() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint) > cast(OLD.committed_a + OLD.committed_b + OLD.committed_c + OLD.reached_a + OLD.reached_b + OLD.reached_c as bigint) AND (greatest(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) - cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint) - greatest(0, (greatest(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) * NEW.sme_share_bp + 9999) / 10000 - cast(NEW.committed_a + NEW.reached_a as bigint)) - greatest(0, (greatest(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) * NEW.other_share_bp + 9999) / 10000 - cast(NEW.committed_b + NEW.reached_b as bigint))) < 0 AND (greatest(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) - cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint) - greatest(0, (greatest(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) * NEW.sme_share_bp + 9999) / 10000 - cast(NEW.committed_a + NEW.reached_a as bigint)) - greatest(0, (greatest(NEW.target, cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.reached_a + NEW.reached_b + NEW.reached_c as bigint)) * NEW.other_share_bp + 9999) / 10000 - cast(NEW.committed_b + NEW.reached_b as bigint))) < (greatest(NEW.target, cast(OLD.committed_a + OLD.committed_b + OLD.committed_c + OLD.reached_a + OLD.reached_b + OLD.reached_c as bigint)) - cast(OLD.committed_a + OLD.committed_b + OLD.committed_c + OLD.reached_a + OLD.reached_b + OLD.reached_c as bigint) - greatest(0, (greatest(NEW.target, cast(OLD.committed_a + OLD.committed_b + OLD.committed_c + OLD.reached_a + OLD.reached_b + OLD.reached_c as bigint)) * NEW.sme_share_bp + 9999) / 10000 - cast(OLD.committed_a + OLD.reached_a as bigint)) - greatest(0, (greatest(NEW.target, cast(OLD.committed_a + OLD.committed_b + OLD.committed_c + OLD.reached_a + OLD.reached_b + OLD.reached_c as bigint)) * NEW.other_share_bp + 9999) / 10000 - cast(OLD.committed_b + OLD.reached_b as bigint))) AND NOT (NEW.override_id IS DISTINCT FROM OLD.override_id AND EXISTS (SELECT 1 FROM quota_override WHERE id = NEW.override_id AND project_id = NEW.project_id AND granted AND used_at IS NULL AND lapsed_at IS NULL)) THEN RAISE EXCEPTION 'constraint reachable_quota_counter: the minima would be out of reach' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER quota_counter_reachable BEFORE UPDATE ON quota_counter FOR EACH ROW EXECUTE FUNCTION quota_counter_reachable()",
        "CREATE OR REPLACE FUNCTION quota_counter_empty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF cast(NEW.committed_a + NEW.committed_b + NEW.committed_c + NEW.committed_virtual + NEW.committed_visitor_a + NEW.committed_visitor_b + NEW.committed_both_b + NEW.reached_a + NEW.reached_b + NEW.reached_c + NEW.reached_virtual + NEW.reached_visitor_a + NEW.reached_visitor_b + NEW.reached_both_b as bigint) <> 0 THEN RAISE EXCEPTION 'constraint empty_quota_counter: counters begin empty' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER quota_counter_empty BEFORE INSERT ON quota_counter FOR EACH ROW EXECUTE FUNCTION quota_counter_empty()",
        "CREATE OR REPLACE FUNCTION quota_override_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_quota_override: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER quota_override_write_once BEFORE UPDATE ON quota_override FOR EACH ROW WHEN ((OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS DISTINCT FROM OLD.exchange_id) OR (OLD.project_id IS NOT NULL AND NEW.project_id IS DISTINCT FROM OLD.project_id) OR (OLD.reason IS NOT NULL AND NEW.reason IS DISTINCT FROM OLD.reason) OR (OLD.proposed_by_id IS NOT NULL AND NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS DISTINCT FROM OLD.proposed_at) OR (OLD.granted IS NOT NULL AND NEW.granted IS DISTINCT FROM OLD.granted) OR (OLD.decided_by_id IS NOT NULL AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id) OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at) OR (OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at) OR (OLD.lapsed_at IS NOT NULL AND NEW.lapsed_at IS DISTINCT FROM OLD.lapsed_at)) EXECUTE FUNCTION quota_override_write_once()",
    ),
}


def upgrade() -> None:
    """Create the overrides; give each counter its readings and terms, recounted, then its guards."""
    create_overrides()
    with op.batch_alter_table("quota_counter") as batch_op:
        for name in (*COUNTERS, *TERMS):
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column(
                "override_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
    for stage, states in STAGES.items():
        for reading, condition in READINGS.items():
            op.execute(
                f"UPDATE quota_counter SET {stage}_{reading} = (SELECT count(*) FROM exchange "  # noqa: S608 - names of ours
                "WHERE exchange.project_id = quota_counter.project_id AND NOT virtual AND counts "
                f"AND state IN {states} AND {condition})"
            )
    for name, found in TERMS.items():
        op.execute(f"UPDATE quota_counter SET {name} = {found}")  # noqa: S608 - names of ours
    with op.batch_alter_table("quota_counter") as batch_op:
        for name in (*COUNTERS, *TERMS):
            batch_op.alter_column(name, existing_type=sa.Integer(), server_default=None)
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_quota_counter_{name}"), condition)
        batch_op.create_foreign_key(
            batch_op.f("fk_quota_counter_override_id"), "quota_override", ["override_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_quota_counter_override_id"), ["override_id"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def create_overrides() -> None:
    """Create the table of overrides."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "quota_override",
        sa.Column("id", key, nullable=False),
        sa.Column("exchange_id", key, nullable=False),
        sa.Column("project_id", key, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", key, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", key, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decided_by_id <> proposed_by_id", name=op.f("ck_quota_override_two_people")
        ),
        sa.CheckConstraint(
            "(decided_by_id is null) = (decided_at is null) "
            "and (decided_by_id is null) = (granted is null)",
            name=op.f("ck_quota_override_decided_by_someone"),
        ),
        sa.CheckConstraint(
            "used_at is null or coalesce(granted, false)",
            name=op.f("ck_quota_override_used_if_granted"),
        ),
        sa.CheckConstraint(
            "used_at is null or lapsed_at is null", name=op.f("ck_quota_override_used_or_lapsed")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_quota_override_has_reason")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_quota_override_{name}"))
            for name, table in (
                ("exchange_id", "exchange"),
                ("project_id", "project"),
                ("proposed_by_id", "person"),
                ("decided_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_override")),
    )
    with op.batch_alter_table("quota_override", schema=None) as batch_op:
        for name in ("exchange_id", "project_id", "proposed_by_id", "decided_by_id"):
            batch_op.create_index(batch_op.f(f"ix_quota_override_{name}"), [name], unique=False)
        batch_op.create_index(
            "uq_quota_override_open",
            ["exchange_id"],
            unique=True,
            sqlite_where=sa.text("used_at is null and lapsed_at is null"),
            postgresql_where=sa.text("used_at is null and lapsed_at is null"),
        )


def downgrade() -> None:
    """Drop the guards, the readings and the overrides; the counts of the scheme's reading stay."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for function in FUNCTIONS:
        op.execute(f"DROP TRIGGER {function}" + ("" if on_sqlite else " ON quota_counter"))
        if not on_sqlite:
            op.execute(f"DROP FUNCTION {function}()")
    with op.batch_alter_table("quota_counter") as batch_op:
        batch_op.drop_index(batch_op.f("ix_quota_counter_override_id"))
        batch_op.drop_constraint(batch_op.f("fk_quota_counter_override_id"), type_="foreignkey")
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(f"ck_quota_counter_{name}"), type_="check")
        for name in (*COUNTERS, *TERMS, "override_id"):
            batch_op.drop_column(name)
    op.drop_table("quota_override")
    if not on_sqlite:
        op.execute("DROP FUNCTION quota_override_write_once()")
