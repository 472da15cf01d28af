"""rules against hoarding, claims, blocks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def _hall(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column('hall_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f(f'fk_{table}_hall_id')),
    ]


def _person() -> list[sa.Column]:
    return [
        sa.Column('identity_key', sa.LargeBinary(), nullable=False),
        sa.Column('identity_kind', sa.String(), nullable=False),
        sa.Column('identity_masked', sa.String(), nullable=False),
        sa.Column('name_masked', sa.String(), nullable=False),
    ]


def _made() -> list[sa.Column]:
    return [
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.Column('made_by', sa.String(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        'limit_rules', *_hall('limit_rules'),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('params', sa.JSON(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('hall_id', 'kind', name=op.f('pk_limit_rules')),
    )
    op.create_table(
        'limit_claims', *_hall('limit_claims'),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('label', sa.String(), nullable=False),
        sa.Column('act', sa.String(), nullable=False),
        sa.Column('channel', sa.String(), nullable=False),
        sa.Column('identity_key', sa.LargeBinary(), nullable=False),
        sa.Column('agent_key', sa.LargeBinary(), nullable=True),
        sa.Column('service_id', sa.Uuid(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('scope', sa.String(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_limit_claims')),
        sa.UniqueConstraint('hall_id', 'identity_key', 'scope', 'place', name='uq_limit_claims_place'),
    )
    op.create_index('ix_limit_claims_day', 'limit_claims', ['hall_id', 'day'])
    op.create_table(
        'limit_penalties', *_hall('limit_penalties'),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('act', sa.String(), nullable=False),
        sa.Column('about_id', sa.Uuid(), nullable=False),
        sa.Column('service_id', sa.Uuid(), nullable=False),
        sa.Column('identity_key', sa.LargeBinary(), nullable=False),
        sa.Column('identity_masked', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_limit_penalties')),
        sa.UniqueConstraint('hall_id', 'kind', 'about_id', name='uq_limit_penalties_about'),
    )
    op.create_index('ix_limit_penalties_identity', 'limit_penalties', ['hall_id', 'identity_key', 'at'])
    op.create_table(
        'limit_blocks', *_hall('limit_blocks'),
        sa.Column('id', sa.Uuid(), nullable=False), *_person(), *_made(),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_limit_blocks')),
    )
    op.create_index('ix_limit_blocks_identity', 'limit_blocks', ['hall_id', 'identity_key'])
    op.create_table(
        'limit_exceptions', *_hall('limit_exceptions'),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False), *_person(),
        sa.Column('per_day', sa.Integer(), nullable=False),
        sa.Column('first', sa.Date(), nullable=False), *_made(),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_limit_exceptions')),
    )
    op.create_index('ix_limit_exceptions_identity', 'limit_exceptions', ['hall_id', 'identity_key'])
    for name in ('agent_masked', 'agent_name_masked'):
        op.add_column('tickets', sa.Column(name, sa.String(), nullable=True))
    op.add_column('tickets', sa.Column('agent_key', sa.LargeBinary(), nullable=True))
