"""Rows of the tables: telephones, lines, routes and car parks as they are typed; versions, cases, reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final

from pydantic import ValidationError

from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.base import Message
from shared.schemas.introduction import (
    CarPark,
    GettingHere,
    HallPhone,
    IntroductionView,
    TransitLine,
    WayRoute,
)
from shared.schemas.publicity import PublicityPage, PublicityReport

# Tables of the way here.
LISTS: Final = ("phones", "lines", "routes", "car_parks")
_LISTED: Final[dict[str, type[Message]]] = {
    "phones": HallPhone, "lines": TransitLine, "routes": WayRoute, "car_parks": CarPark,
}  # fmt: skip
_NUMBERS: Final = frozenset({"walk_minutes", "minutes", "places"})
_STEPS: Final = frozenset({"steps", "steps_en"})
OUTCOME_TONES: Final = {"created": "ok", "changed": "busy", "refused": "error", "too_old": "off"}


def way_rows(way: GettingHere) -> dict[str, list[dict[str, Any]]]:
    """The lists as rows of their tables: numbers as they are typed, steps each in a line."""
    return {
        name: [{key: _shown(said) for key, said in one.model_dump().items()} for one in getattr(way, name)]
        for name in LISTS
    }


def way_lists(tables: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> dict[str, Any]:
    """Rows of the tables read; one in which nothing was typed is none. HallError ``information_line_wrong``."""
    read: dict[str, Any] = {}
    for name, kind in _LISTED.items():
        made = []
        for number, row in enumerate(tables[name], 1):
            if not any(str(said).strip() for key, said in row.items() if key not in ("kind", "means")):
                continue
            try:
                made.append(kind.model_validate({key: _said(key, said) for key, said in row.items()}))
            except ValidationError:
                called = text(f"information.page.{name}", language)
                raise HallError("information_line_wrong", field=called, line=number) from None
        read[name] = tuple(made)
    return read


def version_rows(found: IntroductionView, zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    def state(number: int, restored: int | None) -> str:
        words = [text("information.page.live", language)] if number == found.live else []
        if restored:
            words.append(text("information.page.restored", language, n=restored))
        return " ".join(words)

    return tuple(
        {
            "id": str(one.number), "number": text("information.page.version_n", language, n=one.number),
            "at": when(one.saved_at, zone), "who": one.saved_by.partition(":")[2] or one.saved_by,
            "state": state(one.number, one.restored), "live": one.number == found.live,
        }
        for one in found.versions
    )  # fmt: skip


def case_rows(found: PublicityPage, language: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": str(one.id), "number": one.number, "item": one.item, "department": one.department,
            "applicant": one.applicant, "result": text(f"publicity.result.{one.result}", language),
            "decided_on": one.decided_on.isoformat(),
        }
        for one in found.items
    )  # fmt: skip


def report_rows(found: PublicityReport, language: str) -> tuple[dict[str, Any], ...]:
    def why(key: str, field: str) -> str:
        if not key:
            return ""
        column = text(f"publicity.column.{field}", language) if field in _COLUMNS else field
        return f"{column} {text(f'publicity.why.{key}', language)}".strip()

    return tuple(
        {
            "id": str(n), "row": one.row, "number": one.number, "outcome": one.outcome,
            "outcome_words": text(f"publicity.outcome.{one.outcome}", language), "why": why(one.why, one.field),
        }
        for n, one in enumerate(found.rows)
    )  # fmt: skip


def counts_words(found: PublicityReport, language: str) -> str:
    counts = found.model_dump(include={"created", "changed", "unchanged", "refused", "too_old"})
    return text("information.page.counts", language, **counts)


def when(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else ""


_COLUMNS: Final = frozenset({"number", "item", "department", "applicant_kind", "applicant", "result", "decided_on"})


def _shown(said: Any) -> Any:
    if isinstance(said, list | tuple):
        return "\n".join(said)
    return "" if said is None else str(said)


def _said(key: str, shown: Any) -> Any:
    words = str(shown).strip()
    if key in _NUMBERS:
        return (int(words) if words.isdecimal() else words) if words else None
    if key in _STEPS:
        return [step.strip() for step in words.splitlines() if step.strip()]
    return words
