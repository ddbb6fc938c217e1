"""The visits of a partnership in a month, and from where to where they lead, without a scan."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_exchange_project_id_first_on": ["project_id", "first_on", "last_on", "state"],
    "ix_exchange_project_id_visitor_id": [
        "project_id",
        "visitor_id",
        "host_id",
        "virtual",
        "state",
    ],
}


def upgrade() -> None:
    """Index exchanges by partnership and days, and by partnership and the two organisations."""
    for name, columns in INDEXES.items():
        op.create_index(name, "exchange", columns)


def downgrade() -> None:
    """Drop both indexes."""
    for name in reversed(INDEXES):
        op.drop_index(name, table_name="exchange")
