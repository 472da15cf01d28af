"""How a terminal's journal is, told to the hall like a device: somebody has to look at a disk that loses things."""

from __future__ import annotations

from shared.offline.journal import Journal
from shared.schemas.device_health import DeviceHealth

DRIVER = "sqlite"


def journal_health(journal: Journal | None) -> list[DeviceHealth]:
    """From memory, safe on any thread; empty while all is well. None: it could not even be opened."""
    if journal is None or journal.is_full:
        return [DeviceHealth(kind="journal", driver=DRIVER, state="error", code="journal_full")]
    if journal.damaged is not None:
        return [
            DeviceHealth(
                kind="journal", driver=DRIVER, state="warning", code="journal_damaged", detail=str(journal.damaged)
            )
        ]  # fmt: skip
    return []
