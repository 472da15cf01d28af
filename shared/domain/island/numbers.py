"""Numbers of a band: what one kiosk alone may print, ``A·K3-07``.

A band is a terminal's for good and a number on line never has one, so no number of a lease is ever given by anybody
else; within the band a day's leases follow one another, and a count is never leased twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

DOT: Final = "\N{MIDDLE DOT}"
_DIGITS: Final = 2
# What people type for a dot that no keyboard has; and on a phone they leave the signs out.
_SIGNS: Final = re.compile(r"[\N{MIDDLE DOT}\N{BULLET}\N{KATAKANA MIDDLE DOT}.\-\s]")
_FORM: Final = re.compile(rf"^(?P<head>[^0-9{DOT}]+){DOT}K(?P<band>[1-9][0-9]*)-(?P<count>[0-9]+)$")


@dataclass(frozen=True, slots=True)
class Lease:
    """Numbers ``first`` to ``last`` of a band on a day; ``used`` of them are tickets."""

    id: UUID
    service_day: date
    series: str
    head: str
    band: int
    first: int
    last: int
    epoch: int
    granted_at: datetime
    used: int = 0
    closed: bool = False
    burnt: bool = False

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def holds(self, count: int) -> bool:
        return self.first <= count <= self.last


def band_name(band: int) -> str:
    """``K3``."""
    return f"K{band}"


def band_series(series: str, band: int) -> str:
    """The series under which a band's tickets are kept, ``A·K3``."""
    return f"{series}{DOT}{band_name(band)}"


def band_label(head: str, band: int, count: int) -> str:
    """The printed number, ``A·K3-07``; more digits when the count has outgrown two."""
    return f"{head}{DOT}{band_name(band)}-{count:0{_DIGITS}d}"


def is_of_band(number: str) -> bool:
    """Was this number printed by a kiosk without a line?"""
    return _FORM.match(number) is not None


def bare(number: str) -> str:
    """A number without its signs, as somebody types it who finds none of them on the keys: ``AK307``."""
    return _SIGNS.sub("", number).upper()


def next_first(leases: Iterable[Lease], highest: int) -> int:
    """Where the next lease of a band, day and series begins: behind all there ever were, and behind ``highest``, the
    highest count that stands on paper whether it was leased or not."""
    return max([highest, *(lease.last for lease in leases)]) + 1
