"""``./run account``, and the accounts of the demonstration hall."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from server import cli
from server.audit import AuditRow
from server.auth import Keys
from server.database import Database
from server.features.access.models import AccountRow, GrantRow
from server.features.access.service import rights_of
from server.features.accounts.proof import Door, Proof, Verdict
from server.features.accounts.sign_in import prove_password
from server.settings import Settings
from tests.fakes.hall import RunningHall


def prove(hall: RunningHall, username: str, password: str) -> Proof:
    keys = Keys.of(hall.data)
    database = Database(Settings(data=hall.data, database_url=hall.database_url).url)
    database.audit_key = keys.audit
    database.start()
    try:
        return asyncio.run(prove_password(Door(database, keys, "127.0.0.1"), username, password))
    finally:
        database.close()


def account(hall: RunningHall, *options: str) -> int:
    more = ["--database-url", hall.database_url] if hall.database_url else []
    return cli.main(["account", "--data", str(hall.data), *more, *options])


def test_an_account_is_made_and_reset_while_the_server_runs(
    shared_hall: RunningHall, capsys: pytest.CaptureFixture[str]
) -> None:
    assert account(shared_hall, "--username", "Wang", "--role", "auditor", "--staff", "YS1001") == 1
    assert "YS1001" in capsys.readouterr().err, "who has an account gets no second one"
    assert account(shared_hall, "--username", "Wang", "--role", "auditor") == 0
    first = capsys.readouterr().out.split()[-1]
    assert prove(shared_hall, "wang", first).verdict is Verdict.MUST_CHANGE
    assert account(shared_hall, "--username", "wang") == 0
    second = capsys.readouterr().out.split()[-1]
    assert first != second
    assert prove(shared_hall, "wang", first).verdict is Verdict.WRONG
    assert prove(shared_hall, "wang", second).verdict is Verdict.MUST_CHANGE
    done = [row.action for row in shared_hall.execute(select(AuditRow.action).order_by(AuditRow.n))]
    assert ("account.made" in done) and ("account.reset" in done)


@pytest.mark.parametrize(
    "name", ["11010519491231002X", "13800138000", "91110000MA001X0E1A", "a", "a b", "../x", "é" * 40]
)
def test_names_that_can_not_be(shared_hall: RunningHall, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert account(shared_hall, "--username", name) == 1
    assert "user name" in capsys.readouterr().err


def test_words_for_what_is_wrong(shared_hall: RunningHall, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert account(shared_hall, "--username", "liu", "--role", "king") == 1
    assert "no such role" in capsys.readouterr().err
    assert account(shared_hall, "--username", "liu", "--staff", "NOBODY") == 1
    assert "NOBODY" in capsys.readouterr().err
    assert cli.main(["account", "--data", str(tmp_path / "none"), "--username", "liu"]) == 1
    assert "no hall in the folder" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_the_demonstration_hall_has_accounts(shared_hall: RunningHall) -> None:
    password = shared_hall.password()
    for name in ("admin", "ys1004"):
        assert prove(shared_hall, name, password).verdict is Verdict.OK
    found = dict(shared_hall.execute(select(AccountRow.username, AccountRow.id)))
    assert len(found) > 30
    database = Database(Settings(data=shared_hall.data, database_url=shared_hall.database_url).url)
    try:
        admin, clerk = (
            database.read(lambda reader, name=name: rights_of(reader, found[name], "staff"))  # type: ignore[misc]
            for name in ("admin", "ys1004")
        )
    finally:
        database.engine.dispose()
        database.write_engine.dispose()
    assert "policy:change" in admin.everywhere
    assert "queue.counters:operate" in clerk.in_units and "accounts:view" not in clerk.in_units
    assert shared_hall.execute(select(GrantRow.id))


def test_the_password_of_the_demonstration_hall_is_its_owners(hall: RunningHall) -> None:
    assert (hall.data / "demo-password.txt").stat().st_mode & 0o777 == 0o600
