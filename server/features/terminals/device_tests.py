"""Trying a terminal's device from the console: asked for there, done by the terminal, its outcome kept in the trail.

The terminal hears ``device_test.asked``, fetches what is meant for it, does it, and says what came of it.
"""

from __future__ import annotations

import json
from uuid import UUID

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.database import Reader, Writer
from server.features.terminals.codes import find_terminal
from server.features.terminals.errands import Errands
from server.features.terminals.models import DeviceTestRow, TerminalRow
from server.features.terminals.service import is_online
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.device_tests import DeviceTest, DeviceTestAsk, DeviceTestOutcome

ASKED = "device_test.asked"
_ERRANDS = Errands(DeviceTestRow, "result", "device_test_unknown")


def ask(writer: Writer, who: Actor, terminal_id: UUID, wanted: DeviceTestAsk) -> DeviceTest:
    """HallError ``terminal_unknown``, ``device_test_away``, ``device_test_under_way``."""
    terminal = find_terminal(writer, terminal_id)
    if not is_online(terminal, writer) or terminal.state == "revoked":
        raise HallError("device_test_away", status=409, name=terminal.name)
    if _ERRANDS.waiting(writer, terminal.id):
        raise HallError("device_test_under_way", status=409, name=terminal.name)
    _ERRANDS.forget_old(writer)
    row = DeviceTestRow(
        hall_id=writer.hall_id, id=uuid7(), terminal_id=terminal.id, kind=wanted.kind, result="", code="", seen="",
        asked_by=who.label, asked_at=writer.now,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    _record(writer, who, "terminal.device_tried", terminal, row)
    writer.emit(ASKED, json.dumps({"terminal_id": str(terminal.id)}))
    return _view(writer, row)


def device_test(reader: Reader, test_id: UUID) -> DeviceTest:
    return _view(reader, _ERRANDS.find(reader, test_id))


def mine(reader: Reader, principal: Principal) -> list[DeviceTest]:
    """What the calling terminal shall try now."""
    return [_view(reader, row) for row in _ERRANDS.of_caller(reader, principal)]


def settle(writer: Writer, who: Actor, principal: Principal, test_id: UUID, said: DeviceTestOutcome) -> DeviceTest:
    """The terminal says what came of it, once: repeating it changes nothing."""
    row, own = _ERRANDS.find_own(writer, principal, test_id)
    if not row.result:
        row.result, row.code, row.seen = said.result, said.code or "", said.seen or ""
        writer.flush()
        outcome = "done" if said.result == "passed" else "failed"
        _record(writer, who, "terminal.device_test_ended", own, row, outcome=outcome, result=row.result, code=row.code)
    return _view(writer, row)


def _record(
    writer: Writer, who: Actor, action: str, terminal: TerminalRow, row: DeviceTestRow, **more: str
) -> None:  # fmt: skip
    audit.record(
        writer, who, action, "terminal", terminal.id, name=terminal.name, device=row.kind, test=str(row.id), **more
    )


def _view(reader: Reader, row: DeviceTestRow) -> DeviceTest:
    return DeviceTest.model_validate(
        {
            "id": row.id, "terminal_id": row.terminal_id, "kind": row.kind, "state": _ERRANDS.state(reader, row),
            "code": row.code, "seen": row.seen, "asked_by": row.asked_by, "asked_at": row.asked_at,
        }
    )  # fmt: skip
