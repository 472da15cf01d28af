"""the hall's introduction, the weather, finished cases that are public"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0030'
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('introductions',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('newest', sa.Integer(), nullable=False),
    sa.Column('live', sa.Integer(), nullable=True),
    sa.Column('published_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_introductions_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_introductions'))
    )
    op.create_table('introduction_versions',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('saved_by', sa.String(), nullable=False),
    sa.Column('saved_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('restored', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_introduction_versions_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'number', name=op.f('pk_introduction_versions'))
    )
    op.create_table('weather',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('key_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('known', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('as_of', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('asked_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('next_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('fault', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_weather_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_weather'))
    )
    op.create_table('publicity',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_publicity_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_publicity'))
    )
    op.create_table('public_cases',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('item', sa.String(), nullable=False),
    sa.Column('department', sa.String(), nullable=False),
    sa.Column('applicant', sa.String(), nullable=False),
    sa.Column('applicant_kind', sa.String(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('brought_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.CheckConstraint(
        "result IN ('granted', 'refused', 'finished', 'withdrawn', 'ended')", name=op.f('ck_public_cases_result')
    ),
    sa.CheckConstraint("applicant_kind IN ('person', 'enterprise')", name=op.f('ck_public_cases_applicant_kind')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_public_cases_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_public_cases')),
    sa.UniqueConstraint('hall_id', 'number', name=op.f('uq_public_cases_hall_id_number'))
    )
    with op.batch_alter_table('public_cases', schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f('ix_public_cases_hall_id_decided_on_id'), ['hall_id', 'decided_on', 'id'], unique=False
        )
