"""pictures and videos, uploads of them, and what was played"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0027'
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('media',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('duration_ms', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('uploaded_by', sa.String(), nullable=False),
    sa.Column('uploaded_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('has_thumbnail', sa.Boolean(), nullable=False),
    sa.Column('retired_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('removed_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_media_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'sha256', name=op.f('pk_media'))
    )
    op.create_table('media_uploads',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('started_by', sa.String(), nullable=False),
    sa.Column('started_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_media_uploads_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media_uploads')),
    sa.UniqueConstraint('hall_id', 'sha256', name=op.f('uq_media_uploads_hall_id_sha256'))
    )
    op.create_table('plays',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('terminal', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('began_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('shown_ms', sa.Integer(), nullable=False),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('received_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_plays_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plays'))
    )
    with op.batch_alter_table('plays', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plays_hall_id_day_sha256'), ['hall_id', 'day', 'sha256'], unique=False)
