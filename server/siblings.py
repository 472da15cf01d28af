"""What the processes of one embedded hall share: whose turn it is to write, and word of what somebody has written.

SQLite takes one writer at a time, and would let a second one ask again and again; here it waits for the file instead,
in the order of asking. The lock holds checkpoints too: they happen inside the first process's turns.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ctypes import c_char
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from server.followers import BOARD, SharedBoard

if sys.platform != "win32":
    import fcntl

# Whether several processes may share an embedded database on this system.
POSSIBLE = sys.platform != "win32"
# A hint that says only that there is something to read.
HINT = b"."
# Bytes of one hint at most; the systems take several times as much.
LONGEST = 60_000


@dataclass(frozen=True, slots=True)
class Siblings:
    """One process's side; ``tells``: one end for each process, this one's at ``place``. A hint may be lost: it does not
    fit, or its reader dies."""

    place: int
    turn: Path
    hears: socket.socket
    tells: tuple[socket.socket, ...]
    board: SharedBoard

    @property
    def first(self) -> bool:
        """The one that folds SQLite's log into its file."""
        return self.place == 0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Alone among all processes of the hall. The system gives the turn back when a process dies."""
        with self.turn.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def tell(self, word: bytes = HINT) -> None:
        """All others: this was committed."""
        word = word if len(word) <= LONGEST else HINT
        for place, end in enumerate(self.tells):
            if place != self.place:
                _send(end, word)

    def wake(self) -> None:
        """This process's own ``listen`` ends."""
        _send(self.tells[self.place], HINT)

    def listen(self, seconds: float) -> list[bytes]:
        """What was told, in order, as soon as there is something; none after so long."""
        self.hears.settimeout(seconds)
        words: list[bytes] = []
        with suppress(TimeoutError):
            words.append(self.hears.recv(LONGEST))
            # What was told meanwhile is heard with it.
            self.hears.settimeout(0)
            with suppress(BlockingIOError):
                while True:
                    words.append(self.hears.recv(LONGEST))
        return words


def _send(end: socket.socket, word: bytes) -> None:
    with suppress(OSError):
        end.send(word, socket.MSG_DONTWAIT)


def siblings(data: Path, count: int) -> list[Siblings]:
    """The sides of ``count`` processes. A process that is started again takes its side up where it was."""
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(count)]
    tells = tuple(end for _, end in pairs)
    board = SharedBoard(data / "followers.lock", get_context("spawn").RawArray(c_char, BOARD))
    return [Siblings(place, data / "writer.lock", hears, tells, board) for place, (hears, _) in enumerate(pairs)]
