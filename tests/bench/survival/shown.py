"""What a display shows of what it knows, and what it should show: both by the display's own rules. Pure."""

from __future__ import annotations

from typing import Any, Final

from shared.schemas.events import Snapshot
from signage_app.calls import board_of, shown_calls, shown_waiting

LIMIT: Final = 12


def shown(snapshot: Snapshot) -> dict[str, Any]:
    """Plain values that are equal where two screens look the same."""
    board = board_of(snapshot)
    return {
        "calls": [[one.number, one.counter_label, one.status, one.recalls] for one in shown_calls(board, None, LIMIT)],
        "waiting": [[one.service_name, one.waiting] for one in shown_waiting(board, None)],
    }
