"""Sessions begin with a proof and end by time, by their owner, by an administrator, and with their account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.features.access.models import AccountRow
from server.features.accounts import sessions
from server.features.accounts.models import SessionRow
from shared.domain.errors import HallError
from tests.server.features.accounts.conftest import Gate


def begin(gate: Gate, kind: str = "browser") -> tuple[SessionRow, str]:
    def work(writer: Any) -> tuple[SessionRow, str]:
        account = writer.session.get_one(AccountRow, gate.account().id)
        row, secret = sessions.begin_session(writer, account, kind, "Firefox", "10.0.0.1", ["pwd"])
        return row, secret or ""

    found: tuple[SessionRow, str] = gate.write(work)
    return found


def by_cookie(gate: Gate, secret: str) -> SessionRow | None:
    found: SessionRow | None = gate.desk.read(lambda reader: sessions.session_of_cookie(reader, secret))
    return found


def test_a_session_is_found_by_its_secret_and_nothing_of_it_is_kept(gate: Gate) -> None:
    row, secret = begin(gate)
    found = by_cookie(gate, secret)
    assert found is not None and found.id == row.id
    assert by_cookie(gate, secret + "x") is None
    assert row.secret_hash is not None and secret.encode() not in row.secret_hash
    assert begin(gate, "program")[1] == ""
    assert gate.trail("sign_in.done")[0].subject == str(row.id)
    assert gate.account().last_sign_in_at == gate.desk.clock.now


def test_a_session_ends_when_idle_or_too_old(gate: Gate) -> None:
    row, secret = begin(gate)
    for _ in range(30):
        gate.desk.clock.forward(minutes=29)
        if by_cookie(gate, secret) is None:
            break
        gate.write(lambda writer: sessions.touch(writer, row.id))
    assert gate.desk.clock.now >= row.expires_at, "in use it lasts its twelve hours, and no longer"
    _, idle = begin(gate)
    gate.desk.clock.forward(minutes=31)
    assert by_cookie(gate, idle) is None


def test_an_idle_session_is_not_revived(gate: Gate) -> None:
    row, secret = begin(gate)
    gate.desk.clock.forward(minutes=31)
    gate.write(lambda writer: sessions.touch(writer, row.id))
    assert by_cookie(gate, secret) is None


def test_an_ended_session_is_told_to_every_process(gate: Gate) -> None:
    row, secret = begin(gate)
    other, others_secret = begin(gate)
    gate.write(lambda writer: sessions.end_session(writer, row.id, "signed_out"))
    assert by_cookie(gate, secret) is None
    assert by_cookie(gate, others_secret) is not None
    told = [event for event in gate.desk.events if event.kind == "access.changed"][-1]
    assert json.loads(told.data)["ended"] == [str(row.id)]
    assert gate.write(lambda writer: sessions.end_sessions_of(writer, other.account_id, "revoked")) == 1
    assert by_cookie(gate, others_secret) is None


@pytest.mark.parametrize("status", ["suspended", "closed", "pending"])
def test_a_session_lives_only_with_an_open_account(gate: Gate, status: str) -> None:
    row, secret = begin(gate)
    gate.change(status=status)
    assert by_cookie(gate, secret) is None
    assert gate.desk.read(lambda reader: sessions.live_session(reader, row.id)) is None
    with pytest.raises(HallError) as refused:
        begin(gate)
    assert refused.value.code == f"sign_in_{status}"


def test_the_principal_of_a_session_has_the_accounts_rights(gate: Gate) -> None:
    gate.with_role("auditor")
    row, _ = begin(gate)
    principal = gate.desk.read(lambda reader: sessions.principal_of(reader, row, gate.account()))
    assert principal.may("audit:view") and not principal.may("accounts:change")
    assert (principal.label, principal.session_id) == ("user:zhang", row.id)
