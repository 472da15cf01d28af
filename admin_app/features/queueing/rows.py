"""What the live page writes: counters, lines, figures and tickets as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from admin_app.features.queueing.book import HallBook, Line
from shared.i18n import catalogue, text
from shared.schemas.hall import Counter
from shared.schemas.statistics import Today
from shared.schemas.tickets import StaffTicket

# How a state looks: the sign's tone; the words say the same.
TONES = {"open": "ok", "called": "busy", "serving": "busy", "paused": "warn", "closed": "off"}
STATES = ("serving", "called", "open", "paused", "closed")
SATISFIED = 4


@dataclass(frozen=True)
class Tile:
    """A counter of the grid; ``since`` is when the ticket was taken in hand, or the state began."""

    id: UUID
    label: str
    name: str
    floor: str
    zone: str
    state: str
    staff: str
    ticket: str
    since: datetime | None
    reason: str


@dataclass(frozen=True)
class Figure:
    """A figure of today: ``value`` to read from afar, ``note`` below it."""

    key: str
    value: str
    note: str = ""


def clock(seconds: float | None) -> str:
    """A duration as 4:07 or 1:02:30; a dash where there is none."""
    if seconds is None:
        return "–"
    whole = max(0, int(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def name_of(item: Counter | Line, language: str) -> str:
    return item.name if language.startswith("zh") else item.name_en or item.name


def tile(counter: Counter, since: datetime | None, language: str) -> Tile:
    in_hand = counter.ticket_number is not None
    state = str(counter.ticket_status) if in_hand else counter.state
    reason = ""
    if counter.state == "paused" and counter.pause_reason:
        known = f"admin.live.pause_{counter.pause_reason}"
        reason = text(known, language) if catalogue().has(known) else counter.pause_reason
    return Tile(
        counter.id, counter.label, name_of(counter, language), counter.floor, counter.zone, state,
        counter.staff.name if counter.staff else "", counter.ticket_number or "",
        since, reason,
    )  # fmt: skip


def line_rows(book: HallBook, now: datetime, language: str) -> tuple[dict[str, Any], ...]:
    """Lines somebody waits in, the fullest first."""
    working: dict[UUID, int] = {}
    for counter in book.counters.values():
        if counter.state == "open":
            for service_id in counter.service_ids:
                working[service_id] = working.get(service_id, 0) + 1
    rows = []
    for line in book.lines.values():
        if line.waiting > 0:
            oldest = book.oldest(line.service_id)
            longest = None if oldest is None else max(0.0, (now - oldest).total_seconds())
            wait = book.wait(line.service_id, now)
            rows.append(
                {
                    "id": str(line.service_id), "service": name_of(line, language), "waiting": line.waiting,
                    "longest": longest, "open": working.get(line.service_id, 0),
                    "expected": None if wait is None else (wait.p90_s, wait.p50_s),
                }
            )  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (-int(str(row["waiting"])), str(row["service"]))))


def rating_share(ratings: Mapping[str, int]) -> float | None:
    """The part of the ratings that is satisfied or better."""
    total = sum(ratings.values())
    return sum(count for level, count in ratings.items() if int(level) >= SATISFIED) / total if total else None


def figures(today: Today | None, waiting: int, longest: float | None, language: str) -> tuple[Figure, ...]:
    """``waiting`` comes from the stream, which knows it before the server is asked."""

    def t(key: str, **params: object) -> str:
        return text(f"admin.live.{key}", language, **params)

    if today is None:
        keys = ("issued", "waiting", "in_hand", "finished", "no_show", "wait_mean", "wait_p90", "rating")
        return tuple(Figure(key, "–") for key in keys)
    share, rated = rating_share(today.ratings), sum(today.ratings.values())
    lost = today.no_show / today.issued if today.issued else 0
    return (
        Figure("issued", str(today.issued)),
        Figure("waiting", str(waiting), t("longest", time=clock(longest)) if waiting and longest is not None else ""),
        Figure("in_hand", str(today.in_hand)),
        Figure("finished", str(today.finished)),
        Figure("no_show", str(today.no_show), t("of_issued", percent=f"{lost:.0%}") if today.no_show else ""),
        Figure(
            "wait_mean",
            clock(today.wait_mean_s),
            t("promise_kept", percent=f"{today.kept / today.promised:.0%}") if today.promised else "",
        ),
        Figure("wait_p90", clock(today.wait_p90_s), t("p90_note") if today.wait_p90_s is not None else ""),
        Figure("rating", "–" if share is None else f"{share:.0%}", t("rated", n=rated) if rated else ""),
    )


def ticket_rows(tickets: Iterable[StaffTicket], now: datetime, zone: tzinfo, language: str) -> list[dict[str, Any]]:
    """Tickets as rows; who still waits has waited until now."""
    return [
        {
            "id": str(ticket.id), "number": ticket.number,
            "service": ticket.service_name if language.startswith("zh") else ticket.service_name_en,
            "status": text(f"admin.ticket.status_{ticket.status}", language), "state": ticket.status,
            "person": ticket.name_masked or ticket.identity_masked or "",
            "issued": ticket.issued_at.astimezone(zone).strftime("%H:%M:%S"),
            "called": ticket.called_at.astimezone(zone).strftime("%H:%M:%S") if ticket.called_at else "",
            "wait": ((ticket.called_at or now) - ticket.issued_at).total_seconds(),
            "counter": ticket.counter_label or "",
        }
        for ticket in tickets
    ]  # fmt: skip
