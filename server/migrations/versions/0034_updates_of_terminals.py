"""new versions for terminals: releases, rollouts in waves"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0034'
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('releases',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('archive', sa.String(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('files', sa.Integer(), nullable=False),
    sa.Column('minimum_server', sa.String(), nullable=False),
    sa.Column('floor', sa.String(), nullable=False),
    sa.Column('created', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('expires', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('signed', sa.String(), nullable=False),
    sa.Column('signature', sa.String(), nullable=False),
    sa.Column('added_by', sa.String(), nullable=False),
    sa.Column('added_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('retired_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_releases_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'id', name=op.f('pk_releases'))
    )
    op.create_table('rollouts',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('release_id', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('wave', sa.Integer(), nullable=False),
    sa.Column('waves', sa.Integer(), nullable=False),
    sa.Column('quiet_from', sa.Time(), nullable=True),
    sa.Column('quiet_until', sa.Time(), nullable=True),
    sa.Column('healthy_minutes', sa.Integer(), nullable=False),
    sa.Column('begun_by', sa.String(), nullable=False),
    sa.Column('begun_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('ended_by', sa.String(), nullable=False),
    sa.Column('ended_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('running', 'stopped', 'halted', 'done')", name=op.f('ck_rollouts_state')),
    sa.ForeignKeyConstraint(['hall_id', 'release_id'], ['releases.hall_id', 'releases.id'], name=op.f('fk_rollouts_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollouts'))
    )
    op.create_table('rollout_terminals',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('rollout_id', sa.Uuid(), nullable=False),
    sa.Column('terminal_id', sa.Uuid(), nullable=False),
    sa.Column('wave', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('since', server.database.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_rollout_terminals_hall_id')),
    sa.ForeignKeyConstraint(['rollout_id'], ['rollouts.id'], name=op.f('fk_rollout_terminals_rollout_id')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminals.id'], name=op.f('fk_rollout_terminals_terminal_id')),
    sa.PrimaryKeyConstraint('rollout_id', 'terminal_id', name=op.f('pk_rollout_terminals'))
    )
