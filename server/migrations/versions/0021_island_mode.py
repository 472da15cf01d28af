"""terminals go on without a line: leases of numbers, their journals, conflicts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0021'
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('number_bands',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('terminal', sa.String(), nullable=False),
    sa.Column('band', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('journal', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_number_bands_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'terminal', name=op.f('pk_number_bands')),
    sa.UniqueConstraint('hall_id', 'band', name=op.f('uq_number_bands_hall_id_band'))
    )
    op.create_table('number_leases',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('terminal', sa.String(), nullable=False),
    sa.Column('service_day', sa.Date(), nullable=False),
    sa.Column('series', sa.String(), nullable=False),
    sa.Column('head', sa.String(), nullable=False),
    sa.Column('band', sa.Integer(), nullable=False),
    sa.Column('first', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('granted_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.Column('closed_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('burnt', sa.Boolean(), nullable=False),
    sa.CheckConstraint('first >= 1 AND last >= first', name=op.f('ck_number_leases_span')),
    sa.CheckConstraint('used >= 0 AND used <= last - first + 1', name=op.f('ck_number_leases_used')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_number_leases_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_leases')),
    sa.UniqueConstraint('hall_id', 'service_day', 'series', 'band', 'first', name=op.f('uq_number_leases_hall_id_service_day_series_band_first'))
    )
    op.create_index(op.f('ix_number_leases_hall_id_terminal_service_day'), 'number_leases', ['hall_id', 'terminal', 'service_day'], unique=False)
    op.create_table('conflicts',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=True),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('counter_id', sa.Uuid(), nullable=True),
    sa.Column('other_counter_id', sa.Uuid(), nullable=True),
    sa.Column('terminal', sa.String(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('happened_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('recorded_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('settled_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_conflicts_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflicts'))
    )
    op.create_index(op.f('ix_conflicts_hall_id_settled_at'), 'conflicts', ['hall_id', 'settled_at'], unique=False)
    op.create_index(op.f('ix_conflicts_hall_id_service_day_number'), 'conflicts', ['hall_id', 'service_day', 'number'], unique=False)
    op.create_table('island_entries',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('terminal', sa.String(), nullable=False),
    sa.Column('counter_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('service_day', sa.Date(), nullable=False),
    sa.Column('at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('received_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=True),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('conflict_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("verdict IN ('taken', 'known', 'conflict', 'refused', 'pending')", name=op.f('ck_island_entries_verdict')),
    sa.ForeignKeyConstraint(['conflict_id'], ['conflicts.id'], name=op.f('fk_island_entries_conflict_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_island_entries_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_island_entries'))
    )
    op.create_index(op.f('ix_island_entries_hall_id_service_day_number'), 'island_entries', ['hall_id', 'service_day', 'number'], unique=False)
    op.create_index(op.f('ix_island_entries_hall_id_verdict'), 'island_entries', ['hall_id', 'verdict'], unique=False)
    op.create_index(op.f('ix_island_entries_ticket_id'), 'island_entries', ['ticket_id'], unique=False)
