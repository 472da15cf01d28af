"""layouts of tickets are tried on a kiosk's paper"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0020'
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('trial_prints',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('terminal_id', sa.Uuid(), nullable=False),
    sa.Column('draft', sa.JSON(), nullable=False),
    sa.Column('sample', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('asked_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("outcome IN ('', 'printed', 'not_printed', 'unknown')", name=op.f('ck_trial_prints_outcome')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_trial_prints_hall_id')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminals.id'], name=op.f('fk_trial_prints_terminal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trial_prints'))
    )
