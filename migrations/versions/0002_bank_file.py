"""The credit transfer message of each batch, kept as it was released; rows are written once."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: Triggers per engine; the function behind those of PostgreSQL came with 0001.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER bank_file_no_update BEFORE UPDATE ON bank_file BEGIN SELECT RAISE(ABORT, 'constraint append_only_bank_file: rows are written once'); END",
        "CREATE TRIGGER bank_file_no_delete BEFORE DELETE ON bank_file BEGIN SELECT RAISE(ABORT, 'constraint append_only_bank_file: rows are written once'); END",
        "CREATE TRIGGER bank_file_no_replace BEFORE INSERT ON bank_file WHEN EXISTS (SELECT 1 FROM bank_file WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM bank_file WHERE batch_id = NEW.batch_id) BEGIN SELECT RAISE(ABORT, 'constraint append_only_bank_file: rows are written once'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER bank_file_no_change BEFORE UPDATE OR DELETE ON bank_file FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER bank_file_no_truncate BEFORE TRUNCATE ON bank_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    """Create the table and its guards; batches released before have no file."""

    op.create_table(
        "bank_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "format",
            sa.Enum(
                "pain.001.001.09",
                "pain.001.001.03",
                name="format",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("execute_on", sa.Date(), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "transfers > 0 and total_cents > 0", name=op.f("ck_bank_file_not_empty")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_bank_file_sha256_length")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_bank_file_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_bank_file_batch_id")),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Remove the table; its guards go with it."""
    op.drop_table("bank_file")
