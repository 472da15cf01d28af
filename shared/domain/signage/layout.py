"""Zones on a canvas of pixels: what may stand where, so that a call is always to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SMALLEST: Final = 40
CANVAS: Final = (200, 16_384)


class ZoneKind(StrEnum):
    CALL = "call"
    CALLS = "calls"
    WAITING = "waiting"
    MEDIA = "media"
    TICKER = "ticker"
    CLOCK = "clock"
    HEAD = "head"
    FIGURES = "figures"
    QR = "qr"
    WEB = "web"
    TEXT = "text"


class CallsOver(StrEnum):
    """Where a call shows over what plays while it is somebody's turn."""

    BAND = "band"
    FULL = "full"
    # Only with a zone that shows whose turn it is.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Place:
    """In pixels of the canvas; ``layer``: the higher one is drawn over the lower."""

    kind: ZoneKind
    x: int
    y: int
    width: int
    height: int
    layer: int = 0


def overlap(one: Place, other: Place) -> bool:
    """Whether some pixel belongs to both."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def faults(canvas: tuple[int, int], zones: Sequence[Place], calls_over: CallsOver) -> list[tuple[str, int]]:
    """What is wrong, with the zone's place in the list (-1: the whole): ``canvas``, ``outside``, ``small``,
    ``overlap`` (in one layer), ``covered`` (a zone of calls under another), ``no_calls``."""
    found: list[tuple[str, int]] = []
    if not all(CANVAS[0] <= side <= CANVAS[1] for side in canvas):
        found.append(("canvas", -1))
    for place, zone in enumerate(zones):
        if zone.x < 0 or zone.y < 0 or zone.x + zone.width > canvas[0] or zone.y + zone.height > canvas[1]:
            found.append(("outside", place))
        if zone.width < SMALLEST or zone.height < SMALLEST:
            found.append(("small", place))
        for other in zones[:place]:
            if overlap(zone, other):
                low, high = sorted((zone, other), key=lambda one: one.layer)
                if low.layer == high.layer:
                    found.append(("overlap", place))
                elif low.kind in (ZoneKind.CALL, ZoneKind.CALLS):
                    found.append(("covered", place))
    if calls_over is CallsOver.NONE and not any(zone.kind is ZoneKind.CALL for zone in zones):
        found.append(("no_calls", -1))
    return found


def snapped(value: int, lines: Sequence[int], within: int) -> int:
    """The nearest of the lines when one is so near, else the value."""
    nearest = min(lines, key=lambda line: abs(line - value), default=value)
    return nearest if abs(nearest - value) <= within else value
