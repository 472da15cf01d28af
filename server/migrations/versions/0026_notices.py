"""notices"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0026'
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notices',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('newest', sa.Integer(), nullable=False),
    sa.Column('live', sa.Integer(), nullable=True),
    sa.Column('pin', sa.Integer(), nullable=False),
    sa.Column('publish_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('until', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('published_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('first_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('changed_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.CheckConstraint(
        "state IN ('draft', 'in_review', 'approved', 'scheduled', 'published', 'expired', 'retracted')",
        name=op.f('ck_notices_state'),
    ),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_notices_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices'))
    )
    op.create_index('ix_notices_hall_id_state_publish_at', 'notices', ['hall_id', 'state', 'publish_at'])
    op.create_index('ix_notices_hall_id_changed_at', 'notices', ['hall_id', 'changed_at'])
    op.create_table('notice_versions',
    sa.Column('notice_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('saved_by', sa.String(), nullable=False),
    sa.Column('saved_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('restored', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_notice_versions_notice_id')),
    sa.PrimaryKeyConstraint('notice_id', 'number', name=op.f('pk_notice_versions'))
    )
    op.create_table('notice_steps',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('notice_id', sa.Uuid(), nullable=False),
    sa.Column('at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_notice_steps_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_steps'))
    )
    op.create_index('ix_notice_steps_notice_id', 'notice_steps', ['notice_id'])
    op.create_table('notice_outlets',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('notice_id', sa.Uuid(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('wanted', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('progress', sa.JSON(), nullable=False),
    sa.Column('tried_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('outlet_id', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('fault', sa.String(), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('delivery_id', sa.Uuid(), nullable=False),
    sa.Column('changed_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint(
        "state IN ('waiting', 'sent', 'published', 'failed', 'retracting', 'retracted')",
        name=op.f('ck_notice_outlets_state'),
    ),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_notice_outlets_hall_id')),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_notice_outlets_notice_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_outlets')),
    sa.UniqueConstraint('notice_id', 'channel', 'number', name=op.f('uq_notice_outlets_notice_id_channel_number'))
    )
    op.create_table('notice_settings',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('wechat_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('weibo_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_notice_settings_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_notice_settings'))
    )
