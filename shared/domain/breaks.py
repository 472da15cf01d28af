"""Planned breaks of a counter such as lunch or training, by kind of day; minutes of the hall's local day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.hours import Calendar, DateKind

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """``why``: what for, in the hall's own words; may be empty."""

    start: int
    end: int
    why: str = ""


Breaks = Mapping[DateKind, Sequence[Break]]


def breaks_of(breaks: Breaks, day: date, calendar: Calendar) -> Spans:
    """When a counter is away on a day, in order and apart.

    Adjusted and special days that are not named are as the day of the week they are opened like.
    """
    kind = calendar.kind(day)
    if kind not in breaks and kind in (DateKind.ADJUSTED, DateKind.SPECIAL):
        kind = calendar.usual_kind(day)
    return joined((one.start, one.end) for one in breaks.get(kind, ()))


def joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """In order; spans that touch or overlap are one, empty ones none."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def free_minutes(start: int, end: int, away: Spans) -> int:
    """What is left of a time outside these spans."""
    return end - start - sum(max(0, min(end, until) - max(start, since)) for since, until in away)


def outside(start: int, end: int, spans: Sequence[tuple[int, int]]) -> Spans:
    """The parts of a time in none of these spans, which are in order and apart."""
    edges = [start, *(min(end, max(start, edge)) for span in spans for edge in span), end]
    return joined(zip(edges[::2], edges[1::2], strict=True))
