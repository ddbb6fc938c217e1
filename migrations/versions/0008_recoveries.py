"""Recoveries with their receipts and set-offs, what payments keep back, and the posting for both."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0004"
branch_labels = None
depends_on = None
