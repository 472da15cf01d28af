"""The part of the hall client that asks how safe the hall is."""

from __future__ import annotations

from shared.client.accounts import _Line
from shared.schemas.base import Page
from shared.schemas.safety import ServerState, StandbyMedia


class SafetyCalls:
    """Mixed into ``HallClient``."""

    def server_state(self: _Line) -> ServerState:
        """Backups, second machines, room on the disk, alarms."""
        return self._get("/server/state", ServerState)

    def standby_media(self: _Line) -> list[StandbyMedia]:
        """Pictures and videos that a second machine has to have."""
        return self._get("/standby/media", Page[StandbyMedia]).items
