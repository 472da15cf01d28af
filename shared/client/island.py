"""The part of the hall client that speaks of the time without a line."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from shared.schemas.island import EntryAnswers, EntryVerdict, LeaseRequest, Leases

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...


class IslandCalls:
    """Mixed into ``HallClient``."""

    def upload_entries(self: _Line, entries: list[dict[str, Any]]) -> list[EntryVerdict]:
        """Entries of this terminal's journal, in order; sending one again is harmless."""
        return self._post("/island/entries", EntryAnswers, {"entries": entries}).entries

    def take_leases(self: _Line, asked: LeaseRequest) -> Leases:
        """The numbers this kiosk may give while the server is away."""
        return self._post("/island/leases", Leases, asked)
