"""Appointments as rows and facts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.booking import Appointment

TONES = {"booked": "busy", "checked_in": "ok", "cancelled": "off", "missed": "warn"}


def rows_of(found: Iterable[Appointment], language: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": str(one.id), "day": f"{one.day:%m-%d}", "time": f"{one.start}\N{EN DASH}{one.end}",
            "service": _service(one, language), "name": one.name_masked or "", "number": one.identity_masked or "",
            "phone": one.phone_masked or "", "state": one.state, "papers": str(one.papers) if one.papers else "",
            # In sight of the one that is chosen; in the list they are only looked for.
            "search": f"{one.identity_masked or ''} {one.phone_masked or ''}",
            "status": text(f"booking.state.{one.state}", language), "ticket": one.ticket_number or "",
        }
        for one in found
    )  # fmt: skip


def facts_of(one: Appointment, zone: tzinfo, language: str) -> tuple[tuple[str, str], ...]:
    """What is known of it, as (what, value)."""

    def say(key: str) -> str:
        return text(f"booking.console.{key}", language)

    def at(moment: Any) -> str:
        return f"{moment.astimezone(zone):%m-%d %H:%M}"

    known = [
        ("status", text(f"booking.state.{one.state}", language)),
        ("when", f"{one.day:%Y-%m-%d} {one.start}\N{EN DASH}{one.end}"),
        ("window", f"{at(one.opens_at)[6:]}\N{EN DASH}{at(one.closes_at)[6:]}"),
        ("name", one.name_masked or ""), ("number", one.identity_masked or ""), ("phone", one.phone_masked or ""),
        ("booked_at", at(one.booked_at)), ("ticket", one.ticket_number or ""),
        ("papers", str(one.papers) if one.papers else ""), ("reason", one.reason),
    ]  # fmt: skip
    return tuple((say(key), value) for key, value in known if value)


def _service(one: Appointment, language: str) -> str:
    return one.service_name if language == DEFAULT_LANGUAGE else one.service_name_en or one.service_name
