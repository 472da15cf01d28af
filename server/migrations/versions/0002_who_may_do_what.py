"""who may do what: organisation, roles, accounts, sign-on, enrolment, audit"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('n', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('subject_kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_audit_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'n', name=op.f('pk_audit'))
    )
    op.create_index(op.f('ix_audit_hall_id_actor'), 'audit', ['hall_id', 'actor'], unique=False)
    op.create_index(op.f('ix_audit_hall_id_at'), 'audit', ['hall_id', 'at'], unique=False)
    op.create_index(op.f('ix_audit_hall_id_subject'), 'audit', ['hall_id', 'subject'], unique=False)
    op.create_table('audit_heads',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.Column('seal', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_audit_heads_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_audit_heads'))
    )
    op.create_table('audit_exports',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fault', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_audit_exports_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_audit_exports'))
    )
    op.create_table('clients',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(), nullable=True),
    sa.Column('redirect_uris', sa.JSON(), nullable=False),
    sa.Column('post_logout_uris', sa.JSON(), nullable=False),
    sa.Column('backchannel_uri', sa.String(), nullable=False),
    sa.Column('cas_services', sa.JSON(), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('own', sa.Boolean(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_clients_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clients')),
    sa.UniqueConstraint('hall_id', 'client_id', name=op.f('uq_clients_hall_id_client_id'))
    )
    op.create_table('deliveries',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fault', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_deliveries_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries'))
    )
    op.create_index(op.f('ix_deliveries_hall_id_state_next_at'), 'deliveries', ['hall_id', 'state', 'next_at'], unique=False)
    op.create_table('one_time',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_one_time_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'purpose', 'hash', name=op.f('pk_one_time'))
    )
    op.create_index(op.f('ix_one_time_expires_at'), 'one_time', ['expires_at'], unique=False)
    op.create_table('policies',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_policies_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', name=op.f('pk_policies'))
    )
    op.create_table('roles',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('permissions', sa.JSON(), nullable=False),
    sa.Column('base', sa.Boolean(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_roles_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roles')),
    sa.UniqueConstraint('hall_id', 'key', name=op.f('uq_roles_hall_id_key'))
    )
    op.create_table('signing_keys',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('public', sa.JSON(), nullable=False),
    sa.Column('private_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_signing_keys_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_keys'))
    )
    op.create_table('throttles',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_throttles_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'key', name=op.f('pk_throttles'))
    )
    op.create_table('units',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('short_name', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('sort', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_units_hall_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['units.id'], name=op.f('fk_units_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units'))
    )
    op.create_index(op.f('ix_units_hall_id_parent_id'), 'units', ['hall_id', 'parent_id'], unique=False)
    op.create_table('upstreams',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('settings', sa.JSON(), nullable=False),
    sa.Column('secret_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_upstreams_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upstreams')),
    sa.UniqueConstraint('hall_id', 'key', name=op.f('uq_upstreams_hall_id_key'))
    )
    op.create_table('accounts',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('username', sa.String(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=True),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=True),
    sa.Column('password_history', sa.JSON(), nullable=False),
    sa.Column('password_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('totp_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('totp_step', sa.Integer(), nullable=False),
    sa.Column('name_masked', sa.String(), nullable=False),
    sa.Column('name_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('number_kind', sa.String(), nullable=True),
    sa.Column('number_masked', sa.String(), nullable=True),
    sa.Column('number_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('number_index', sa.LargeBinary(), nullable=True),
    sa.Column('phone_masked', sa.String(), nullable=True),
    sa.Column('phone_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('phone_index', sa.LargeBinary(), nullable=True),
    sa.Column('card_index', sa.LargeBinary(), nullable=True),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('last_sign_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_accounts_hall_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_accounts_staff_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_accounts_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('card_index', name=op.f('uq_accounts_card_index')),
    sa.UniqueConstraint('hall_id', 'username', name=op.f('uq_accounts_hall_id_username')),
    sa.UniqueConstraint('staff_id', name=op.f('uq_accounts_staff_id'))
    )
    op.create_index(op.f('ix_accounts_hall_id_number_index'), 'accounts', ['hall_id', 'number_index'], unique=False)
    op.create_index(op.f('ix_accounts_hall_id_phone_index'), 'accounts', ['hall_id', 'phone_index'], unique=False)
    op.create_index(op.f('ix_accounts_unit_id'), 'accounts', ['unit_id'], unique=False)
    op.create_table('account_links',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('upstream_id', sa.Uuid(), nullable=False),
    sa.Column('subject_index', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_account_links_account_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_account_links_hall_id')),
    sa.ForeignKeyConstraint(['upstream_id'], ['upstreams.id'], name=op.f('fk_account_links_upstream_id')),
    sa.PrimaryKeyConstraint('upstream_id', 'subject_index', name=op.f('pk_account_links'))
    )
    op.create_index(op.f('ix_account_links_account_id'), 'account_links', ['account_id'], unique=False)
    op.create_table('consents',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_consents_account_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_consents_client_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_consents_hall_id')),
    sa.PrimaryKeyConstraint('account_id', 'client_id', name=op.f('pk_consents'))
    )
    op.create_table('grants',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('role_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('granted_by', sa.String(), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_grants_account_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_grants_hall_id')),
    sa.ForeignKeyConstraint(['role_id'], ['roles.id'], name=op.f('fk_grants_role_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_grants_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grants'))
    )
    op.create_index(op.f('ix_grants_role_id'), 'grants', ['role_id'], unique=False)
    op.create_index('uq_grants_hall', 'grants', ['account_id', 'role_id'], unique=True, sqlite_where=sa.text('unit_id IS NULL'), postgresql_where=sa.text('unit_id IS NULL'))
    op.create_index('uq_grants_unit', 'grants', ['account_id', 'role_id', 'unit_id'], unique=True)
    op.create_table('sessions',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('methods', sa.JSON(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_sessions_account_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_sessions_hall_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_sessions_secret_hash'))
    )
    op.create_index(op.f('ix_sessions_account_id'), 'sessions', ['account_id'], unique=False)
    op.create_table('token_families',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('client_id', sa.Uuid(), nullable=False),
    sa.Column('scopes', sa.JSON(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_token_families_account_id')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_token_families_client_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_token_families_hall_id')),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_token_families_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_token_families'))
    )
    op.create_index(op.f('ix_token_families_account_id'), 'token_families', ['account_id'], unique=False)
    op.create_index(op.f('ix_token_families_client_id'), 'token_families', ['client_id'], unique=False)
    op.create_index(op.f('ix_token_families_session_id'), 'token_families', ['session_id'], unique=False)
    op.create_table('tokens',
    sa.Column('hall_id', sa.Uuid(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('family_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['family_id'], ['token_families.id'], name=op.f('fk_tokens_family_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_tokens_hall_id')),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_tokens'))
    )
    op.create_index(op.f('ix_tokens_expires_at'), 'tokens', ['expires_at'], unique=False)
    op.create_index(op.f('ix_tokens_family_id'), 'tokens', ['family_id'], unique=False)

    _add('staff', sa.Column('unit_id', sa.Uuid(), nullable=True), 'units')
    op.create_index(op.f('ix_staff_unit_id'), 'staff', ['unit_id'], unique=False)
    op.add_column('staff', sa.Column('phone_masked', sa.String(), nullable=True))
    op.add_column('staff', sa.Column('phone_cipher', sa.LargeBinary(), nullable=True))
    op.add_column('staff', sa.Column('version', sa.Integer(), nullable=False, server_default='0'))
    # Terminals that were there came with a token of the server's own machine.
    op.add_column('terminals', sa.Column('state', sa.String(), nullable=False, server_default='set_up'))
    op.add_column('terminals', sa.Column('public_key', sa.LargeBinary(), nullable=True))
    op.add_column('terminals', sa.Column('key_id', sa.Integer(), nullable=False, server_default='0'))
    _add('terminals', sa.Column('counter_id', sa.Uuid(), nullable=True), 'counters')
    op.add_column('terminals', sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('terminals', sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('terminals', sa.Column('decided_by', sa.String(), nullable=False, server_default=''))
    op.add_column('counters', sa.Column('session_id', sa.Uuid(), nullable=True))
    op.add_column('tickets', sa.Column('identity_cipher', sa.LargeBinary(), nullable=True))
    op.add_column('tickets', sa.Column('name_cipher', sa.LargeBinary(), nullable=True))
    _append_only('audit')


def _add(table: str, column: sa.Column, target: str) -> None:
    """A column that refers to another table. SQLite can't add the constraint later without making the table anew."""
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            f'ALTER TABLE {table} ADD COLUMN {column.name} CHAR(32) '
            f'CONSTRAINT fk_{table}_{column.name} REFERENCES {target} (id)'
        )
        return
    op.add_column(table, column)
    op.create_foreign_key(op.f(f'fk_{table}_{column.name}'), table, target, [column.name], ['id'])


def _append_only(table: str) -> None:
    """What is written stays: not even this server can change or delete a row."""
    if op.get_bind().dialect.name == 'sqlite':
        for event in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} '
        f'FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()'
    )
