"""The part of the hall client that speaks of conflicts and of the ledger of leases."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.client.accounts import _Line
from shared.schemas.base import Page
from shared.schemas.island import Conflict, LeaseRecord, SettleRequest


class ConflictCalls:
    """Mixed into ``HallClient``."""

    def conflicts(self: _Line, *, settled: bool | None = None) -> list[Conflict]:
        """The newest first."""
        query = {} if settled is None else {"settled": str(settled).lower()}
        return self._get("/island/conflicts", Page[Conflict], query).items

    def settle_conflict(self: _Line, conflict_id: UUID, note: str) -> Conflict:
        return self._post(f"/island/conflicts/{conflict_id}/settle", Conflict, SettleRequest(note=note))

    def lease_ledger(self: _Line, day: date | None = None) -> list[LeaseRecord]:
        """The leases of a day; of today when none is given."""
        query = {"day": day.isoformat()} if day is not None else {}
        return self._get("/island/leases", Page[LeaseRecord], query).items
