"""The part of the hall client that speaks of appointments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.booking import (
    Appointment,
    Arrivals,
    Arrived,
    Arriving,
    BookableSlot,
    Booking,
    BookingRules,
    Cancellation,
    Checklist,
    ChecklistRead,
    Material,
    MaterialEdit,
    Materials,
    PaperSent,
    PapersSent,
    PaperVerdict,
    WaitingEntry,
)

Answer = TypeVar("Answer", bound=BaseModel)
# A paper of ten megabytes on a hall's network.
READ_S = 30.0


class _Line(Protocol):
    """What the client itself brings: one call, one answer."""

    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None,
        key: str | None = None,
    ) -> str: ...  # fmt: skip
    def _file(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None,
        key: str | None = None, read_s: float,
    ) -> bytes: ...  # fmt: skip


class BookingCalls:
    """Mixed into ``HallClient``."""

    def arrivals(self: _Line, who: Arriving) -> list[Arrived]:
        """Whose appointments these are, and whether they may check in now."""
        return self._post("/appointments/arrivals", Arrivals, who).items

    def bookable_slots(self: _Line, service_id: UUID) -> list[BookableSlot]:
        return self._get("/appointments/slots", Page[BookableSlot], {"service_id": str(service_id)}).items

    def book(self: _Line, wanted: Booking) -> Appointment:
        return self._post("/appointments", Appointment, wanted)

    def appointments(self: _Line, **query: str) -> Page[Appointment]:
        """Query: first, last, service_id, state, limit, cursor."""
        return self._get("/appointments", Page[Appointment], query)

    def appointment(self: _Line, appointment_id: UUID) -> Appointment:
        return self._get(f"/appointments/{appointment_id}", Appointment)

    def appointment_by_code(self: _Line, code: str) -> Appointment:
        return self._get("/appointments/by-code", Appointment, {"code": code})

    def cancel_appointment(self: _Line, appointment_id: UUID, reason: str) -> Appointment:
        """For the hall."""
        return self._post(f"/appointments/{appointment_id}/cancel-for", Appointment, Cancellation(reason=reason))

    def papers_sent(self: _Line, appointment_id: UUID) -> list[PaperSent]:
        return self._get(f"/appointments/{appointment_id}/papers", PapersSent).items

    def paper(self: _Line, appointment_id: UUID, paper_id: UUID) -> bytes:
        return self._file("GET", f"/appointments/{appointment_id}/papers/{paper_id}", read_s=READ_S)

    def checklists(self: _Line) -> list[Materials]:
        """Those of all services that give numbers, also the empty ones."""
        return self._get("/materials", Page[Materials]).items

    def judge_paper(self: _Line, appointment_id: UUID, paper_id: UUID, said: PaperVerdict) -> list[PaperSent]:
        """All papers of the appointment, as they stand then."""
        return self._post(f"/appointments/{appointment_id}/papers/{paper_id}/verdict", PapersSent, said).items

    def materials(self: _Line, service_id: UUID) -> list[Material]:
        return self._get(f"/services/{service_id}/materials", Materials).items

    def set_materials(
        self: _Line, service_id: UUID, wanted: Sequence[MaterialEdit], version: str = ""
    ) -> Materials:  # fmt: skip
        """``version``: of the list that was looked at; ``changed_meanwhile`` when it is another by now."""
        body = Checklist(items=list(wanted), version=version)
        return Materials.model_validate_json(self._send("PUT", f"/services/{service_id}/materials", body=body))

    def export_materials(self: _Line, service_id: UUID) -> bytes:
        """A checklist as an Excel workbook."""
        return self._file("GET", f"/services/{service_id}/materials/export", read_s=READ_S)

    def read_materials(self: _Line, content: bytes) -> ChecklistRead:
        """What a workbook says; nothing of it is kept."""
        return ChecklistRead.model_validate_json(self._file("POST", "/materials/read", content=content, read_s=READ_S))

    def booking_rules(self: _Line) -> BookingRules:
        return self._get("/booking/rules", BookingRules)

    def set_booking_rules(self: _Line, wanted: BookingRules) -> BookingRules:
        return BookingRules.model_validate_json(self._send("PUT", "/booking/rules", body=wanted))

    def waiting_list(self: _Line) -> list[WaitingEntry]:
        return self._get("/waiting-list", Page[WaitingEntry]).items
