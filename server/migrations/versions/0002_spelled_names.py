"""spelled names of services"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shared.domain.search import search_keys
from shared.domain.spelling import spell_all

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.add_column(sa.Column('spelled', sa.JSON(), nullable=False, server_default='[]'))
    services = sa.table(
        'services', sa.column('id', sa.Uuid()), sa.column('name', sa.String()), sa.column('short_name', sa.String()),
        sa.column('name_en', sa.String()), sa.column('keywords', sa.JSON()), sa.column('search', sa.JSON()),
        sa.column('spelled', sa.JSON()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(services)).all():
        terms = [row.name, row.short_name, *row.keywords]
        connection.execute(
            services.update().where(services.c.id == row.id)
            .values(search=search_keys([*terms[:2], row.name_en, *terms[2:]]), spelled=spell_all(terms))
        )
    connection.execute(sa.text('UPDATE halls SET catalogue_version = catalogue_version + 1'))
