"""A counter's planned breaks as a line that a person types: ``12:00–13:00 lunch; weekend 12:00–12:30``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from admin_app.features.catalogue.rules import Fault
from shared.domain.hours import DateKind
from shared.domain.release import clock_of, minutes_of
from shared.i18n import languages, text
from shared.schemas.hall import PlannedBreak, PlannedBreaks

WHY, MOST = 30, 8
_ENDS = re.compile("[;\N{FULLWIDTH SEMICOLON}]")
_SPAN = re.compile(
    "(?P<kind>[^0-9]*?)\\s*(?P<start>\\d{1,2}[:\N{FULLWIDTH COLON}]\\d{2})"
    "\\s*[-~\N{EN DASH}\N{EM DASH}\N{FULLWIDTH TILDE}]\\s*(?P<end>\\d{1,2}[:\N{FULLWIDTH COLON}]\\d{2})\\s*(?P<why>.*)"
)


def words_of(breaks: Mapping[Any, Sequence[PlannedBreak]], language: str) -> str:
    """As it is typed; a usual weekday needs no name."""
    parts = []
    for kind in DateKind:
        named = "" if kind is DateKind.WEEKDAY else text(f"release.kind.{kind.value}", language) + " "
        for one in breaks.get(kind.value, ()):
            parts.append(f"{named}{clock_of(one.start)}\N{EN DASH}{clock_of(one.end)} {one.why}".strip())
    return text("admin.catalogue.breaks_separator", language).join(parts)


def breaks_of(words: str) -> PlannedBreaks:
    """ValueError for what cannot be understood; a break without a kind of day is of weekdays."""
    kinds = {"": DateKind.WEEKDAY}
    for kind in DateKind:
        kinds |= {text(f"release.kind.{kind.value}", language).casefold(): kind for language in languages()}
    found: dict[str, list[PlannedBreak]] = {}
    for part in _ENDS.split(words):
        if not part.strip():
            continue
        read = _SPAN.fullmatch(part.strip())
        kind_words = read["kind"].strip().casefold() if read else ""
        if read is None or kind_words not in kinds or len(read["why"]) > WHY:
            raise ValueError(part)
        start, end = (minutes_of(read[edge].replace("\N{FULLWIDTH COLON}", ":")) for edge in ("start", "end"))
        made = PlannedBreak(start=start, end=end, why=read["why"])
        of_kind = found.setdefault(kinds[kind_words].value, [])
        if len(of_kind) == MOST or any(one.start < end and start < one.end for one in of_kind):
            raise ValueError(part)
        of_kind.append(made)
    return {DateKind(kind).value: sorted(rows, key=lambda one: one.start) for kind, rows in found.items()}


def check(value: Any) -> Fault | None:
    """The form's check."""
    try:
        breaks_of(str(value))
    except ValueError:
        return ("admin.catalogue.fault_breaks", {})
    return None
