"""the wait that was told when a number was taken"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ('told_p50_s', 'told_p90_s'):
        op.add_column('tickets', sa.Column(name, sa.Integer(), nullable=True))
