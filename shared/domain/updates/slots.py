"""Two slots and what is built in: which one starts, and the way back from a version that does not come up.

Everything a terminal remembers of it is one ``Slots``, written whole. So a machine that is cut off at any moment finds
the step before or the step after, and both lead on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from shared.domain.updates.versions import Version

BUILT_IN: Final = ""
NAMES: Final = ("a", "b")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many starts a new version has, and how many seconds each to come up."""

    starts: int = 2
    seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Trial:
    """A version that has to prove itself, and how often it was started."""

    slot: str
    rollout: UUID
    version: str
    floor: str
    starts: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the last trial; ``code`` is a key of ``updates.why``."""

    rollout: UUID
    version: str
    result: Literal["healthy", "rolled_back"]
    code: str = ""


@dataclass(frozen=True, slots=True)
class Slots:
    """``good``: the slot that runs, ``before``: the one to fall back to. ``floor``: nothing older is taken."""

    good: str = BUILT_IN
    before: str = BUILT_IN
    trial: Trial | None = None
    last: Outcome | None = None
    floor: str = "0.0.0"


def free(slots: Slots) -> tuple[Slots, str]:
    """The slot that may be written over, and what to remember before it is: nothing leads into it any more."""
    slot = next(name for name in NAMES if name != slots.good)
    before = BUILT_IN if slots.before == slot else slots.before
    return replace(slots, before=before, trial=None), slot


def on_trial(slots: Slots, trial: Trial) -> Slots:
    """The slot is filled: the next start is its first."""
    return replace(slots, trial=trial)


def start(slots: Slots, whole: Callable[[str], bool], limits: Limits) -> tuple[Slots, str]:
    """Which slot starts now, and what to remember before it does. ``whole``: whether a slot is what was signed."""
    trial = slots.trial
    if trial is not None:
        if trial.starts >= limits.starts:
            slots = give_up(slots, "crashed")
        elif not whole(trial.slot):
            slots = give_up(slots, "damaged")
        else:
            return replace(slots, trial=replace(trial, starts=trial.starts + 1)), trial.slot
    while slots.good != BUILT_IN and not whole(slots.good):
        slots = replace(slots, good=slots.before, before=BUILT_IN)
    return slots, slots.good


def healthy(slots: Slots) -> Slots:
    """The version on trial has come up: it is the good one now."""
    trial = slots.trial
    if trial is None:
        return slots
    floor = max(Version.parse(slots.floor), Version.parse(trial.floor))
    return Slots(trial.slot, slots.good, None, Outcome(trial.rollout, trial.version, "healthy"), str(floor))


def give_up(slots: Slots, code: str) -> Slots:
    """Back to the good one."""
    trial = slots.trial
    if trial is None:
        return slots
    return replace(slots, trial=None, last=Outcome(trial.rollout, trial.version, "rolled_back", code))
