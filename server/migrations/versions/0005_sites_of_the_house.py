"""sites of the house, which people sign in to without being asked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('clients', sa.Column('trusted', sa.Boolean(), nullable=False, server_default=sa.false()))
