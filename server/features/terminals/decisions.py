"""What administrators decide about terminals: approve, refuse, revoke, rename, bind to a counter."""

from __future__ import annotations

from uuid import UUID

from server import audit
from server.auth import access_changed
from server.database import Writer
from server.features.terminals.codes import check_counter, find_named, find_terminal
from server.features.terminals.enrolment import key_session
from server.features.terminals.models import TerminalRow
from server.features.terminals.service import announce
from shared.domain.errors import HallError
from shared.schemas.enrolment import TerminalEdit
from shared.schemas.terminals import Terminal

_STATE = {"approve": "approved", "refuse": "revoked", "revoke": "revoked"}
_FROM = {"approve": ("pending", "revoked"), "refuse": ("pending",), "revoke": ("approved", "pending")}
_DONE = {"approve": "terminal.approved", "refuse": "terminal.refused", "revoke": "terminal.revoked"}


def edit(writer: Writer, who: audit.Actor, terminal_id: UUID, wanted: TerminalEdit) -> Terminal:
    """Change what is given; a decision that is already so changes nothing."""
    row = find_terminal(writer, terminal_id)
    changed = _write_anew(writer, row, wanted)
    if changed:
        writer.flush()
        audit.record(writer, who, "terminal.changed", "terminal", row.id, name=row.name, changed=sorted(changed))
        access_changed(writer)
    if wanted.decision is not None:
        _decide(writer, who, row, wanted.decision)
    return announce(writer, row)


def _write_anew(writer: Writer, row: TerminalRow, wanted: TerminalEdit) -> set[str]:
    changed: set[str] = set()
    if wanted.name is not None and wanted.name != row.name:
        if row.state == "set_up":
            raise HallError("terminal_not_enrolled", status=409, name=row.name)
        if find_named(writer, row.kind, wanted.name) is not None:
            raise HallError("terminal_name_taken", status=409, name=wanted.name)
        row.name = wanted.name
        changed.add("name")
    if wanted.place is not None and wanted.place != row.place:
        row.place = wanted.place
        changed.add("place")
    counter_id = None if wanted.any_counter else wanted.counter_id or row.counter_id
    if counter_id != row.counter_id:
        check_counter(writer, row.kind, counter_id)
        row.counter_id = counter_id
        changed.add("counter")
    return changed


def _decide(writer: Writer, who: audit.Actor, row: TerminalRow, decision: str) -> None:
    if row.state == "set_up":
        raise HallError("terminal_not_enrolled", status=409, name=row.name)
    if row.state == _STATE[decision]:
        return
    if row.state not in _FROM[decision]:
        raise HallError("terminal_decided", status=409, name=row.name)
    row.state, row.decided_at, row.decided_by = _STATE[decision], writer.now, who.label
    writer.flush()
    audit.record(writer, who, _DONE[decision], "terminal", row.id, name=row.name, key=row.key_id)
    rights = [key_session(row)]
    access_changed(writer, **{"begun" if decision == "approve" else "ended": rights})
