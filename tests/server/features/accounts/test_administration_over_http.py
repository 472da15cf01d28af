"""Accounts and the policy over HTTP: nobody's number in clear, anywhere."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from server import audit
from server.settings import Settings
from shared.schemas.access import SecurityPolicy
from shared.schemas.accounts import AccountCreate, AccountEdit, StatusChange
from tests.fakes.hall import RunningHall
from tests.server.features.accounts.test_administration import refused


def test_the_whole_way_over_http_leaves_no_number_in_clear(shared_hall: RunningHall) -> None:
    client = shared_hall.client("admin")
    made = client.add_account(
        AccountCreate(
            kind="citizen", username="wangwu", name="王五六", number="440524198801010011", phone="13912345678"
        )
    )
    assert made.password and made.account.must_change
    assert client.accounts(search="440524198801010011").items == [made.account]
    changed = client.edit_account(made.account.id, AccountEdit(phone="13987654321", version=made.account.version))
    assert changed.phone == "139****4321"
    refused("account_changed", lambda: client.edit_account(
        made.account.id, AccountEdit(note="late", version=made.account.version)))  # fmt: skip
    assert client.reset_account(made.account.id).password != made.password
    assert client.unlock_account(made.account.id).id == client.account(made.account.id).id
    assert client.account_sessions(made.account.id) == []
    client.end_account_sessions(made.account.id)
    assert client.set_account_status(made.account.id, StatusChange(status="suspended")).status == "suspended"
    refused("account_needed", client.profile)
    texts = [path.read_bytes() for path in Path(shared_hall.data).rglob("*") if path.is_file()]
    if shared_hall.database_url:
        texts.append(_dump(shared_hall))
    for secret in ("440524198801010011", "13912345678", "13987654321", "王五六", made.password):
        assert not any(secret.encode() in text for text in texts), secret


def _dump(hall: RunningHall) -> bytes:
    from sqlalchemy import inspect, text

    from server.database import Database

    database = Database(Settings(data=hall.data, database_url=hall.database_url).url)
    try:
        with database.engine.connect() as connection:
            tables = inspect(connection).get_table_names()
            rows = [repr(list(connection.execute(text(f'SELECT t::text FROM "{name}" t')))) for name in tables]
        return "\n".join(rows).encode()
    finally:
        database.engine.dispose()
        database.write_engine.dispose()


def test_the_policy_is_read_and_changed(shared_hall: RunningHall) -> None:
    client = shared_hall.client("admin")
    before = client.policy()
    wanted = SecurityPolicy.model_validate(before.model_dump() | {"second_factor": ["auditor"]})
    assert client.set_policy(wanted) == wanted == client.policy()
    refused("role_unknown", lambda: client.set_policy(
        SecurityPolicy.model_validate(before.model_dump() | {"second_factor": ["king"]})))  # fmt: skip
    client.set_policy(before)
    (row,) = shared_hall.execute(
        select(audit.AuditRow.detail)
        .where(audit.AuditRow.action == "policy.changed")
        .order_by(audit.AuditRow.n)
        .limit(1)
    )
    assert row.detail == '{"second_factor":["auditor"]}'
