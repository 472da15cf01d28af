"""What the C library keeps of memory that was given back."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

# mallopt(3)
_M_ARENA_MAX: Final = -8
FEW: Final = 2


def few_arenas() -> None:
    """Let all threads share two heaps; call it before they begin. Nothing happens where there is no glibc.

    A film brings a dozen decoding threads, and each would begin a heap of its own, which stays when they have gone: a
    wall that plays one film after the other grew by 20 kB with each.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, FEW)
    except (AttributeError, OSError):
        # Another C library, which does without.
        return
