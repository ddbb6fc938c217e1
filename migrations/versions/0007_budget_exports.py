"""The documents of budgets that were handed out, kept as they were, and the guard of the table."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: Triggers per engine; refuse_change() comes with the foundation.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER budget_export_no_update BEFORE UPDATE ON budget_export BEGIN SELECT RAISE(ABORT, 'constraint append_only_budget_export: rows are written once'); END",
        "CREATE TRIGGER budget_export_no_delete BEFORE DELETE ON budget_export BEGIN SELECT RAISE(ABORT, 'constraint append_only_budget_export: rows are written once'); END",
        "CREATE TRIGGER budget_export_no_replace BEFORE INSERT ON budget_export WHEN EXISTS (SELECT 1 FROM budget_export WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM budget_export WHERE code = NEW.code) OR EXISTS (SELECT 1 FROM budget_export WHERE project_id = NEW.project_id AND day = NEW.day AND language = NEW.language AND kind = NEW.kind AND provisional = NEW.provisional AND fingerprint = NEW.fingerprint AND seal = NEW.seal) BEGIN SELECT RAISE(ABORT, 'constraint append_only_budget_export: rows are written once'); END",
    ),
    "postgresql": (
        "CREATE TRIGGER budget_export_no_change BEFORE UPDATE OR DELETE ON budget_export FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TRIGGER budget_export_no_truncate BEFORE TRUNCATE ON budget_export FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ),
}


def upgrade() -> None:
    """Create the table and its guard."""
    op.create_table(
        "budget_export",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=19), nullable=False),
        sa.Column(
            "project_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf",
                "csv",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("heads", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "language in ('en', 'fr')", name=op.f("ck_budget_export_language_known")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_budget_export_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_export")),
        sa.UniqueConstraint("code", name=op.f("uq_budget_export_code")),
        sa.UniqueConstraint(
            "project_id",
            "day",
            "language",
            "kind",
            "provisional",
            "fingerprint",
            "seal",
            name="uq_budget_export_content",
        ),
    )
    with op.batch_alter_table("budget_export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_export_project_id"), ["project_id"])
        batch_op.create_index(batch_op.f("ix_budget_export_sha256"), ["sha256"])
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Remove the table; its guards go with it. The documents themselves are lost."""
    op.drop_table("budget_export")
