"""Indexes by which pages find what waits, however many exchanges there are."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TO_SIGN = "coalesce(state, '') = 'building' and objectives <> '' and agenda <> ''"
#: Partial indexes and their conditions.
PARTIAL = {
    "ix_exchange_to_complete": (
        ["host_id", "first_on", "id"],
        "coalesce(state, '') = 'building' and (objectives = '' or agenda = '')",
    ),
    "ix_exchange_to_sign": (["project_id", "first_on", "id"], TO_SIGN),
    "ix_exchange_to_sign_for_host": (
        ["host_project_id", "first_on", "id"],
        f"{TO_SIGN} and project_id <> host_project_id",
    ),
    "ix_exchange_to_conclude": (
        ["project_id", "first_on", "id"],
        "coalesce(state, '') = 'approved' and accepted_at is not null",
    ),
}
WHOLE = {
    "ix_exchange_project_id_state": ["project_id", "state", "id"],
    "ix_exchange_project_id_waiting": ["project_id", "state", "first_on", "id"],
    "ix_exchange_host_id_waiting": ["host_id", "state", "first_on", "id"],
    "ix_exchange_visitor_id_waiting": ["visitor_id", "state", "first_on", "id"],
    "ix_exchange_state": ["state", "id"],
    "ix_exchange_project_id_departure_on": ["project_id", "state", "departure_on", "id"],
    "ix_exchange_project_id_last_on": ["project_id", "state", "last_on", "id"],
}
#: What they replace.
BEFORE = {
    "ix_exchange_project_id_state": ["project_id", "state"],
    "ix_exchange_host_id": ["host_id"],
    "ix_exchange_visitor_id": ["visitor_id"],
    "ix_exchange_state_first_on": ["state", "first_on"],
    "ix_exchange_project_id_departure_on": ["project_id", "state", "departure_on"],
    "ix_exchange_project_id_last_on": ["project_id", "state", "last_on"],
}


def upgrade() -> None:
    """Replace six indexes, and create the others."""
    for name in BEFORE:
        op.drop_index(name, table_name="exchange")
    for name, columns in WHOLE.items():
        op.create_index(name, "exchange", columns)
    for name, (columns, condition) in PARTIAL.items():
        only = sa.text(condition)
        op.create_index(name, "exchange", columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    """Put the six back."""
    for name in (*PARTIAL, *WHOLE):
        op.drop_index(name, table_name="exchange")
    for name, columns in BEFORE.items():
        op.create_index(name, "exchange", columns)
