"""what was said of papers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.database import UtcTime

revision = '0019'
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of papers that were sent before, nothing was said.
    for name in ('verdict', 'verdict_note'):
        op.add_column('papers_sent', sa.Column(name, sa.String(), nullable=False, server_default=''))
    op.add_column('papers_sent', sa.Column('verdict_at', UtcTime(), nullable=True))
