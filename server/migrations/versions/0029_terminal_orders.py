"""terminals are told to start again, to show their screen, to send their log"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0029'
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('terminal_orders',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('terminal_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('content_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('asked_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("result IN ('', 'done', 'failed')", name=op.f('ck_terminal_orders_result')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_terminal_orders_hall_id')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminals.id'], name=op.f('fk_terminal_orders_terminal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terminal_orders'))
    )
