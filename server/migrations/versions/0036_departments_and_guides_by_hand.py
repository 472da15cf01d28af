"""departments in full, guides written field by field with their versions, words that notices must not hold"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0036'
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('departments', sa.Column('former', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('department_facts', sa.Column('flows', sa.String(), nullable=False, server_default=''))
    op.create_table('department_settings',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('on_duty', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint(
        "on_duty IN ('name', 'surname', 'number', 'nobody')", name=op.f('ck_department_settings_on_duty')
    ),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_department_settings_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_department_settings'))
    )
    op.add_column('guides', sa.Column('kept', sa.JSON(), nullable=False, server_default='{}'))
    op.create_table('guide_versions',
    sa.Column('guide_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', server.database.UtcTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['guide_id'], ['guides.id'], name=op.f('fk_guide_versions_guide_id')),
    sa.PrimaryKeyConstraint('guide_id', 'number', name=op.f('pk_guide_versions'))
    )
    for column in (
        sa.Column('weibo_until', server.database.UtcTime(timezone=True), nullable=True),
        sa.Column('weibo_asked_at', server.database.UtcTime(timezone=True), nullable=True),
        sa.Column('weibo_fault', sa.String(), nullable=False, server_default=''),
    ):
        op.add_column('notice_settings', column)
    op.create_table('notice_words',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_notice_words_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_notice_words'))
    )
