"""The hall's name on the disk, for the one screen that must be shown when nothing else works."""

from __future__ import annotations

import logging
from pathlib import Path

from shared.offline.checked_copy import CheckedCopy
from shared.schemas.base import Message
from shared.schemas.hall import Hall

log = logging.getLogger(__name__)


class HallName(Message):
    """In both languages; empty where it was never known."""

    name: str = ""
    name_en: str = ""


class KeptHallName:
    """In a terminal's data folder; written only when the hall is called differently."""

    def __init__(self, folder: Path) -> None:
        self._copy = CheckedCopy(folder / "hall_name.json", HallName)
        self._known: HallName | None = None

    def read(self) -> HallName:
        self._known = self._copy.load() or HallName()
        return self._known

    def keep(self, hall: Hall) -> None:
        name = HallName(name=hall.name, name_en=hall.name_en or "")
        if name == (self._known or self.read()):
            return
        self._known = name
        try:
            self._copy.save(name)
        except OSError as error:
            log.warning("the hall's name can't be kept: %s", error)
