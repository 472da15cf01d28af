"""What is typed line by line, read and written: telephones, lines, routes, car parks; and rows of the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final, TypeVar, get_args

from pydantic import ValidationError

from shared.domain.errors import HallError
from shared.i18n import languages, text
from shared.schemas.base import Message
from shared.schemas.introduction import (
    CarPark,
    GettingHere,
    HallPhone,
    IntroductionView,
    Means,
    TransitLine,
    WayRoute,
    Wheels,
)
from shared.schemas.publicity import PublicityPage, PublicityReport

# Fields whose parts stand side by side, one thing in a line.
LISTS: Final = ("phones", "lines", "routes", "car_parks")
_STEPS: Final = "\uff1b"
_Made = TypeVar("_Made", bound=Message)
OUTCOME_TONES: Final = {"created": "ok", "changed": "busy", "refused": "error", "too_old": "off"}


def way_values(way: GettingHere, language: str) -> dict[str, str]:
    """The lists as they are typed."""
    return {
        "phones": _typed((one.name, one.number) for one in way.phones),
        "lines": _typed(
            (_word("wheels", one.kind, language), one.name, one.stop, _number(one.walk_minutes), one.note)
            for one in way.lines
        ),
        "routes": _typed(
            (one.start, _word("means", one.means, language), _number(one.minutes), _STEPS.join(one.steps))
            for one in way.routes
        ),
        "car_parks": _typed((one.name, one.entrance, _number(one.places), one.fee) for one in way.car_parks),
    }


def way_lists(typed: Mapping[str, str], pictures: Mapping[str, str], language: str) -> dict[str, Any]:
    """The lists read; ``pictures``: of car parks by their names. HallError ``information_line_wrong``."""

    def line(cells: list[str]) -> TransitLine:
        kind, name, stop, walk, note = _cells(cells, 5)
        return TransitLine.model_validate(
            {"kind": _meant("wheels", kind, get_args(Wheels)), "name": name, "stop": stop, "note": note}
            | _given("walk_minutes", walk)
        )

    def route(cells: list[str]) -> WayRoute:
        start, means, minutes, steps = _cells(cells, 4)
        told = [step.strip() for step in steps.replace(";", _STEPS).split(_STEPS) if step.strip()]
        return WayRoute.model_validate(
            {"start": start, "means": _meant("means", means, get_args(Means)), "steps": told}
            | _given("minutes", minutes)
        )

    def park(cells: list[str]) -> CarPark:
        name, entrance, places, fee = _cells(cells, 4)
        said = {"name": name, "entrance": entrance, "fee": fee, "picture": pictures.get(name, "")}
        return CarPark.model_validate(said | _given("places", places))

    def phone(cells: list[str]) -> HallPhone:
        name, number = _cells(cells, 2)
        if not number:
            raise ValueError("no number")
        return HallPhone(name=name, number=number)

    return {
        "phones": _read(typed, "phones", phone, language), "lines": _read(typed, "lines", line, language),
        "routes": _read(typed, "routes", route, language), "car_parks": _read(typed, "car_parks", park, language),
    }  # fmt: skip


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


def _typed(lines: Any) -> str:
    return "\n".join(" | ".join(cells).rstrip(" |") for cells in lines)


def _read(
    typed: Mapping[str, str], field: str, make: Callable[[list[str]], _Made], language: str
) -> tuple[_Made, ...]:  # fmt: skip
    made = []
    for number, line in enumerate(typed[field].splitlines(), 1):
        if not line.strip():
            continue
        try:
            made.append(make([cell.strip() for cell in line.replace("\uff5c", "|").split("|")]))
        except (ValidationError, ValueError):
            called = text(f"information.page.{field}", language)
            raise HallError("information_line_wrong", field=called, line=number) from None
    return tuple(made)


def _cells(cells: list[str], count: int) -> list[str]:
    """Those that are left out at the end are empty; one too many is none of ours."""
    if len(cells) > count:
        raise ValueError("too many cells")
    return cells + [""] * (count - len(cells))


def _given(name: str, number: str) -> dict[str, int]:
    return {name: int(number)} if number else {}


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _word(table: str, key: str, language: str) -> str:
    return text(f"information.{table}.{key}", language)


def _meant(table: str, word: str, keys: tuple[str, ...]) -> str:
    said = {text(f"information.{table}.{key}", code).casefold(): key for key in keys for code in languages()}
    return said.get(word.casefold(), word)
