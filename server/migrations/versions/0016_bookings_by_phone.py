"""bookings that wait for the code sent to the phone, and whose share a slot was of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('booking_holds',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('token', sa.LargeBinary(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=True),
    sa.Column('end', sa.Integer(), nullable=True),
    sa.Column('pool', sa.String(), nullable=True),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('phone_masked', sa.String(), nullable=False),
    sa.Column('phone_index', sa.LargeBinary(), nullable=True),
    sa.Column('identity_key', sa.LargeBinary(), nullable=True),
    sa.Column('form_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('browser', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sends', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('became', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_booking_holds_hall_id')),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_booking_holds_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking_holds')),
    sa.UniqueConstraint('code', name=op.f('uq_booking_holds_code')),
    sa.UniqueConstraint('token', name=op.f('uq_booking_holds_token'))
    )
    op.create_index(op.f('ix_booking_holds_hall_id_until'), 'booking_holds', ['hall_id', 'until'], unique=False)
    op.create_index(op.f('ix_booking_holds_hall_id_browser'), 'booking_holds', ['hall_id', 'browser'], unique=False)
    op.add_column('appointments', sa.Column('pool', sa.String(), nullable=True))
    op.add_column('message_settings', sa.Column('gateway_cipher', sa.LargeBinary(), nullable=True))
