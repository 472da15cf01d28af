"""Trying a layout on paper: asked for at the console, printed by a kiosk, its outcome kept in the trail.

The kiosk hears ``trial_print.asked``, fetches what is meant for it, prints, and says what came of it.
"""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.database import Reader, Writer
from server.features.terminals.service import own_row, terminals
from server.features.ticket_layouts.models import TrialPrintRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.trial_prints import TrialAsk, TrialOutcome, TrialPrint

ASKED = "trial_print.asked"
# A kiosk that has not fetched it by then prints it no more: nobody stands there waiting for a paper any longer.
PATIENCE = timedelta(seconds=60)
KEPT = timedelta(days=1)


def ask(writer: Writer, who: Actor, wanted: TrialAsk) -> TrialPrint:
    """HallError ``terminal_unknown``, ``trial_kiosk_away``, ``trial_under_way``."""
    kiosk = next((one for one in terminals(writer) if one.id == wanted.terminal_id and one.kind == "kiosk"), None)
    if kiosk is None:
        raise HallError("terminal_unknown", status=404)
    if not kiosk.online or kiosk.state == "revoked":
        raise HallError("trial_kiosk_away", status=409, name=kiosk.name)
    if _waiting(writer, kiosk.id):
        raise HallError("trial_under_way", status=409, name=kiosk.name)
    trial = TrialPrintRow
    old = (trial.hall_id == writer.hall_id, trial.asked_at < writer.now - KEPT)
    writer.session.execute(delete(trial).where(*old))
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
    return _view(reader, _row(reader, trial_id))


def mine(reader: Reader, principal: Principal) -> list[TrialPrint]:
    """What the calling terminal shall print now."""
    own = own_row(reader, principal)
    return [_view(reader, row) for row in _waiting(reader, own.id)] if own is not None else []


def settle(writer: Writer, who: Actor, principal: Principal, trial_id: UUID, said: TrialOutcome) -> TrialPrint:
    """The kiosk says what came of it, once: repeating it changes nothing."""
    row, own = _row(writer, trial_id), own_row(writer, principal)
    if own is None or own.id != row.terminal_id:
        raise HallError("trial_unknown", status=404)
    if not row.outcome:
        row.outcome, row.code = said.outcome, said.code or ""
        writer.flush()
        audit.record(
            writer, who, "ticket_layout.trial_ended", "terminal", row.terminal_id, name=own.name, trial=str(row.id),
            outcome="done" if said.outcome == "printed" else "failed", printed=said.outcome, code=row.code,
        )  # fmt: skip
    return _view(writer, row)


def _waiting(reader: Reader, terminal_id: UUID) -> list[TrialPrintRow]:
    trial = TrialPrintRow
    chosen = select(trial).where(
        trial.hall_id == reader.hall_id, trial.terminal_id == terminal_id, trial.outcome == "",
        trial.asked_at > reader.now - PATIENCE,
    )  # fmt: skip
    return list(reader.session.scalars(chosen.order_by(trial.asked_at)))


def _row(reader: Reader, trial_id: UUID) -> TrialPrintRow:
    row = reader.session.get(TrialPrintRow, trial_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("trial_unknown", status=404)
    return row


def _view(reader: Reader, row: TrialPrintRow) -> TrialPrint:
    waits = "waiting" if reader.now - row.asked_at < PATIENCE else "unanswered"
    return TrialPrint.model_validate(
        {
            "id": row.id, "terminal_id": row.terminal_id, "draft": row.draft, "sample": row.sample,
            "state": row.outcome or waits, "code": row.code, "asked_by": row.asked_by, "asked_at": row.asked_at,
        }
    )  # fmt: skip
