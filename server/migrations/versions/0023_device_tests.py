"""a terminal's devices are tried from the console"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0023'
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('device_tests',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('terminal_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('seen', sa.String(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('asked_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint(
        "result IN ('', 'passed', 'failed', 'unknown', 'nobody')", name=op.f('ck_device_tests_result')
    ),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_device_tests_hall_id')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminals.id'], name=op.f('fk_device_tests_terminal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_tests'))
    )
