"""Who is on line, what version, when it last answered a call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from server.auth import Principal
from server.database import Reader, Writer
from server.features.terminals.models import TerminalRow
from server.features.terminals.standing import standing
from shared.domain.fingerprints import fingerprint
from shared.domain.identifiers import uuid7
from shared.schemas.terminals import Terminal, TerminalReport

# A terminal reports every 20 s: two missed reports and a bit.
ONLINE_FOR = timedelta(seconds=45)
# A machine that was told to go off still speaks while it does.
GOING = timedelta(minutes=2)
_SEEN = (
    update(TerminalRow.__table__)  # type: ignore[arg-type]
    .where(
        TerminalRow.hall_id == bindparam("hall"), TerminalRow.kind == bindparam("kind_"),
        TerminalRow.name == bindparam("name_"),
    )
    .values(last_receipt_at=bindparam("now"), last_seen_at=bindparam("now"))
)  # fmt: skip


def report(writer: Writer, principal: Principal, said: TerminalReport) -> Terminal:
    """Keep what a terminal says of itself; the others are told only when something changed."""
    row = own_row(writer, principal)
    # Where an administrator wrote its place, a terminal that names none leaves it so.
    place = said.place or (row.place if row is not None and principal.terminal_id is not None else "")
    devices = [device.model_dump() for device in said.devices]
    machine = said.machine.model_dump() if said.machine is not None else None
    changed = row is None or not is_online(row, writer) or (row.version, row.place, row.devices) != (
        said.version, place, devices,
    ) or _seldom(row.machine) != _seldom(machine)  # fmt: skip
    if row is None:
        row = TerminalRow(
            hall_id=writer.hall_id, id=uuid7(), kind=_kind(principal), name=principal.name, last_receipt_at=None
        )
        writer.session.add(row)
    row.version, row.place, row.devices, row.last_seen_at = said.version, place, devices, writer.now
    row.machine, row.told_online = machine, True
    if row.ordered_off_at is not None and writer.now - row.ordered_off_at > GOING:
        # It is there again: somebody switched it on by hand.
        row.ordered_off_at, row.dark_ordered, changed = None, False, True
    writer.flush()
    view = _view(row, writer)
    if changed:
        writer.emit("terminal.changed", view.model_dump_json())
    return view


def _seldom(machine: dict[str, Any] | None) -> object:
    """What of a machine's state is worth telling at once: figures that never stand still are read when asked for."""
    return {name: machine.get(name) for name in ("screens", "brightness", "volume", "can")} if machine else None


def announce(writer: Writer, row: TerminalRow) -> Terminal:
    """Tell the others how a terminal stands now."""
    view = _view(row, writer)
    writer.emit("terminal.changed", view.model_dump_json())
    return view


def note_receipt(writer: Writer, principal: Principal) -> None:
    """A receipt is also a sign of life."""
    values = {"hall": writer.hall_id, "kind_": principal.kind, "name_": principal.name, "now": writer.now}
    writer.connection.execute(_SEEN, values)


def terminals(reader: Reader) -> list[Terminal]:
    rows = reader.session.scalars(
        select(TerminalRow).where(TerminalRow.hall_id == reader.hall_id).order_by(TerminalRow.kind, TerminalRow.name)
    )
    return [_view(row, reader) for row in rows]


def _kind(principal: Principal) -> str:
    """People report from the console: it is listed under their user name."""
    return "admin" if principal.kind == "user" else principal.kind


def own_row(reader: Reader, principal: Principal) -> TerminalRow | None:
    """The calling terminal's; None before its first report."""
    if principal.terminal_id is not None:
        return reader.session.get(TerminalRow, principal.terminal_id)
    return reader.session.scalars(
        select(TerminalRow).where(
            TerminalRow.hall_id == reader.hall_id,
            TerminalRow.kind == _kind(principal),
            TerminalRow.name == principal.name,
        )
    ).one_or_none()


def is_online(row: TerminalRow, reader: Reader) -> bool:
    """Whether it said something of itself in the last 45 s."""
    # One that has only just enrolled has said nothing of itself yet.
    return row.version != "" and reader.now - row.last_seen_at < ONLINE_FOR


def _view(row: TerminalRow, reader: Reader) -> Terminal:
    return Terminal.model_validate(
        {
            "id": row.id, "name": row.name, "kind": row.kind, "version": row.version, "place": row.place,
            "devices": row.devices, "online": is_online(row, reader), "last_seen_at": row.last_seen_at,
            "last_receipt_at": row.last_receipt_at, "state": row.state,
            "fingerprint": fingerprint(row.public_key) if row.public_key else "", "key_number": row.key_id,
            "counter_id": row.counter_id, "enrolled_at": row.enrolled_at, "decided_at": row.decided_at,
            "decided_by": row.decided_by, **standing(reader, row),
        }
    )  # fmt: skip
