"""designed tickets and formats of numbers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('number_formats',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_number_formats_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_number_formats'))
    )
    op.create_table('ticket_layouts',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('draft', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('published', sa.Integer(), nullable=True),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('changed_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_ticket_layouts_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_layouts'))
    )
    op.create_table('ticket_layout_versions',
    sa.Column('layout_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('published_by', sa.String(), nullable=False),
    sa.Column('published_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['layout_id'], ['ticket_layouts.id'], name=op.f('fk_ticket_layout_versions_layout_id')),
    sa.PrimaryKeyConstraint('layout_id', 'number', name=op.f('pk_ticket_layout_versions'))
    )
    op.create_table('ticket_layout_uses',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('layout_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("kind IN ('hall', 'terminal', 'service')", name=op.f('ck_ticket_layout_uses_kind')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_ticket_layout_uses_hall_id')),
    sa.ForeignKeyConstraint(['layout_id'], ['ticket_layouts.id'], name=op.f('fk_ticket_layout_uses_layout_id')),
    sa.PrimaryKeyConstraint('hall_id', 'kind', 'target', name=op.f('pk_ticket_layout_uses'))
    )
