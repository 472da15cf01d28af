"""when counters were staffed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('counter_states',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('counter_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('staff_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['counter_id'], ['counters.id'], name=op.f('fk_counter_states_counter_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_counter_states_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'seq', name=op.f('pk_counter_states'))
    )
    op.create_index(op.f('ix_counter_states_hall_id_at'), 'counter_states', ['hall_id', 'at'], unique=False)
