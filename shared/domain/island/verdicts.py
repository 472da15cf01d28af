"""What a server says of a number that stands on paper already: it is never refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Judged:
    """``conflict``: why somebody has to look, empty where all is well. ``is_double``: another ticket has this number,
    so that this one needs another on screens."""

    conflict: Literal["", "number_differs", "outside_lease", "burnt_number"] = ""
    is_double: bool = False


def judge_number(*, own_band: int | None, band: int, leased: bool, burnt: bool, free: bool) -> Judged:
    """``own_band``: that of the terminal that printed it, None when it has none. ``leased``: to this terminal."""
    if not free:
        return Judged("number_differs", is_double=True)
    if band != own_band or not leased:
        return Judged("outside_lease")
    return Judged("burnt_number") if burnt else Judged()
