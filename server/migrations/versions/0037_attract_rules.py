"""when a kiosk rests

Revision ID: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attract_rules",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("terminal", sa.String(), nullable=False),
        sa.Column("after_s", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_attract_rules_hall_id")),
        sa.PrimaryKeyConstraint("hall_id", "terminal", name=op.f("pk_attract_rules")),
    )
