"""The people of the rules as rows, masked; and a preview in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from shared.i18n import text
from shared.schemas.hall import Hall
from shared.schemas.limits import LimitBlock, LimitException, LimitPenalty, LimitPreview

NAMED = 3


def block_rows(blocks: Iterable[LimitBlock], language: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": one.id, "who": _who(one), "until": one.until.isoformat(), "reason": one.reason,
            "state": _state(one.ended, language), "by": one.made_by, "ended": one.ended, "version": one.version,
        }
        for one in blocks
    )  # fmt: skip


def exception_rows(exceptions: Iterable[LimitException], language: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": one.id, "who": _who(one), "kind": text(f"limits.kind.{one.kind}", language),
            "per_day": one.per_day, "used": one.used_today if one.kind == "agent" else "",
            "until": one.until.isoformat(), "reason": one.reason, "state": _state(one.ended, language),
            "by": one.made_by, "ended": one.ended, "version": one.version,
        }
        for one in exceptions
    )  # fmt: skip


def penalty_rows(penalties: Iterable[LimitPenalty], hall: Hall | None, language: str) -> tuple[dict[str, Any], ...]:
    zone = ZoneInfo(hall.time_zone) if hall is not None else None
    return tuple(
        {
            "id": one.id, "who": one.identity_masked, "what": text(f"limits.slip.{one.kind}_{one.act}", language),
            "service": one.service_name, "at": f"{one.at.astimezone(zone):%Y-%m-%d %H:%M}",
            "state": text(f"limits.state.{'lifted' if one.lifted else 'counts'}", language), "ended": one.lifted,
            "version": one.version,
        }
        for one in penalties
    )  # fmt: skip


def preview_words(found: LimitPreview, language: str) -> str:
    """How many numbers of last week this rule would have refused, and of which services most."""
    if not found.taken:
        return text("limits.preview.nothing", language, first=found.first.isoformat())
    words = text(
        "limits.preview.found" if found.refused else "limits.preview.none", language, first=found.first.isoformat(),
        taken=found.taken, people=found.people, refused=found.refused, of=found.people_refused,
    )  # fmt: skip
    most = [
        text("limits.preview.service", language, name=one.service_name, n=one.count) for one in found.by_service[:NAMED]
    ]
    return words + text("limits.preview.separator", language).join(most)


def _who(one: LimitBlock | LimitException) -> str:
    return " ".join(part for part in (one.identity_masked, one.name_masked) if part)


def _state(ended: bool, language: str) -> str:
    return text(f"limits.state.{'ended' if ended else 'holds'}", language)
