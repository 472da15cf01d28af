"""appointments, waiting lists, materials sent in advance"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('tickets', sa.Column('appointment_id', sa.Uuid(), nullable=True))
    op.add_column('tickets', sa.Column('due_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'booking_rules',
        sa.Column('hall_id', sa.Uuid(), nullable=False),
        sa.Column('data', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name='fk_booking_rules_hall_id'),
        sa.PrimaryKeyConstraint('hall_id', name='pk_booking_rules'),
    )
    op.create_table(
        'appointments',
        sa.Column('hall_id', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('code', sa.String(), nullable=False),
        sa.Column('token', sa.LargeBinary(), nullable=False),
        sa.Column('service_id', sa.Uuid(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('start', sa.Integer(), nullable=False),
        sa.Column('end', sa.Integer(), nullable=False),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('identity_kind', sa.String(), nullable=True),
        sa.Column('identity_key', sa.LargeBinary(), nullable=True),
        sa.Column('identity_masked', sa.String(), nullable=True),
        sa.Column('identity_cipher', sa.LargeBinary(), nullable=True),
        sa.Column('name_masked', sa.String(), nullable=True),
        sa.Column('name_cipher', sa.LargeBinary(), nullable=True),
        sa.Column('phone_masked', sa.String(), nullable=True),
        sa.Column('phone_cipher', sa.LargeBinary(), nullable=True),
        sa.Column('account_id', sa.Uuid(), nullable=True),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('channel', sa.String(), nullable=False),
        sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_by', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('ticket_id', sa.Uuid(), nullable=True),
        sa.Column('ticket_number', sa.String(), nullable=True),
        sa.Column('reminded', sa.Boolean(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name='fk_appointments_hall_id'),
        sa.ForeignKeyConstraint(['service_id'], ['services.id'], name='fk_appointments_service_id'),
        sa.PrimaryKeyConstraint('id', name='pk_appointments'),
        sa.UniqueConstraint('code', name='uq_appointments_code'),
        sa.UniqueConstraint('token', name='uq_appointments_token'),
    )
    op.create_index('ix_appointments_hall_id_account_id', 'appointments', ['hall_id', 'account_id'])
    op.create_index('ix_appointments_hall_id_day_state_start', 'appointments', ['hall_id', 'day', 'state', 'start'])
    op.create_index('ix_appointments_hall_id_identity_key_day', 'appointments', ['hall_id', 'identity_key', 'day'])
    op.create_index('ix_appointments_hall_id_state_starts_at', 'appointments', ['hall_id', 'state', 'starts_at'])
    op.create_table(
        'waiting_list',
        sa.Column('hall_id', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('code', sa.String(), nullable=False),
        sa.Column('token', sa.LargeBinary(), nullable=False),
        sa.Column('service_id', sa.Uuid(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('identity_kind', sa.String(), nullable=True),
        sa.Column('identity_key', sa.LargeBinary(), nullable=True),
        sa.Column('identity_masked', sa.String(), nullable=True),
        sa.Column('identity_cipher', sa.LargeBinary(), nullable=True),
        sa.Column('name_masked', sa.String(), nullable=True),
        sa.Column('name_cipher', sa.LargeBinary(), nullable=True),
        sa.Column('phone_masked', sa.String(), nullable=True),
        sa.Column('phone_cipher', sa.LargeBinary(), nullable=True),
        sa.Column('account_id', sa.Uuid(), nullable=True),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('channel', sa.String(), nullable=False),
        sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('offer_start', sa.Integer(), nullable=True),
        sa.Column('offer_end', sa.Integer(), nullable=True),
        sa.Column('offer_through', sa.String(), nullable=True),
        sa.Column('offer_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('appointment_id', sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name='fk_waiting_list_hall_id'),
        sa.ForeignKeyConstraint(['service_id'], ['services.id'], name='fk_waiting_list_service_id'),
        sa.PrimaryKeyConstraint('id', name='pk_waiting_list'),
        sa.UniqueConstraint('code', name='uq_waiting_list_code'),
        sa.UniqueConstraint('hall_id', 'position', name='uq_waiting_list_hall_id_position'),
        sa.UniqueConstraint('token', name='uq_waiting_list_token'),
    )
    op.create_index('ix_waiting_list_hall_id_service_id_day_state_position', 'waiting_list', ['hall_id', 'service_id', 'day', 'state', 'position'])
    op.create_index('ix_waiting_list_hall_id_state_offer_until', 'waiting_list', ['hall_id', 'state', 'offer_until'])
    op.create_table(
        'materials',
        sa.Column('hall_id', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('service_id', sa.Uuid(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('name_en', sa.String(), nullable=False),
        sa.Column('note', sa.String(), nullable=False),
        sa.Column('note_en', sa.String(), nullable=False),
        sa.Column('required', sa.Boolean(), nullable=False),
        sa.Column('retired', sa.Boolean(), nullable=False),
        sa.Column('sort', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name='fk_materials_hall_id'),
        sa.ForeignKeyConstraint(['service_id'], ['services.id'], name='fk_materials_service_id'),
        sa.PrimaryKeyConstraint('id', name='pk_materials'),
    )
    op.create_index('ix_materials_hall_id_service_id_sort', 'materials', ['hall_id', 'service_id', 'sort'])
    op.create_table(
        'papers_sent',
        sa.Column('hall_id', sa.Uuid(), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('appointment_id', sa.Uuid(), nullable=False),
        sa.Column('material_id', sa.Uuid(), nullable=True),
        sa.Column('media_type', sa.String(), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('key_cipher', sa.LargeBinary(), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['appointment_id'], ['appointments.id'], name='fk_papers_sent_appointment_id'),
        sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name='fk_papers_sent_hall_id'),
        sa.ForeignKeyConstraint(['material_id'], ['materials.id'], name='fk_papers_sent_material_id'),
        sa.PrimaryKeyConstraint('id', name='pk_papers_sent'),
    )
    op.create_index('ix_papers_sent_appointment_id', 'papers_sent', ['appointment_id'])
