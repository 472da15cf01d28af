"""What is kept of the time without a line, and how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from server.database import Writer
from server.features.island.leases import close_past
from server.features.island.models import ConflictRow, EntryRow, LeaseRow

# Behind this a journal's entry is refused as too old, so that nobody asks for its answer again.
ENTRIES_KEPT: Final = timedelta(days=35)
LEDGER_KEPT: Final = timedelta(days=180)


def forget_old(writer: Writer) -> None:
    """Close the leases of days that are over; forget entries, the ledger and settled conflicts after their time.

    A conflict nobody has settled stays, and so does the entry it came from.
    """
    close_past(writer)
    session, day = writer.session, writer.day
    session.execute(delete(EntryRow).where(
        EntryRow.hall_id == writer.hall_id, EntryRow.service_day < day - ENTRIES_KEPT, EntryRow.conflict_id.is_(None)
    ))  # fmt: skip
    settled = (
        ConflictRow.hall_id == writer.hall_id, ConflictRow.settled_at < writer.now - LEDGER_KEPT,
    )  # fmt: skip
    of_settled = EntryRow.conflict_id.in_(select(ConflictRow.id).where(*settled))
    session.execute(delete(EntryRow).where(EntryRow.hall_id == writer.hall_id, of_settled))
    session.execute(delete(ConflictRow).where(*settled))
    session.execute(delete(LeaseRow).where(
        LeaseRow.hall_id == writer.hall_id, LeaseRow.service_day < day - LEDGER_KEPT
    ))  # fmt: skip
