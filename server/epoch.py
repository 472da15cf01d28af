"""The epoch of a hall: which line of history its event numbers belong to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

# Seconds are counted from here: they fit into 31 bits until 2093.
_BEGINNING: Final = datetime(2025, 1, 1, tzinfo=UTC)


def next_epoch(before: int, now: datetime) -> int:
    """Higher than the one before, and than any that was begun earlier elsewhere: two restores of one backup differ."""
    return max(before + 1, int((now - _BEGINNING).total_seconds()))


def begun_at(epoch: int) -> datetime:
    """When it was begun, or a long time ago for a hall that never was restored."""
    return _BEGINNING + timedelta(seconds=epoch)
