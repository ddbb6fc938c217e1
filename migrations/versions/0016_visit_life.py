"""The life of a visit after its agreement: attendance confirmed by code, amendments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
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
    ),
    "postgresql": (
        "CREATE TRIGGER exchange_attendance_no_change BEFORE UPDATE OR DELETE ON exchange_attendance FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exchange_attendance_no_truncate BEFORE TRUNCATE ON exchange_attendance FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exchange_wrong_code_no_change BEFORE UPDATE OR DELETE ON exchange_wrong_code FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exchange_wrong_code_no_truncate BEFORE TRUNCATE ON exchange_wrong_code FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE OR REPLACE FUNCTION exchange_amendment_write_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'constraint write_once_exchange_amendment: written once' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER exchange_amendment_write_once BEFORE UPDATE ON exchange_amendment FOR EACH ROW WHEN ((OLD.exchange_id IS NOT NULL AND NEW.exchange_id IS DISTINCT FROM OLD.exchange_id) OR (OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number) OR (OLD.reason IS NOT NULL AND NEW.reason IS DISTINCT FROM OLD.reason) OR (OLD.before IS NOT NULL AND NEW.before IS DISTINCT FROM OLD.before) OR (OLD.after IS NOT NULL AND NEW.after IS DISTINCT FROM OLD.after) OR (OLD.fingerprint IS NOT NULL AND NEW.fingerprint IS DISTINCT FROM OLD.fingerprint) OR (OLD.proposed_by_id IS NOT NULL AND NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id) OR (OLD.proposed_at IS NOT NULL AND NEW.proposed_at IS DISTINCT FROM OLD.proposed_at) OR (OLD.host_accepted_by_id IS NOT NULL AND NEW.host_accepted_by_id IS DISTINCT FROM OLD.host_accepted_by_id) OR (OLD.host_accepted_at IS NOT NULL AND NEW.host_accepted_at IS DISTINCT FROM OLD.host_accepted_at) OR (OLD.payer_accepted_by_id IS NOT NULL AND NEW.payer_accepted_by_id IS DISTINCT FROM OLD.payer_accepted_by_id) OR (OLD.payer_accepted_at IS NOT NULL AND NEW.payer_accepted_at IS DISTINCT FROM OLD.payer_accepted_at) OR (OLD.outcome IS NOT NULL AND NEW.outcome IS DISTINCT FROM OLD.outcome) OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)) EXECUTE FUNCTION exchange_amendment_write_once()",
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
#: Functions to drop on PostgreSQL; elsewhere a trigger goes with its table.
FUNCTIONS = ("exchange_amendment_write_once",)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables and their guards."""
    create_attendance()
    create_amendments()
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
    """Drop the tables; their triggers go with them."""
    op.drop_table("exchange_amendment")
    op.drop_table("exchange_wrong_code")
    op.drop_table("exchange_attendance")
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(f"DROP FUNCTION {function}()")
