"""Ids: time-ordered UUIDs for what happens, name-based UUIDs for what a hall file describes."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable
from typing import Final

_RANDOM_BITS: Final = 74
_RAND_B_BITS: Final = 62
# A random number begins in the lower half and so has room for some hundred thousand steps.
_STEP_BITS: Final = 56


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


class Ascending:
    """UUIDs version 7 (RFC 9562): 48 bits of Unix milliseconds, then random ones; each is above the one before.

    What one transaction writes has one time, so lists and cursors order it by its ids. Within a millisecond, and while
    the clock is set back, an id is the last one and a random step of up to 2^56 (6.2, method 2), which nobody guesses
    either; what overflows goes into the milliseconds. Several threads may make them; a forked child begins anew.
    """

    def __init__(self, milliseconds: Callable[[], int] = _milliseconds) -> None:
        self._milliseconds = milliseconds
        self._begin()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        # A lock that another thread held when the process forked would never be let go in the child.
        self._lock, self._last = threading.Lock(), 0

    def __call__(self) -> uuid.UUID:
        fresh = int.from_bytes(os.urandom(10)) >> 81 - _RANDOM_BITS
        with self._lock:
            now = self._milliseconds()
            if now > self._last >> _RANDOM_BITS:
                self._last = now << _RANDOM_BITS | fresh
            else:
                self._last += 1 + (fresh & 2**_STEP_BITS - 1)
            made = self._last
        head, rand_b = made >> _RAND_B_BITS, made & 2**_RAND_B_BITS - 1
        value = head >> 12 << 80 | 0x7 << 76 | (head & 0xFFF) << 64 | 0x2 << 62 | rand_b
        return uuid.UUID(int=value)


uuid7 = Ascending()
