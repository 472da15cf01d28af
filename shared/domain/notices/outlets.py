"""What is known of a notice at one outside outlet, and what may be asked of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class OutletState(StrEnum):
    """``SENT``: the outlet has taken it and says later what became of it."""

    WAITING = "waiting"
    SENT = "sent"
    PUBLISHED = "published"
    FAILED = "failed"
    RETRACTING = "retracting"
    RETRACTED = "retracted"


RETRIED: Final = frozenset({OutletState.FAILED})
# Also one that failed: after a silence nobody knows whether it stands there.
TAKEN_BACK: Final = frozenset({OutletState.WAITING, OutletState.SENT, OutletState.PUBLISHED, OutletState.FAILED})
