"""The layouts a kiosk printed by last, on its disk: after a start without the server the tickets look as before."""

from __future__ import annotations

import logging
from pathlib import Path

from shared.offline.checked_copy import CheckedCopy
from shared.schemas.ticket_layouts import LayoutsInUse

log = logging.getLogger(__name__)


class KeptLayouts:
    """Read once at the start; written on a worker, when they are others than last time."""

    def __init__(self, path: Path) -> None:
        self._copy = CheckedCopy(path, LayoutsInUse)
        self._written: LayoutsInUse | None = None

    def read(self) -> LayoutsInUse | None:
        """None: there are none, or none that can be trusted."""
        self._written = self._copy.load()
        return self._written

    def write(self, layouts: LayoutsInUse) -> None:
        """A full disk must not keep anybody from a ticket."""
        if layouts == self._written:
            return
        try:
            self._copy.save(layouts)
        except OSError as error:
            log.warning("layouts of tickets not kept: %s", error)
            return
        self._written = layouts
