"""planned breaks of a counter"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('counters', sa.Column('breaks', sa.JSON(), server_default='{}', nullable=False))
