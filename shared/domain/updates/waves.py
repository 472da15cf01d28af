"""In which order terminals get a version, and when the next ones may: first one, then a tenth, then all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal, TypeVar

Key = TypeVar("Key")
SHARE: Final = 0.1
# A terminal that was tried and says nothing any more for so long has not come up.
SILENT: Final = timedelta(minutes=30)
State = Literal["waiting", "fetching", "ready", "trying", "healthy", "rolled_back", "refused"]
FAILED: Final[frozenset[State]] = frozenset({"rolled_back", "refused"})
OVER: Final[frozenset[State]] = FAILED | {"healthy"}
Move = Literal["wait", "next", "done", "halt"]


@dataclass(frozen=True, slots=True)
class Member:
    """A terminal of a rollout. ``since``: of its state; ``online``: it has said something of itself just now."""

    wave: int
    state: State
    since: datetime
    online: bool


def waves(terminals: Sequence[Key]) -> tuple[tuple[Key, ...], ...]:
    """The first one, then a tenth of all and at least one, then the rest; none is empty and each is in one."""
    tenth = 1 + max(1, -(-len(terminals) * int(SHARE * 100) // 100))
    parts = terminals[:1], terminals[1:tenth], terminals[tenth:]
    return tuple(tuple(part) for part in parts if part)


def move(members: Collection[Member], reached: int, last: int, now: datetime, healthy_for: timedelta) -> Move:
    """What to do with a rollout whose waves up to ``reached`` have been told (``last``: the number of the last one).

    One that failed, or fell silent while it was tried, stops it for all. One that is switched off holds up nobody but
    in the first wave: it gets the version when it is back.
    """
    told = [one for one in members if one.wave <= reached]
    if any(one.state in FAILED for one in told):
        return "halt"
    if any(one.state == "trying" and not one.online and now - one.since >= SILENT for one in told):
        return "halt"
    if reached == last:
        return "done" if all(one.state == "healthy" for one in told) else "wait"
    proven = [one for one in told if one.state == "healthy" and one.online and now - one.since >= healthy_for]
    if not proven:
        return "wait"
    open_ = [one for one in told if one not in proven and (one.online or one.state not in ("waiting", "fetching"))]
    return "wait" if open_ else "next"


def is_quiet(at: time, since: time | None, until: time | None) -> bool:
    """Whether ``at`` (the hall's wall clock) lies in the quiet hours, also over midnight; without any: always."""
    if since is None or until is None or since == until:
        return True
    if since < until:
        return since <= at < until
    return at >= since or at < until
