"""The life of a visit after its agreement: attendance confirmed by code."""

import sqlalchemy as sa
from alembic import op

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
    ),
    "postgresql": (
        "CREATE TRIGGER exchange_attendance_no_change BEFORE UPDATE OR DELETE ON exchange_attendance FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exchange_attendance_no_truncate BEFORE TRUNCATE ON exchange_attendance FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exchange_wrong_code_no_change BEFORE UPDATE OR DELETE ON exchange_wrong_code FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER exchange_wrong_code_no_truncate BEFORE TRUNCATE ON exchange_wrong_code FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
}
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables and their guards."""
    create_attendance()
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
    op.drop_table("exchange_wrong_code")
    op.drop_table("exchange_attendance")
