"""The numbers a kiosk holds for the time without the server: which is next, written down with the ticket it is of."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from shared.domain.errors import HallError
from shared.domain.island.numbers import band_label
from shared.offline.journal import Journal
from shared.schemas.island import Lease, LeaseRequest, Leases
from shared.schemas.tickets import TicketRequest

ISSUED: Final = "ticket.issued"
_NOTE: Final = "leases"


@dataclass(frozen=True, slots=True)
class Given:
    """A number that was given out and stands in the journal; ``link``: the address in its code."""

    ticket_id: UUID
    number: str
    link: str
    at: datetime


class HeldNumbers:
    """Safe on any thread: all of it is in the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def request(self) -> LeaseRequest:
        """What to ask the server."""
        return LeaseRequest(epoch=self._noted().get("epoch", 0), journal=self._journal.id)

    def accept(self, answer: Leases) -> None:
        """Hold what the answer names, and nothing else. One of an earlier epoch is passed over."""
        with self._journal.write() as written:
            noted = written.noted(_NOTE) or {}
            if answer.epoch >= noted.get("epoch", 0):
                named = answer.model_dump(mode="json", include={"band", "epoch", "link_base", "leases"})
                held = named | {"highest": noted.get("highest", {})}
                # Most answers say nothing new, and a kiosk's disk wears with each writing.
                if held != noted:
                    written.note(_NOTE, held)

    def drop(self) -> None:
        """The server has given these up: ask for others."""
        with self._journal.write() as written:
            noted = written.noted(_NOTE) or {}
            written.note(_NOTE, {"highest": noted.get("highest", {})})

    def left(self, day: date, series: str) -> int:
        """How many numbers of the series can still be given on a day."""
        noted = self._noted()
        highest = _highest(noted, day, series)
        return sum(max(0, one.last - max(one.first - 1, highest)) for one in _of(noted, day, series))

    def holds(self, day: date) -> bool:
        """Whether there is any number for a day."""
        noted = self._noted()
        return any(one.last > _highest(noted, day, one.series) for one in _leases(noted, day))

    def wants_more(self, day: date) -> bool:
        """Is there none for the day, or a series of which half of the last lease is given out?"""
        noted = self._noted()
        held = _leases(noted, day)
        sizes = {one.series: one.last - one.first + 1 for one in held}
        return not held or any(self.left(day, series) * 2 <= size for series, size in sizes.items())

    def give(
        self, request: TicketRequest, series: str, *, day: date, at: datetime, holder: str = ""
    ) -> Given:  # fmt: skip
        """The next number of a series, on the disk with its ticket when this returns: only then may it be printed.

        ``holder``: a mark by which the person is found here. HallError ``lease_exhausted``, ``disk_full``.
        """
        assert request.id is not None
        with self._journal.write() as written:
            noted = written.noted(_NOTE) or {}
            lease, count = _next(noted, day, series)
            # Kept beyond the lease: whatever a server says later, no count is given twice.
            recent = {key: value for key, value in noted.get("highest", {}).items() if key >= day.isoformat()}
            written.note(_NOTE, noted | {"highest": recent | {_key(day, series): count}})
            number = band_label(lease.head, int(lease.band[1:]), count)
            qr = secrets.token_urlsafe(16)
            body: dict[str, Any] = {
                "id": str(request.id), "service_id": str(request.service_id),
                "items": [str(id_) for id_ in request.items], "service_day": day.isoformat(), "series": series,
                "band": lease.band, "count": count, "number": number, "priority": request.priority,
            }  # fmt: skip
            person: dict[str, Any] = {"qr": qr}
            for name, whose in (("identity", request.identity), ("agent", request.agent)):
                if whose is not None:
                    person[name] = whose.model_dump(mode="json")
            written.append(
                ISSUED, body | ({"_holder": holder} if holder else {}), at=at, day=day, person=person
            )  # fmt: skip
        return Given(request.id, number, f"{noted.get('link_base', '')}/t/{qr}", at)

    def _noted(self) -> dict[str, Any]:
        return self._journal.noted(_NOTE) or {}


def _next(noted: dict[str, Any], day: date, series: str) -> tuple[Lease, int]:
    highest = _highest(noted, day, series)
    for lease in _of(noted, day, series):
        if lease.last > highest:
            return lease, max(lease.first, highest + 1)
    raise HallError("lease_exhausted", series=series)


def _leases(noted: dict[str, Any], day: date) -> list[Lease]:
    named = [one for one in noted.get("leases", ()) if one["service_day"] == day.isoformat()]
    return [Lease.model_validate(one) for one in named]


def _of(noted: dict[str, Any], day: date, series: str) -> list[Lease]:
    named = [one for one in noted.get("leases", ()) if (one["service_day"], one["series"]) == (day.isoformat(), series)]
    return sorted((Lease.model_validate(one) for one in named), key=lambda one: one.first)


def _highest(noted: dict[str, Any], day: date, series: str) -> int:
    return int(noted.get("highest", {}).get(_key(day, series), 0))


def _key(day: date, series: str) -> str:
    return f"{day.isoformat()} {series}"
