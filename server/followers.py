"""What a server knows of the second machines that follow its database: in one process, or in several."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol

from server.wal import Place

if sys.platform != "win32":
    import fcntl

# Bytes on the shared board: some dozen followers and ends.
BOARD: Final = 16_384


@dataclass(frozen=True, slots=True)
class Follower:
    """A second machine. ``place``: up to where it has everything on its disk; None while it takes its first copy.
    ``seen``: when it was heard, in the machine's monotonic seconds; ``behind``: bytes."""

    place: Place | None
    seen: float
    address: str = ""
    behind: int = 0


@dataclass
class Known:
    """``followers`` by name; ``ends`` of earlier logs by their salts: all of those is in the database's file."""

    followers: dict[str, Follower] = field(default_factory=dict)
    ends: dict[bytes, Place] = field(default_factory=dict)


class Board(Protocol):
    def open(self) -> AbstractContextManager[Known]:
        """What is known, for one at a time; what is changed in it is known when this ends."""


class OwnBoard:
    """Of a server that is one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known = Known()

    @contextmanager
    def open(self) -> Iterator[Known]:
        with self._lock:
            yield self._known


class SharedBoard:
    """Of several processes: in memory that they share, under a file lock that the system takes from who dies.

    A process killed while it wrote leaves nothing readable: then nobody is known until followers say again where they
    are, and one whose log was folded meanwhile begins anew.
    """

    def __init__(self, lock: Path, memory: Any) -> None:
        """``memory``: ``BOARD`` bytes, a shared ctypes array of ``c_char``."""
        self._lock = lock
        self._memory = memory

    @contextmanager
    def open(self) -> Iterator[Known]:
        with self._lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = _read(self._memory.value)
            before = _written(known)
            yield known
            # Who only looked leaves it as it was.
            if (after := _written(known)) != before and len(after) < BOARD:
                self._memory.value = after


def _read(raw: bytes) -> Known:
    try:
        told = json.loads(raw)
    except ValueError:
        return Known()
    followers = {
        name: Follower(**one | {"place": None if one["place"] is None else _place(one["place"])})
        for name, one in told["followers"].items()
    }
    ends = [_place(one) for one in told["ends"]]
    return Known(followers, {one.salt: one for one in ends})


def _written(known: Known) -> bytes:
    followers = {
        name: asdict(one) | {"place": None if one.place is None else _told(one.place)}
        for name, one in known.followers.items()
    }
    return json.dumps({"followers": followers, "ends": [_told(one) for one in known.ends.values()]}).encode()


def _place(told: list[Any]) -> Place:
    salt, frames, page, check = told
    return Place(bytes.fromhex(salt), frames, page, bytes.fromhex(check))


def _told(place: Place) -> list[Any]:
    return [place.salt.hex(), place.frames, place.page, place.check.hex()]
