"""how who is called next is chosen, and why it was so"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column('tickets', sa.Column('lane', sa.Integer(), nullable=False, server_default='19'))
    op.add_column('tickets', sa.Column('rank', sa.BigInteger(), nullable=False, server_default='0'))
    op.add_column('tickets', sa.Column('turn_at', moment, nullable=True))
    op.add_column('tickets', sa.Column('since_at', moment, nullable=False, server_default='1970-01-01 00:00:00'))
    op.add_column('tickets', sa.Column('came_back', sa.String(), nullable=False, server_default=''))
    op.add_column('tickets', sa.Column('missed', sa.Integer(), nullable=False, server_default='0'))
    # All were walk-ins: their lane is their group's, their place that of their issue.
    op.execute(
        'UPDATE tickets SET lane = (9 + priority) * 2 + 1, rank = CAST(position AS BIGINT) * 16777216, '
        'since_at = issued_at'
    )
    op.add_column('lines', sa.Column('lanes', sa.Integer(), nullable=False, server_default='1048575'))
    op.add_column('calls', sa.Column('rule', sa.String(), nullable=True))
    op.add_column('calls', sa.Column('kind', sa.String(), nullable=True))
    op.add_column('calls', sa.Column('passed', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('calls', sa.Column('choice', sa.JSON(), nullable=True))
    op.drop_index('ix_tickets_line', table_name='tickets')
    op.create_index(
        'ix_tickets_line',
        'tickets',
        ['hall_id', 'service_day', 'service_id', 'status', 'lane', 'turn_at', 'rank'],
    )
    op.create_table(
        'calling_policies',
        sa.Column('hall_id', sa.Uuid(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('data', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name='fk_calling_policies_hall_id'),
        sa.PrimaryKeyConstraint('hall_id', name='pk_calling_policies'),
    )
