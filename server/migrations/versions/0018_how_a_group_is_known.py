"""how a priority group is known"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("priority_proof", sa.String(), nullable=False, server_default=""))
    # A group could be given by the staff only.
    op.execute("UPDATE tickets SET priority_proof = 'staff' WHERE priority < 0")
