"""what the official account says of our secret, and how it calls back

Revision ID: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("wechat_asked_at", server.database.UtcTime(timezone=True), nullable=True),
        sa.Column("wechat_fault", sa.String(), nullable=False, server_default=""),
        sa.Column("wechat_callback_cipher", sa.LargeBinary(), nullable=True),
    ):
        op.add_column("notice_settings", column)
