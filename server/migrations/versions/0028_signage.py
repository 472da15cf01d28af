"""what walls show, and emergencies"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0028'
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('signage_contents',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('changed_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('layout', 'playlist', 'schedule')", name=op.f('ck_signage_contents_kind')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_signage_contents_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signage_contents'))
    )
    op.create_table('signage_versions',
    sa.Column('content_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('changed_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['content_id'], ['signage_contents.id'], name=op.f('fk_signage_versions_content_id')),
    sa.PrimaryKeyConstraint('content_id', 'number', name=op.f('pk_signage_versions'))
    )
    op.create_table('signage_places',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('terminal', sa.String(), nullable=False),
    sa.Column('content_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['content_id'], ['signage_contents.id'], name=op.f('fk_signage_places_content_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_signage_places_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'terminal', name=op.f('pk_signage_places'))
    )
    op.create_table('emergencies',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('identifier', sa.String(), nullable=False),
    sa.Column('sent', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('expires', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.CheckConstraint("state IN ('active', 'replaced', 'cancelled')", name=op.f('ck_emergencies_state')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_emergencies_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_emergencies')),
    sa.UniqueConstraint('hall_id', 'identifier', name=op.f('uq_emergencies_hall_id_identifier'))
    )
