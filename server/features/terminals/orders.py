"""Orders to terminals, from the console or by rule: start again, show the screen, be louder, switch off.

The terminal hears ``terminal_order.asked``, fetches it, does it once or says why not, and sends along what it was asked
for. A picture of a screen and a log may tell of people: they are sealed, gone after a day, and looking is in the trail.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.crypto import Vault, place
from server.database import Reader, Writer
from server.features.terminals.codes import find_terminal
from server.features.terminals.errands import PATIENCE, Errands
from server.features.terminals.models import TerminalOrderRow, TerminalRow
from server.features.terminals.service import announce, is_online
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.orders import CONTENT_LIMIT, ManyOrdersAsk, Order, OrderAsk, OrderOutcome

ASKED: Final = "terminal_order.asked"
KINDS: Final = ("kiosk", "counter", "display")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SWITCHES: Final = ("display_on", "display_off", "power_off")
_TYPES: Final = {"screenshot": "image/png", "log": "text/plain; charset=utf-8"}
MOST_SHOWN: Final = 500
# As long as a program takes to start again.
APART: Final = {"restart": timedelta(seconds=15)}
_ERRANDS = Errands(TerminalOrderRow, "result", "order_unknown")


def ask(writer: Writer, who: Actor, terminal_id: UUID, wanted: OrderAsk) -> Order:
    """HallError ``terminal_unknown``, ``order_away``, ``order_under_way``."""
    terminal = find_terminal(writer, terminal_id)
    if why := _hindered(writer, terminal, {one.terminal_id for one in _ERRANDS.waiting(writer, terminal.id)}):
        raise HallError(f"order_{why}", status=409, name=terminal.name)
    (row,) = _add(writer, who, wanted, [(terminal, writer.now, "")])
    return _view(writer, row)


def ask_many(writer: Writer, who: Actor, wanted: ManyOrdersAsk) -> list[Order]:
    """One for each terminal, with an outcome of its own; who can't be asked now has failed at once.

    Those that start again do so one after the other: never is a hall without its kiosks. HallError
    ``terminal_unknown``: nobody is asked.
    """
    chosen = select(TerminalRow).where(
        TerminalRow.hall_id == writer.hall_id, TerminalRow.id.in_(wanted.terminal_ids)
    )  # fmt: skip
    known = {row.id: row for row in writer.session.scalars(chosen)}
    if len(known) < len(wanted.terminal_ids):
        raise HallError("terminal_unknown", status=404)
    busy, at, asked = _ERRANDS.busy(writer), writer.now, []
    for terminal in (known[one] for one in wanted.terminal_ids):
        why = _hindered(writer, terminal, busy)
        asked.append((terminal, writer.now if why else at, why))
        at += APART.get(wanted.kind, timedelta()) * (not why)
    return [_view(writer, row) for row in _add(writer, who, wanted, asked)]


def recent(reader: Reader) -> list[Order]:
    """What was asked in the last day, the newest first."""
    row = TerminalOrderRow
    chosen = select(row).where(row.hall_id == reader.hall_id).order_by(row.asked_at.desc(), row.id).limit(MOST_SHOWN)
    return [_view(reader, one) for one in reader.session.scalars(chosen)]


def has_due(reader: Reader) -> bool:
    return bool(_ERRANDS.due(reader))


def tell_due(writer: Writer) -> None:
    """Whose turn has come hears of it, and who has not heard of it once more."""
    for terminal_id in {row.terminal_id for row in _ERRANDS.due(writer)}:
        writer.emit(ASKED, json.dumps({"terminal_id": str(terminal_id)}))


def _hindered(reader: Reader, terminal: TerminalRow, busy: Collection[UUID]) -> str:
    """Why it can't be asked now, a key of ``orders.why``; empty: it can."""
    if terminal.kind not in KINDS or not is_online(terminal, reader) or terminal.state == "revoked":
        return "away"
    return "under_way" if terminal.id in busy else ""


def _add(
    writer: Writer, who: Actor, wanted: OrderAsk, asked: Sequence[tuple[TerminalRow, datetime, str]]
) -> list[TerminalOrderRow]:  # fmt: skip
    """To whom, from when, and why it has failed already."""
    rows = [
        TerminalOrderRow(
            hall_id=writer.hall_id, id=uuid7(), terminal_id=terminal.id, kind=wanted.kind,
            result="failed" if why else "", code=why, content_cipher=None, size=0, value=wanted.value,
            wake_at=wanted.wake_at, asked_by=who.label, asked_at=at,
        )
        for terminal, at, why in asked
    ]  # fmt: skip
    writer.session.add_all(rows)
    writer.flush()
    pairs = list(zip(asked, rows, strict=True))
    audit.record_all(writer, who, [_entry("terminal.ordered", one[0], row) for one, row in pairs])
    failed = [(one, row) for one, row in pairs if one[2]]
    audit.record_all(
        writer, audit.SYSTEM,
        [_entry("terminal.order_ended", one[0], row, "failed", code=row.code) for one, row in failed],
    )  # fmt: skip
    for terminal, at, why in asked:
        if at == writer.now and not why:
            writer.emit(ASKED, json.dumps({"terminal_id": str(terminal.id)}))
    return rows


def order(reader: Reader, order_id: UUID) -> Order:
    return _view(reader, _ERRANDS.find(reader, order_id))


def mine(reader: Reader, principal: Principal) -> list[Order]:
    """What the calling terminal shall do now."""
    return [_view(reader, row) for row in _ERRANDS.of_caller(reader, principal)]


def bring(writer: Writer, vault: Vault, principal: Principal, order_id: UUID, content: bytes) -> Order:
    """What the terminal was asked for, before it says that it is done. HallError ``order_content_wrong``,
    ``order_late``: nobody waits for it any more, and it is not kept."""
    row, _ = _ERRANDS.find_own(writer, principal, order_id)
    if _ERRANDS.state(writer, row) == "unanswered":
        raise HallError("order_late", status=409)
    if not 0 < len(content) <= CONTENT_LIMIT or not _is_a(row.kind, content):
        raise HallError("order_content_wrong", status=422)
    if not row.result:
        row.content_cipher, row.size = vault.seal_bytes(content, _about(row)), len(content)
        writer.flush()
    return _view(writer, row)


def settle(writer: Writer, who: Actor, principal: Principal, order_id: UUID, said: OrderOutcome) -> Order:
    """The terminal says what it did, once: repeating it changes nothing."""
    row, own = _ERRANDS.find_own(writer, principal, order_id)
    if not row.result:
        if _ERRANDS.state(writer, row) == "unanswered":
            row.content_cipher, row.size = None, 0
        row.result, row.code = said.result, said.code or ""
        if row.result == "done" and row.kind in _SWITCHES:
            _switched(writer, own, row.kind)
        writer.flush()
        _record(writer, who, "terminal.order_ended", own, row, outcome=said.result, code=row.code)
    return _view(writer, row)


def _switched(writer: Writer, own: TerminalRow, kind: str) -> None:
    """What is off on purpose from now on is no alarm."""
    own.dark_ordered = kind != "display_on"
    if kind == "power_off":
        own.ordered_off_at = writer.now
    writer.flush()
    announce(writer, own)


def open_content(writer: Writer, vault: Vault, who: Actor, order_id: UUID) -> tuple[str, bytes]:
    """Media type and content. HallError ``order_unknown`` also when nothing came."""
    row = _ERRANDS.find(writer, order_id)
    terminal = writer.session.get(TerminalRow, row.terminal_id)
    if row.content_cipher is None or terminal is None:
        raise HallError("order_unknown", status=404)
    _record(writer, who, "terminal.order_seen", terminal, row)
    return _TYPES[row.kind], vault.open_bytes(row.content_cipher, _about(row))


def forget_old(writer: Writer) -> None:
    """A day after it was asked for, a picture of a screen is nobody's business any more; one that came along with no
    answer never was."""
    _ERRANDS.forget_old(writer)
    row = TerminalOrderRow
    late = (row.hall_id == writer.hall_id, row.result == "", row.asked_at <= writer.now - PATIENCE, row.size > 0)
    writer.session.execute(update(row).where(*late).values(content_cipher=None, size=0))


def let_go(writer: Writer) -> None:
    """What nobody has answered is asked no more, nor when its turn comes: it may have been done."""
    left = [(writer.session.get_one(TerminalRow, row.terminal_id), row) for row in _ERRANDS.open(writer)]
    for _, row in left:
        row.result, row.code, row.content_cipher, row.size = "failed", "replaced", None, 0
    writer.flush()
    entries = [_entry("terminal.order_ended", one, row, "failed", code=row.code) for one, row in left]
    audit.record_all(writer, audit.SYSTEM, entries)


def _is_a(kind: str, content: bytes) -> bool:
    if kind == "screenshot":
        return content.startswith(_PNG)
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return kind == "log"


def _about(row: TerminalOrderRow) -> str:
    return place("terminal_orders", "content_cipher", row.id)


def _record(
    writer: Writer, who: Actor, action: str, terminal: TerminalRow, row: TerminalOrderRow, outcome: str = "done",
    **more: Any,
) -> None:  # fmt: skip
    audit.record_all(writer, who, [_entry(action, terminal, row, outcome, **more)])


def _entry(
    action: str, terminal: TerminalRow, row: TerminalOrderRow, outcome: str = "done", **more: Any
) -> audit.Entry:  # fmt: skip
    level: dict[str, Any] = {"value": row.value} if row.value is not None else {}
    detail = {"name": terminal.name, "what": row.kind, "order": str(row.id), **level, **more}
    return audit.Entry(action, "terminal", terminal.id, detail, outcome)


def _view(reader: Reader, row: TerminalOrderRow) -> Order:
    return Order.model_validate(
        {
            "id": row.id, "terminal_id": row.terminal_id, "kind": row.kind, "state": _ERRANDS.state(reader, row),
            "code": row.code, "value": row.value, "wake_at": row.wake_at, "size": row.size, "asked_by": row.asked_by,
            "asked_at": row.asked_at,
        }
    )  # fmt: skip
