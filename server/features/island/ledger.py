"""The ledger of leases: which numbers went to which kiosk, and what became of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from server.database import Reader
from server.features.island.models import LeaseRow
from shared.domain.island.numbers import band_name
from shared.schemas.island import LeaseRecord


def ledger(reader: Reader, day: date | None = None) -> list[LeaseRecord]:
    """The leases of a day, of today when none is given, by terminal and series."""
    rows = reader.session.scalars(
        select(LeaseRow)
        .where(LeaseRow.hall_id == reader.hall_id, LeaseRow.service_day == (day or reader.day))
        .order_by(LeaseRow.terminal, LeaseRow.series, LeaseRow.first)
    )
    return [
        LeaseRecord(
            id=row.id, service_day=row.service_day, series=row.series, head=row.head, band=band_name(row.band),
            first=row.first, last=row.last, granted_at=row.granted_at, terminal=row.terminal, epoch=row.epoch,
            used=row.used, closed_at=row.closed_at, burnt=row.burnt,
        )
        for row in rows
    ]  # fmt: skip
