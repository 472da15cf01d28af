"""Trying a layout on paper: asked for at the console, printed by a kiosk, its outcome kept in the trail.

The kiosk hears ``trial_print.asked``, fetches what is meant for it, prints, and says what came of it.
"""

from __future__ import annotations

import json
from uuid import UUID

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.database import Reader, Writer
from server.features.terminals.errands import Errands
from server.features.terminals.service import terminals
from server.features.ticket_layouts.models import TrialPrintRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.trial_prints import TrialAsk, TrialOutcome, TrialPrint

ASKED = "trial_print.asked"
_ERRANDS = Errands(TrialPrintRow, "outcome", "trial_unknown")


def ask(writer: Writer, who: Actor, wanted: TrialAsk) -> TrialPrint:
    """HallError ``terminal_unknown``, ``trial_kiosk_away``, ``trial_under_way``."""
    kiosk = next((one for one in terminals(writer) if one.id == wanted.terminal_id and one.kind == "kiosk"), None)
    if kiosk is None:
        raise HallError("terminal_unknown", status=404)
    if not kiosk.online or kiosk.state == "revoked":
        raise HallError("trial_kiosk_away", status=409, name=kiosk.name)
    if _ERRANDS.waiting(writer, kiosk.id):
        raise HallError("trial_under_way", status=409, name=kiosk.name)
    _ERRANDS.forget_old(writer)
    row = TrialPrintRow(
        hall_id=writer.hall_id, id=uuid7(), terminal_id=kiosk.id, draft=wanted.draft.model_dump(mode="json"),
        sample=wanted.sample, outcome="", code="", asked_by=who.label, asked_at=writer.now,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    audit.record(writer, who, "ticket_layout.tried", "terminal", kiosk.id, name=kiosk.name, trial=str(row.id))
    writer.emit(ASKED, json.dumps({"terminal_id": str(kiosk.id)}))
    return _view(writer, row)


def trial(reader: Reader, trial_id: UUID) -> TrialPrint:
    return _view(reader, _ERRANDS.find(reader, trial_id))


def mine(reader: Reader, principal: Principal) -> list[TrialPrint]:
    """What the calling terminal shall print now."""
    return [_view(reader, row) for row in _ERRANDS.of_caller(reader, principal)]


def settle(writer: Writer, who: Actor, principal: Principal, trial_id: UUID, said: TrialOutcome) -> TrialPrint:
    """The kiosk says what came of it, once: repeating it changes nothing."""
    row, own = _ERRANDS.find_own(writer, principal, trial_id)
    if not row.outcome:
        row.outcome, row.code = said.outcome, said.code or ""
        writer.flush()
        audit.record(
            writer, who, "ticket_layout.trial_ended", "terminal", row.terminal_id, name=own.name, trial=str(row.id),
            outcome="done" if said.outcome == "printed" else "failed", printed=said.outcome, code=row.code,
        )  # fmt: skip
    return _view(writer, row)


def _view(reader: Reader, row: TrialPrintRow) -> TrialPrint:
    return TrialPrint.model_validate(
        {
            "id": row.id, "terminal_id": row.terminal_id, "draft": row.draft, "sample": row.sample,
            "state": _ERRANDS.state(reader, row), "code": row.code, "asked_by": row.asked_by, "asked_at": row.asked_at,
        }
    )  # fmt: skip
