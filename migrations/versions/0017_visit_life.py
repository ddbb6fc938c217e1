"""The life of a visit after its agreement: attendance by code, amendments, force majeure, reminders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

#: Triggers per engine; refuse_change() comes with the foundation.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER exchange_attendance_no_update BEFORE UPDATE ON exchange_attendance BEGIN SELECT RAISE(ABORT, 'constraint append_only_exchange_attendance: rows are written once'); END",
        "CREATE TRIGGER exchange_attendance_no_delete BEFORE DELETE ON exchange_attendance BEGIN SELECT RAISE(ABORT, 'constraint append_only_exchange_attendance: rows are written once'); END",
        "CREATE TRIGGER exchange_attendance_no_replace BEFORE INSERT ON exchange_attendance WHEN EXISTS (SELECT 1 FROM exchange_attendance WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM exchange_attendance WHERE exchange_id = NEW.exchange_id AND passage = NEW.passage) BEGIN SELECT RAISE(ABORT, 'constraint append_only_exchange_attendance: rows are written once'); END",
        "CREATE TRIGGER exchange_wrong_code_no_update BEFORE UPDATE ON exchange_wrong_code BEGIN SELECT RAISE(ABORT, 'constraint append_only_exchange_wrong_code: rows are written once'); END",
        "CREATE TRIGGER exchange_wrong_code_no_delete BEFORE DELETE ON exchange_wrong_code BEGIN SELECT RAISE(ABORT, 'constraint append_only_exchange_wrong_code: rows are written once'); END",
        "CREATE TRIGGER exchange_wrong_code_no_replace BEFORE INSERT ON exchange_wrong_code WHEN EXISTS (SELECT 1 FROM exchange_wrong_code WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM exchange_wrong_code WHERE exchange_id = NEW.exchange_id AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'constraint append_only_exchange_wrong_code: rows are written once'); END",
        "CREATE TRIGGER exchange_amendment_write_once BEFORE UPDATE ON exchange_amendment WHEN (OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS NOT OLD.exchange_id) OR (OLD.number IS NOT NULL AND NEW.number IS NOT OLD.number) OR (OLD.reason IS NOT NULL AND NEW.reason IS NOT OLD.reason) OR (OLD.before IS NOT NULL AND NEW.before IS NOT OLD.before) OR (OLD.after IS NOT NULL AND NEW.after IS NOT OLD.after) OR (OLD.fingerprint IS NOT NULL AND NEW.fingerprint IS NOT OLD.fingerprint) OR (OLD.proposed_by_id IS NOT NULL AND NEW.proposed_by_id IS NOT OLD.proposed_by_id) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS NOT OLD.proposed_at) OR (OLD.host_accepted_by_id IS NOT NULL AND NEW.host_accepted_by_id IS NOT OLD.host_accepted_by_id) OR (OLD.host_accepted_at IS NOT NULL AND NEW.host_accepted_at IS NOT OLD.host_accepted_at) OR (OLD.payer_accepted_by_id IS NOT NULL AND NEW.payer_accepted_by_id IS NOT OLD.payer_accepted_by_id) OR (OLD.payer_accepted_at IS NOT NULL AND NEW.payer_accepted_at IS NOT OLD.payer_accepted_at) OR (OLD.outcome IS NOT NULL AND NEW.outcome IS NOT OLD.outcome) OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS NOT OLD.closed_at) BEGIN SELECT RAISE(ABORT, 'constraint write_once_exchange_amendment: written once'); END",
        "CREATE TRIGGER force_majeure_write_once BEFORE UPDATE ON force_majeure WHEN (OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS NOT OLD.exchange_id) OR (OLD.reason IS NOT NULL AND NEW.reason IS NOT OLD.reason) OR (OLD.proposed_by_id IS NOT NULL AND NEW.proposed_by_id IS NOT OLD.proposed_by_id) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS NOT OLD.proposed_at) OR (OLD.granted IS NOT NULL AND NEW.granted IS NOT OLD.granted) OR (OLD.decided_by_id IS NOT NULL AND NEW.decided_by_id IS NOT OLD.decided_by_id) OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS NOT OLD.decided_at) OR (OLD.lapsed_at IS NOT NULL AND NEW.lapsed_at IS NOT OLD.lapsed_at) BEGIN SELECT RAISE(ABORT, 'constraint write_once_force_majeure: written once'); END",
        "CREATE TRIGGER exchange_excused BEFORE UPDATE ON exchange WHEN NEW.state = 'validated' AND OLD.state <> 'validated' AND NOT NEW.counts AND NEW.final_cents > 0 AND NOT EXISTS (SELECT 1 FROM force_majeure WHERE exchange_id = NEW.id AND granted AND lapsed_at IS NULL) BEGIN SELECT RAISE(ABORT, 'constraint exchange_excused: refused'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER exchange_attendance_no_change BEFORE UPDATE OR DELETE ON exchange_attendance FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exchange_attendance_no_truncate BEFORE TRUNCATE ON exchange_attendance FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exchange_wrong_code_no_change BEFORE UPDATE OR DELETE ON exchange_wrong_code FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exchange_wrong_code_no_truncate BEFORE TRUNCATE ON exchange_wrong_code FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION exchange_amendment_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_exchange_amendment: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER exchange_amendment_write_once BEFORE UPDATE ON exchange_amendment FOR EACH ROW WHEN ((OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS DISTINCT FROM OLD.exchange_id) OR (OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number) OR (OLD.reason IS NOT NULL AND NEW.reason IS DISTINCT FROM OLD.reason) OR (OLD.before IS NOT NULL AND NEW.before IS DISTINCT FROM OLD.before) OR (OLD.after IS NOT NULL AND NEW.after IS DISTINCT FROM OLD.after) OR (OLD.fingerprint IS NOT NULL AND NEW.fingerprint IS DISTINCT FROM OLD.fingerprint) OR (OLD.proposed_by_id IS NOT NULL AND NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS DISTINCT FROM OLD.proposed_at) OR (OLD.host_accepted_by_id IS NOT NULL AND NEW.host_accepted_by_id IS DISTINCT FROM OLD.host_accepted_by_id) OR (OLD.host_accepted_at IS NOT NULL AND NEW.host_accepted_at IS DISTINCT FROM OLD.host_accepted_at) OR (OLD.payer_accepted_by_id IS NOT NULL AND NEW.payer_accepted_by_id IS DISTINCT FROM OLD.payer_accepted_by_id) OR (OLD.payer_accepted_at IS NOT NULL AND NEW.payer_accepted_at IS DISTINCT FROM OLD.payer_accepted_at) OR (OLD.outcome IS NOT NULL AND NEW.outcome IS DISTINCT FROM OLD.outcome) OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)) EXECUTE FUNCTION exchange_amendment_write_once()",
        "CREATE OR REPLACE FUNCTION force_majeure_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_force_majeure: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER force_majeure_write_once BEFORE UPDATE ON force_majeure FOR EACH ROW WHEN ((OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS DISTINCT FROM OLD.exchange_id) OR (OLD.reason IS NOT NULL AND NEW.reason IS DISTINCT FROM OLD.reason) OR (OLD.proposed_by_id IS NOT NULL AND NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS DISTINCT FROM OLD.proposed_at) OR (OLD.granted IS NOT NULL AND NEW.granted IS DISTINCT FROM OLD.granted) OR (OLD.decided_by_id IS NOT NULL AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id) OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at) OR (OLD.lapsed_at IS NOT NULL AND NEW.lapsed_at IS DISTINCT FROM OLD.lapsed_at)) EXECUTE FUNCTION force_majeure_write_once()",
        "CREATE OR REPLACE FUNCTION exchange_excused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.state = 'validated' AND OLD.state <> 'validated' AND NOT NEW.counts AND NEW.final_cents > 0 AND NOT EXISTS (SELECT 1 FROM force_majeure WHERE exchange_id = NEW.id AND granted AND lapsed_at IS NULL) THEN RAISE EXCEPTION 'constraint exchange_excused: refused' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER exchange_excused BEFORE UPDATE ON exchange FOR EACH ROW EXECUTE FUNCTION exchange_excused()",
    ),
}
AMENDMENT_CHECKS = {
    "has_reason": "reason <> ''",
    "fingerprint_length": "length(fingerprint) = 64",
    "closed_has_moment": "(outcome is null) = (closed_at is null)",
    "accepted_by_someone": "(host_accepted_by_id is null) = (host_accepted_at is null) "
    "and (payer_accepted_by_id is null) = (payer_accepted_at is null)",
    "accepted_by_another": "host_accepted_by_id <> proposed_by_id "
    "and payer_accepted_by_id <> proposed_by_id",
    "two_people": "host_accepted_by_id <> payer_accepted_by_id",
    "accepted_by_both": "coalesce(outcome, '') <> 'accepted' or "
    "(host_accepted_at is not null and payer_accepted_at is not null)",
}
#: Where reminders sent are counted.
REMINDERS = {"exchange": "signing_reminders", "profile": "reminders"}
#: Functions to drop on PostgreSQL; elsewhere a trigger goes with its table.
FUNCTIONS = ("exchange_amendment_write_once", "force_majeure_write_once", "exchange_excused")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables and their guards."""
    create_attendance()
    create_amendments()
    create_force_majeure()
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("excused_from_days", sa.Integer(), server_default="1", nullable=False)
        )
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.alter_column("excused_from_days", existing_type=sa.Integer(), server_default=None)
        batch_op.create_check_constraint(
            batch_op.f("ck_scheme_excused_days_above_zero"), "excused_from_days > 0"
        )
    for table, column in REMINDERS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, sa.Integer(), server_default="0", nullable=False))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, existing_type=sa.Integer(), server_default=None)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def create_attendance() -> None:
    """Create what the host confirmed, and the wrong codes typed."""
    op.create_table(
        "exchange_attendance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("exchange_id", KEY, nullable=False),
        sa.Column(
            "passage",
            sa.Enum(
                "arrival",
                "departure",
                name=op.f("ck_exchange_attendance_passage"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("confirmed_by_id", KEY, nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        *references("exchange_attendance", exchange_id="exchange", confirmed_by_id="person"),
        sa.UniqueConstraint(
            "exchange_id", "passage", name=op.f("uq_exchange_attendance_exchange_id_passage")
        ),
    )
    op.create_index(
        op.f("ix_exchange_attendance_confirmed_by_id"), "exchange_attendance", ["confirmed_by_id"]
    )
    op.create_table(
        "exchange_wrong_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("exchange_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("typed_by_id", KEY, nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "number between 1 and 5", name=op.f("ck_exchange_wrong_code_tries_left")
        ),
        *references("exchange_wrong_code", exchange_id="exchange", typed_by_id="person"),
        sa.UniqueConstraint(
            "exchange_id", "number", name=op.f("uq_exchange_wrong_code_exchange_id_number")
        ),
    )
    op.create_index(
        op.f("ix_exchange_wrong_code_typed_by_id"), "exchange_wrong_code", ["typed_by_id"]
    )


def create_amendments() -> None:
    """Create the amendments of agreements."""
    table = "exchange_amendment"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("exchange_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("proposed_by_id", KEY, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("host_accepted_by_id", KEY, nullable=True),
        sa.Column("host_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payer_accepted_by_id", KEY, nullable=True),
        sa.Column("payer_accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "accepted",
                "declined",
                "withdrawn",
                "lapsed",
                name=op.f("ck_exchange_amendment_outcome"),
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
            for name, condition in AMENDMENT_CHECKS.items()
        ),
        *references(
            table,
            exchange_id="exchange",
            proposed_by_id="person",
            host_accepted_by_id="person",
            payer_accepted_by_id="person",
        ),
        sa.UniqueConstraint("exchange_id", "number", name=op.f(f"uq_{table}_exchange_id_number")),
    )
    for column in ("proposed_by_id", "host_accepted_by_id", "payer_accepted_by_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "uq_exchange_amendment_open",
        table,
        ["exchange_id"],
        unique=True,
        sqlite_where=sa.text("outcome is null"),
        postgresql_where=sa.text("outcome is null"),
    )


def create_force_majeure() -> None:
    """Create what cut stays short."""
    table = "force_majeure"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("exchange_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", KEY, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decided_by_id <> proposed_by_id", name=op.f("ck_force_majeure_two_people")
        ),
        sa.CheckConstraint(
            "(decided_by_id is null) = (decided_at is null) "
            "and (decided_by_id is null) = (granted is null)",
            name=op.f("ck_force_majeure_decided_by_someone"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_force_majeure_has_reason")),
        *references(table, exchange_id="exchange", proposed_by_id="person", decided_by_id="person"),
    )
    for column in ("exchange_id", "proposed_by_id", "decided_by_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "uq_force_majeure_open",
        table,
        ["exchange_id"],
        unique=True,
        sqlite_where=sa.text("lapsed_at is null"),
        postgresql_where=sa.text("lapsed_at is null"),
    )


def references(table: str, **columns: str) -> list[sa.Constraint]:
    """The primary key, and a foreign key per column."""
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, other in columns.items()
        ),
    ]


def downgrade() -> None:
    """Drop guards and tables; the triggers of a table go with it."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP TRIGGER exchange_excused" + (" ON exchange" if on_postgresql else ""))
    with op.batch_alter_table("scheme", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_scheme_excused_days_above_zero"), type_="check")
        batch_op.drop_column("excused_from_days")
    for table, column in REMINDERS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)
    op.drop_table("force_majeure")
    op.drop_table("exchange_amendment")
    op.drop_table("exchange_wrong_code")
    op.drop_table("exchange_attendance")
    if on_postgresql:
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
