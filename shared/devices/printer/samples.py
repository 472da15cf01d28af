"""Tickets to look at, on the designer's screen and on paper: facts that nobody has."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, get_args

from shared.i18n import text
from shared.schemas.ticket_document import TicketDocument
from shared.schemas.trial_prints import SampleKey

SAMPLES: Final[tuple[str, ...]] = get_args(SampleKey)
_WHEN = datetime(2026, 3, 2, 9, 41)


def sample(key: str) -> TicketDocument:
    """The sample ticket of this name; the plain one for a name that is not known."""
    language = "en" if key == "english" else "zh-CN"

    def words(name: str) -> str:
        return text(f"ticket_layouts.sample.{name}", language)

    variants: dict[str, dict[str, Any]] = {
        "long": {"item": words("long_item"), "department": words("long_department")},
        "booked": {"booked": True, "due_at": _WHEN.replace(hour=10, minute=0)},
        "several": {"items": (words("item"), words("second_item"))},
        "reprint": {"reprint": True, "people_ahead": 0, "wait_minutes": 0, "wait_minutes_high": None, "elder": True},
    }
    facts: dict[str, Any] = {
        "language": language, "hall_name": words("hall"), "number": "A017", "item": words("item"),
        "department": words("department"), "counters": ("A01", "A02"), "place": words("place"), "issued_at": _WHEN,
        "people_ahead": 6, "wait_minutes": 12, "wait_minutes_high": 21, "hint": words("hint"),
        "qr": "http://hall.example/t/4qN0dZ8nSxw1kTtR2m7yVQ",
    }  # fmt: skip
    return TicketDocument.model_validate(facts | variants.get(key, {}))
