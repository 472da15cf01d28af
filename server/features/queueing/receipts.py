"""What the terminals answer: a call was shown or spoken, a paper came out or did not."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from server.auth import Principal
from server.database import Reader, Writer
from server.features.queueing.models import CallRow, PaperRow, ReceiptRow, TicketRow
from server.features.queueing.view import find_ticket, wire_time
from server.features.terminals.service import note_receipt
from shared.domain.errors import HallError
from shared.schemas.tickets import Paper, PaperRecord, Receipt

# A terminal's clock may be wrong; a receipt from the future would spoil every figure made of it.
CLOCK_SLACK = timedelta(seconds=5)

# Built once: every display of the hall answers every call, all in the same instant.
_CALL = select(CallRow.ticket_id, CallRow.counter_id, CallRow.called_at).where(
    CallRow.id == bindparam("call"), CallRow.hall_id == bindparam("hall")
)
_OF_STAGE = (ReceiptRow.call_id == bindparam("call"), ReceiptRow.stage == bindparam("stage_"))
_KNOWN = select(
    exists().where(*_OF_STAGE).label("any"),
    exists().where(*_OF_STAGE, ReceiptRow.terminal == bindparam("who")).label("mine"),
)
_INSERT = ReceiptRow.__table__.insert()  # type: ignore[attr-defined]


def record_receipt(writer: Writer, principal: Principal, call_id: UUID, receipt: Receipt) -> None:
    """Keep the first receipt of each stage from each terminal; the first of all is told to the counter."""
    call = writer.connection.execute(_CALL, {"call": call_id, "hall": writer.hall_id}).one_or_none()
    if call is None:
        raise HallError("call_unknown", status=404)
    mine = {"call": call_id, "stage_": receipt.stage, "who": principal.label}
    known = writer.connection.execute(_KNOWN, mine).one()
    if known.mine:
        return
    at = min(max(receipt.at, call.called_at), writer.now + CLOCK_SLACK)
    values = {
        "hall_id": writer.hall_id, "call_id": call_id, "terminal": principal.label, "stage": receipt.stage, "at": at,
    }  # fmt: skip
    writer.connection.execute(_INSERT, values)
    note_receipt(writer, principal)
    if not known.any:
        data = {
            "call_id": str(call_id), "ticket_id": str(call.ticket_id), "counter_id": str(call.counter_id),
            "stage": receipt.stage, "terminal": principal.label, "at": wire_time(at),
        }  # fmt: skip
        writer.emit("call.receipt", json.dumps(data, separators=(",", ":")))


def record_paper(writer: Writer, principal: Principal, ticket_id: UUID, record: PaperRecord) -> Paper:
    """One line of the reprint ledger; the copy's id makes it safe to report again, and better knowledge replaces."""
    ticket = find_ticket(writer, ticket_id)
    row = writer.session.get(PaperRow, record.copy_id)
    if row is None:
        row = PaperRow(
            hall_id=writer.hall_id, copy_id=record.copy_id, ticket_id=ticket.id, terminal=principal.label,
            outcome=record.outcome, code=record.code, at=record.at,
        )  # fmt: skip
        writer.session.add(row)
    elif row.ticket_id != ticket.id:
        raise HallError("idempotency_mismatch", status=422, key=str(record.copy_id))
    elif record.outcome != "unknown" or row.outcome == "unknown":
        row.outcome, row.code, row.at = record.outcome, record.code, record.at
    writer.flush()
    return _paper(row)


def papers(reader: Reader, ticket_id: UUID) -> list[Paper]:
    ticket: TicketRow = find_ticket(reader, ticket_id)
    rows = reader.session.scalars(select(PaperRow).where(PaperRow.ticket_id == ticket.id).order_by(PaperRow.at))
    return [_paper(row) for row in rows]


def _paper(row: PaperRow) -> Paper:
    return Paper(copy_id=row.copy_id, outcome=row.outcome, code=row.code, at=row.at, terminal=row.terminal)
