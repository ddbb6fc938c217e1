"""The keys of the forms that were sent, with their answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

json_column = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "request_key",
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("endpoint", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", json_column, nullable=True),
        sa.CheckConstraint("length(key) = 32", name=op.f("ck_request_key_length")),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_request_key")),
    )
    with op.batch_alter_table("request_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_key_at"), ["at"], unique=False)


def downgrade() -> None:
    """Drop the table; a form sent before and sent again is then done again."""
    op.drop_table("request_key")
