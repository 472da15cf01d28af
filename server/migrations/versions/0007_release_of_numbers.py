"""days of kinds, released quantities, what was taken of them"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

import server.database

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    days = op.create_table('calendar_days',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('opens_like', sa.String(), nullable=True),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('holiday', 'adjusted', 'special')", name=op.f('ck_calendar_days_kind')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_calendar_days_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'day', name=op.f('pk_calendar_days'))
    )
    op.create_table('release_plans',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('windows', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('changed_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.String(), nullable=True),
    sa.Column('published_at', server.database.UtcTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('warnings', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'published', 'past')", name=op.f('ck_release_plans_state')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_release_plans_hall_id')),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_release_plans_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release_plans')),
    sa.UniqueConstraint('service_id', 'number', name=op.f('uq_release_plans_service_id_number'))
    )
    op.create_index('uq_release_plans_state', 'release_plans', ['service_id', 'state'], unique=True,
                    sqlite_where=sa.text("state <> 'past'"), postgresql_where=sa.text("state <> 'past'"))
    op.create_table('release_day_changes',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('windows', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('changed_at', server.database.UtcTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_release_day_changes_hall_id')),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_release_day_changes_service_id')),
    sa.PrimaryKeyConstraint('service_id', 'day', name=op.f('pk_release_day_changes'))
    )
    op.create_table('release_taken',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('start', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('pool', sa.String(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.CheckConstraint('taken >= 0 AND taken <= quantity', name=op.f('ck_release_taken_taken')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_release_taken_hall_id')),
    sa.ForeignKeyConstraint(['service_id'], ['services.id'], name=op.f('fk_release_taken_service_id')),
    sa.PrimaryKeyConstraint('service_id', 'day', 'act', 'start', 'pool', name=op.f('pk_release_taken'))
    )
    _move_days(days)


def _move_days(days: sa.Table) -> None:
    """What stood among the hall's facts becomes rows of the calendar."""
    facts = sa.table('hall_facts', sa.column('hall_id', sa.Uuid()), sa.column('facts', sa.JSON()))
    connection = op.get_bind()
    for hall_id, known in connection.execute(sa.select(facts.c.hall_id, facts.c.facts)).all():
        rows = {}
        for day, like in known.pop('workdays', {}).items():
            rows[date.fromisoformat(day)] = ('adjusted', like)
        for first, last in known.pop('holidays', ()):
            day = date.fromisoformat(first)
            while day <= date.fromisoformat(last):
                rows[day] = ('holiday', None)
                day += timedelta(days=1)
        for day, (kind, like) in rows.items():
            connection.execute(days.insert().values(hall_id=hall_id, day=day, kind=kind, name='', name_en='',
                                                    opens_like=like, source='files', version=0))
        connection.execute(facts.update().where(facts.c.hall_id == hall_id).values(facts=known))
