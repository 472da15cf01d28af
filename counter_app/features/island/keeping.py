"""Keeps the copy of the desk on the disk while the counter is on line."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from counter_app.desk import DeskModel, Facts
from counter_app.features.island.copy import Copies, DeskCopy
from shared.domain.errors import HallError
from shared.ui.background import run_in_background

_log = logging.getLogger(__name__)
SAVE_MS: Final = 1000
# So old is the copy at most when nothing happens and the machine is switched off.
BEAT_MS: Final = 30_000


class Keeper(QObject):
    """One write at a time, at most one a second; the facts only when they are new. Lives on the main thread."""

    def __init__(self, model: DeskModel, copies: Copies, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._copies = model, copies
        # Up to where the desk of the server knows the journal: its id and a place.
        self.covered: tuple[UUID | None, int] = (None, 0)
        self._facts: Facts | None = None
        self._is_writing = False
        self._soon = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._soon.timeout.connect(self.save)
        self._beat = QTimer(self, interval=BEAT_MS)
        self._beat.timeout.connect(self.save_soon)

    def start(self) -> None:
        self._beat.start()

    def stop(self) -> None:
        self._soon.stop()
        self._beat.stop()

    def save_soon(self) -> None:
        """The desk has changed, or time has passed with it as it is."""
        if self._model.connected and not self._model.is_alone and not self._soon.isActive():
            self._soon.start()

    def save(self, as_of: datetime | None = None) -> None:
        """Write the desk as it is; ``as_of``: when it was true, now when left out."""
        model = self._model
        if model.desk is None:
            return
        if self._is_writing:
            self._soon.start()
            return
        if as_of is None and model.is_alone:
            # What is done alone stands in the journal: the copy is the server's last word.
            return
        self._is_writing = True
        journal, place = self.covered
        copy = DeskCopy(
            as_of=as_of or model.now(), ahead_s=model.ahead.total_seconds(), journal=journal, place=place,
            counters=list(model.counters.values()), desk=model.desk,
        )  # fmt: skip
        copies, fresh = self._copies, model.facts if model.facts is not self._facts else None

        def write() -> Facts | None:
            try:
                copies.save_desk(copy)
                if fresh is not None:
                    copies.save_facts(fresh)
            except OSError:
                _log.exception("the copy of the desk was not kept")
                return None
            return fresh

        run_in_background(write, self._on_written, self._on_not_written, owner=self)

    def _on_written(self, facts: Facts | None) -> None:
        self._is_writing = False
        self._facts = facts or self._facts

    def _on_not_written(self, error: HallError) -> None:
        self._is_writing = False
