"""how terminals' machines are, when they are on, and where they stand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0033'
down_revision = "0030"
branch_labels = None
depends_on = None


def _time(name: str) -> sa.Column:
    return sa.Column(name, server.database.UtcTime(timezone=True), nullable=True)


def upgrade() -> None:
    op.create_table('power_plans',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('week', sa.JSON(), nullable=False),
    sa.Column('stagger_s', sa.Integer(), nullable=False),
    sa.Column('off', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("off IN ('display', 'machine')", name=op.f('ck_power_plans_off')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_power_plans_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_power_plans')),
    sa.UniqueConstraint('hall_id', 'name', name=op.f('uq_power_plans_hall_id_name'))
    )
    op.create_table('floor_plans',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('floor', sa.String(), nullable=False),
    sa.Column('picture', sa.String(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_floor_plans_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'floor', name=op.f('pk_floor_plans'))
    )
    for column in (
        sa.Column('machine', sa.JSON(), nullable=True),
        sa.Column('watched', sa.JSON(), nullable=False, server_default='{}'),
        sa.Column('told_online', sa.Boolean(), nullable=False, server_default=sa.false()),
        _time('ordered_off_at'), _time('out_until'),
        sa.Column('dark_ordered', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('out_note', sa.String(), nullable=False, server_default=''),
        sa.Column('plan_place', sa.Integer(), nullable=False, server_default='0'),
        _time('powered_for'), _time('power_tried_at'),
        sa.Column('spot_floor', sa.String(), nullable=False, server_default=''),
        sa.Column('spot_x', sa.Double(), nullable=False, server_default='0'),
        sa.Column('spot_y', sa.Double(), nullable=False, server_default='0'),
    ):
        op.add_column('terminals', column)
    plan = sa.Column('plan_id', sa.Uuid(), nullable=True)
    if op.get_bind().dialect.name == 'sqlite':
        # SQLite adds a column with its foreign key in one statement, and has no other way short of copying the table.
        op.execute('ALTER TABLE terminals ADD COLUMN plan_id CHAR(32)'
                   ' CONSTRAINT fk_terminals_plan_id REFERENCES power_plans (id)')
    else:
        op.add_column('terminals', plan)
        op.create_foreign_key(op.f('fk_terminals_plan_id'), 'terminals', 'power_plans', ['plan_id'], ['id'])
    op.add_column('terminal_orders', sa.Column('value', sa.Integer(), nullable=True))
    op.add_column('terminal_orders', _time('wake_at'))
