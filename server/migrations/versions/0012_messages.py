"""messages to citizens"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('message_settings',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('secret_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_message_settings_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_message_settings'))
    )
    op.create_table('messages',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('phone_masked', sa.String(), nullable=False),
    sa.Column('phone_index', sa.LargeBinary(), nullable=True),
    sa.Column('body_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('good_until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_messages_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    sa.UniqueConstraint('hall_id', 'kind', 'subject', name=op.f('uq_messages_hall_id_kind_subject'))
    )
    op.create_index(op.f('ix_messages_hall_id_made_at'), 'messages', ['hall_id', 'made_at'], unique=False)
    op.create_index(op.f('ix_messages_ticket_id'), 'messages', ['ticket_id'], unique=False)
    op.create_table('message_refusals',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('phone_index', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_message_refusals_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'phone_index', name=op.f('pk_message_refusals'))
    )
    op.create_table('reminders',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('service_day', sa.Date(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('phone_masked', sa.String(), nullable=False),
    sa.Column('phone_index', sa.LargeBinary(), nullable=True),
    sa.Column('phone_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('near_told', sa.Boolean(), nullable=False),
    sa.Column('told_call_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_reminders_hall_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_reminders_ticket_id')),
    sa.PrimaryKeyConstraint('ticket_id', name=op.f('pk_reminders'))
    )
    op.create_index(op.f('ix_reminders_hall_id_service_day'), 'reminders', ['hall_id', 'service_day'], unique=False)
    op.create_index(op.f('ix_reminders_hall_id_phone_index'), 'reminders', ['hall_id', 'phone_index'], unique=False)
