"""Codes that administrators make for terminals: short enough to be typed, too many to be guessed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import delete, select

from server import audit, one_time
from server.database import Reader, Writer
from server.features.accounts.models import ThrottleRow
from server.features.catalogue.models import CounterRow
from server.features.terminals.models import TerminalRow
from shared.domain.errors import HallError
from shared.domain.throttling import network
from shared.schemas.enrolment import CodeRequest, EnrolmentCode, RekeyRequest

PURPOSE: Final = "terminal.code"
# Crockford's base 32: no letter looks like a digit. 12 places are 60 bits.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PLACES: Final = 12
# Wrong codes from one address; then it rests. A person mistypes a few times, a program is stopped.
WRONG_CODES = 10
REST = timedelta(minutes=10)


def make_code(writer: Writer, who: audit.Actor, server: str, wanted: CodeRequest) -> EnrolmentCode:
    """A code for a new terminal, or for one that had only a set-up token so far."""
    check_counter(writer, wanted.kind, wanted.counter_id)
    known = find_named(writer, wanted.kind, wanted.name)
    if known is not None and known.state != "set_up":
        raise HallError("terminal_name_taken", status=409, name=wanted.name)
    data = {
        "kind": wanted.kind, "name": wanted.name, "place": wanted.place,
        "counter_id": str(wanted.counter_id) if wanted.counter_id else None,
    }  # fmt: skip
    made = _keep(writer, who, server, data, wanted.approved_beforehand, wanted.valid_minutes)
    audit.record(
        writer, who, "terminal.code_made", "terminal", f"{wanted.kind}:{wanted.name}",
        approved_beforehand=wanted.approved_beforehand, minutes=wanted.valid_minutes,
    )  # fmt: skip
    return made


def make_rekey_code(
    writer: Writer, who: audit.Actor, server: str, terminal_id: UUID, wanted: RekeyRequest
) -> EnrolmentCode:
    """A code for a new key of this terminal; its present key is good until the new one is enrolled."""
    row = find_terminal(writer, terminal_id)
    if row.state == "set_up":
        raise HallError("terminal_not_enrolled", status=409, name=row.name)
    data = {"terminal_id": str(row.id), "stood": standing(row)}
    made = _keep(writer, who, server, data, wanted.approved_beforehand, wanted.valid_minutes)
    audit.record(
        writer, who, "terminal.rekey_code_made", "terminal", row.id, name=row.name,
        approved_beforehand=wanted.approved_beforehand, minutes=wanted.valid_minutes,
    )  # fmt: skip
    return made


def _keep(
    writer: Writer, who: audit.Actor, server: str, data: dict[str, Any], approved: bool, minutes: int
) -> EnrolmentCode:
    secret = "".join(secrets.choice(ALPHABET) for _ in range(PLACES))
    kept = data | {"approved": approved, "by": who.label}
    expires_at = one_time.put(writer, PURPOSE, secret, kept, timedelta(minutes=minutes))
    code = "-".join(secret[at : at + 4] for at in range(0, PLACES, 4))
    return EnrolmentCode(
        code=code, qr=f"zhiting-enrol:?server={quote(server, safe='')}&code={code}", expires_at=expires_at
    )


def plain(code: str) -> str:
    """The code as it is kept, from how people type it."""
    folded = code.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return "".join(character for character in folded if character not in " -\t")


def standing(row: TerminalRow) -> list[Any]:
    """The terminal's key and last decision, as kept in a code for a new key: it is good for these only."""
    return [row.key_id, row.decided_at.isoformat() if row.decided_at is not None else None]


def find_terminal(reader: Reader, terminal_id: UUID) -> TerminalRow:
    row = reader.session.get(TerminalRow, terminal_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("terminal_unknown", status=404)
    return row


def find_named(reader: Reader, kind: str, name: str) -> TerminalRow | None:
    return reader.session.scalars(
        select(TerminalRow).where(
            TerminalRow.hall_id == reader.hall_id, TerminalRow.kind == kind, TerminalRow.name == name
        )
    ).one_or_none()


def check_counter(reader: Reader, kind: str, counter_id: UUID | None) -> None:
    """Only a counter's terminal is bound to a counter, and only to one of this hall."""
    if counter_id is None:
        return
    if kind != "counter":
        raise HallError("counter_binding_wrong", status=422)
    row = reader.session.get(CounterRow, counter_id)
    if row is None or row.hall_id != reader.hall_id or row.retired:
        raise HallError("counter_unknown", status=404)


# Guessing


def rests(reader: Reader, address: str) -> HallError | None:
    """The refusal for an address that has sent too many wrong codes."""
    row = reader.session.get(ThrottleRow, (reader.hall_id, _key(address)))
    if row is None or row.until is None or row.until <= reader.now:
        return None
    return HallError("enrolment_rests", status=429, seconds=round((row.until - reader.now).total_seconds()))


def note_wrong(writer: Writer, address: str) -> None:
    row = writer.session.get(ThrottleRow, (writer.hall_id, _key(address)))
    if row is None or row.at + REST <= writer.now:
        # What was long ago counts no more; nor do the rows of addresses that never came back.
        if row is not None:
            writer.session.delete(row)
            writer.flush()
        row = ThrottleRow(hall_id=writer.hall_id, key=_key(address), failures=0, at=writer.now, until=None)
        writer.session.add(row)
    row.failures, row.at = row.failures + 1, writer.now
    if row.failures >= WRONG_CODES:
        row.until = writer.now + REST
    writer.flush()


def forgive(writer: Writer, address: str) -> None:
    writer.connection.execute(
        delete(ThrottleRow).where(ThrottleRow.hall_id == writer.hall_id, ThrottleRow.key == _key(address))
    )


def _key(address: str) -> bytes:
    return hashlib.sha256(f"terminal code\n{network(address)}".encode()).digest()
