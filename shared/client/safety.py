"""The part of the hall client that asks how safe the hall is."""

from __future__ import annotations

from shared.client.accounts import _Line
from shared.schemas.safety import ServerState


class SafetyCalls:
    """Mixed into ``HallClient``."""

    def server_state(self: _Line) -> ServerState:
        """Backups, second machines, room on the disk, alarms."""
        return self._get("/server/state", ServerState)
