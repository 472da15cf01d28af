"""What goes wrong in a run, and when: a timeline that a seed decides and nothing else, so that a failure replays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

Kind = Literal["server", "worker", "database", "kiosk", "counter", "display"]
# ``cut``: refused and broken off; ``stall``: open and silent; ``lose``: what is asked is done and its answer gets lost.
What = Literal["kill", "pause", "cut", "stall", "lose", "fill", "shift"]

# What may happen to whom. A server of one process has no worker of its own, an embedded database is no process.
FAULTS: Final[Mapping[Kind, Sequence[What]]] = {
    "server": ("kill", "pause", "fill", "shift"),
    "worker": ("kill", "pause"),
    "database": ("kill", "fill"),
    "kiosk": ("kill", "pause", "cut", "stall", "lose", "fill", "shift"),
    "counter": ("kill", "pause", "cut", "stall", "lose", "fill", "shift"),
    "display": ("kill", "pause", "cut", "stall", "shift"),
}
# How long it lasts, shortest and longest, in seconds. A line that stalls is noticed after 13 s.
LASTS: Final[Mapping[What, tuple[float, float]]] = {
    "kill": (0.3, 3.0), "pause": (0.5, 4.0), "cut": (3.0, 12.0), "stall": (2.0, 16.0), "lose": (1.0, 6.0),
    "fill": (2.0, 6.0),
    "shift": (3.0, 15.0),
}  # fmt: skip
# By how many seconds a clock is wrong: either side of what a timeout, a lease or a duration could hang on.
SHIFTS_S: Final = (-900.0, -30.0, -2.0, 2.0, 45.0, 1200.0)
# Quiet, so that what happens meets a hall that has caught up now and then.
PAUSE_S: Final = (0.2, 2.0)
# Room at the end for what lasts.
TAIL: Final = 0.15


@dataclass(frozen=True, slots=True)
class Target:
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Fault:
    """``at`` and ``lasts`` in seconds of the run; ``by_s``: how wrong a clock becomes."""

    at: float
    what: What
    target: Target
    lasts: float
    by_s: float = 0.0

    def __str__(self) -> str:
        by = f" by {self.by_s:+.0f} s" if self.by_s else ""
        return f"{self.at:7.2f} s  {self.what} {self.target.name}{by} for {self.lasts:.1f} s"


def plan(seed: int, seconds: float, cast: Sequence[Target]) -> tuple[Fault, ...]:
    """The faults of a run with these targets. Each kind of fault comes before any comes again, and no target has two
    of them at once, so that a short run has every kind and a long one every mixture."""
    random = Random(seed)
    made: list[Fault] = []
    busy: dict[Target, float] = {}
    deck: list[tuple[What, Kind]] = []
    at = 0.0
    while True:
        at += random.uniform(*PAUSE_S)
        if at >= seconds * (1 - TAIL):
            return tuple(made)
        if not deck:
            deck = [(what, kind) for kind in sorted({one.kind for one in cast}) for what in FAULTS[kind]]
            random.shuffle(deck)
        what, kind = deck.pop()
        free = [one for one in cast if one.kind == kind and busy.get(one, 0.0) <= at]
        lasts = min(random.uniform(*LASTS[what]), max(0.3, seconds - at))
        by_s = random.choice(SHIFTS_S) if what == "shift" else 0.0
        if free:
            target = random.choice(free)
            busy[target] = at + lasts
            made.append(Fault(round(at, 3), what, target, round(lasts, 3), by_s))
