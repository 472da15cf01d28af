"""pictures of web pages for the walls"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0035'
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('signage_web_pictures',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('media', sa.String(), nullable=True),
    sa.Column('taken_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('tried_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('problem', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_signage_web_pictures_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'key', name=op.f('pk_signage_web_pictures'))
    )
