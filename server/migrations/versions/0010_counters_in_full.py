"""several items of one ticket, parking, hand-over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.database import UtcTime

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, kind, default in (
        ('items', sa.Integer(), '1'), ('item', sa.Integer(), '0'), ('queued_at', UtcTime(), None),
        ('parked_at', UtcTime(), None), ('parked_until', UtcTime(), None), ('park_reason', sa.String(), ''),
        ('parked_s', sa.Integer(), '0'), ('silent', sa.Boolean(), sa.false()),
    ):  # fmt: skip
        op.add_column('tickets', sa.Column(name, kind, nullable=default is None, server_default=default))
    op.add_column('calls', sa.Column('silent', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('counters', sa.Column('hand_over_id', sa.Uuid(), nullable=True))
    op.create_table(
        'ticket_items',
        sa.Column('hall_id', sa.Uuid(), sa.ForeignKey('halls.id', name='fk_ticket_items_hall_id'), nullable=False),
        sa.Column(
            'ticket_id', sa.Uuid(), sa.ForeignKey('tickets.id', name='fk_ticket_items_ticket_id'), nullable=False
        ),
        sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            'service_id', sa.Uuid(), sa.ForeignKey('services.id', name='fk_ticket_items_service_id'), nullable=False
        ),
        sa.PrimaryKeyConstraint('ticket_id', 'place', name='pk_ticket_items'),
    )
    op.create_table(
        'ticket_visits',
        sa.Column('hall_id', sa.Uuid(), sa.ForeignKey('halls.id', name='fk_ticket_visits_hall_id'), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('service_day', sa.Date(), nullable=False),
        sa.Column(
            'ticket_id', sa.Uuid(), sa.ForeignKey('tickets.id', name='fk_ticket_visits_ticket_id'), nullable=False
        ),
        sa.Column('item', sa.Integer(), nullable=False),
        sa.Column(
            'service_id', sa.Uuid(), sa.ForeignKey('services.id', name='fk_ticket_visits_service_id'), nullable=False
        ),
        sa.Column('counter_id', sa.Uuid(), nullable=False),
        sa.Column('staff_id', sa.Uuid(), nullable=True),
        sa.Column('queued_at', UtcTime(), nullable=False),
        sa.Column('called_at', UtcTime(), nullable=False),
        sa.Column('started_at', UtcTime(), nullable=True),
        sa.Column('ended_at', UtcTime(), nullable=False),
        sa.Column('parked_s', sa.Integer(), nullable=False),
        sa.Column('outcome', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_ticket_visits'),
    )
    op.create_index('ix_ticket_visits_hall_id_service_day', 'ticket_visits', ['hall_id', 'service_day'])
    op.create_index('ix_ticket_visits_ticket_id', 'ticket_visits', ['ticket_id'])
    op.create_table(
        'hand_overs',
        sa.Column('hall_id', sa.Uuid(), sa.ForeignKey('halls.id', name='fk_hand_overs_hall_id'), nullable=False),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column(
            'counter_id', sa.Uuid(), sa.ForeignKey('counters.id', name='fk_hand_overs_counter_id'), nullable=False
        ),
        sa.Column(
            'from_staff_id', sa.Uuid(), sa.ForeignKey('staff.id', name='fk_hand_overs_from_staff_id'), nullable=True
        ),
        sa.Column(
            'to_staff_id', sa.Uuid(), sa.ForeignKey('staff.id', name='fk_hand_overs_to_staff_id'), nullable=True
        ),
        sa.Column('note', sa.String(), nullable=False),
        sa.Column('parked', sa.Integer(), nullable=False),
        sa.Column('held', sa.Integer(), nullable=False),
        sa.Column('given_at', UtcTime(), nullable=False),
        sa.Column('taken_at', UtcTime(), nullable=True),
        sa.Column('closed_at', UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint('id', name='pk_hand_overs'),
    )
    op.create_index('ix_hand_overs_given_at', 'hand_overs', ['given_at'])
    # What was before items: each finished or missed ticket was one visit, and has its own id as that of the visit.
    op.execute(
        'INSERT INTO ticket_visits (hall_id, id, service_day, ticket_id, item, service_id, counter_id, staff_id,'
        ' queued_at, called_at, started_at, ended_at, parked_s, outcome)'
        ' SELECT hall_id, id, service_day, id, 0, service_id, counter_id, staff_id, issued_at, called_at, started_at,'
        " COALESCE(finished_at, called_at), 0, status FROM tickets WHERE status IN ('finished', 'no_show')"
        ' AND counter_id IS NOT NULL AND called_at IS NOT NULL'
    )
