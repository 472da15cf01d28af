"""what an old system must be told when a sign-in by CAS is over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ('cas_service', 'cas_ticket'):
        op.add_column('token_families', sa.Column(name, sa.String(), nullable=False, server_default=''))
