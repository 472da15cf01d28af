"""Keeps the copy of the desk on the disk while the counter is on line."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from counter_app.desk import DeskModel, Facts
from counter_app.features.island.copy import Copies, DeskCopy, LineCopy, with_all
from shared.domain.errors import HallError
from shared.schemas.events import TicketEvent
from shared.schemas.hall import CounterDesk
from shared.schemas.tickets import StaffTicket
from shared.ui.background import run_in_background

_log = logging.getLogger(__name__)
SAVE_MS: Final = 1000
# So old is the copy at most when nothing happens and the machine is switched off.
BEAT_MS: Final = 30_000
# Beyond the part of the line that the screen lists, this is how old the copy of it is at most, and this much of it is
# kept; who has been called meanwhile is taken out by the events.
LINE_MS: Final = 30_000
LONGEST_LINE: Final = 500


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
        self._line: tuple[StaffTicket, ...] = ()
        self._line_of: UUID | None = None
        self._is_reading = False
        self._read_line = QTimer(self, interval=LINE_MS)
        self._read_line.timeout.connect(self.read_line)
        model.ticket_told.connect(self._on_ticket)

    def start(self) -> None:
        self._beat.start()
        self._read_line.start()

    def stop(self) -> None:
        self._soon.stop()
        self._beat.stop()
        self._read_line.stop()

    def whole(self, desk: CounterDesk) -> CounterDesk:
        """The desk with everybody who waits for it, as far as it is known here."""
        return with_all(desk, self._line) if self._line_of == desk.counter.id else desk

    def read_line(self) -> None:
        """Those behind whom the desk lists, where there are any."""
        model, desk = self._model, self._model.desk
        if desk is None or not model.connected or model.is_alone or self._is_reading:
            return
        if desk.waiting_count <= len(desk.waiting):
            self._line = ()
            return
        self._is_reading = True
        client, copies, counter_id, at = model.client, self._copies, desk.counter.id, model.now()

        def read() -> tuple[UUID, list[StaffTicket]]:
            line = client.desk(counter_id, waiting=LONGEST_LINE).waiting
            try:
                copies.save_line(LineCopy(as_of=at, counter_id=counter_id, waiting=line))
            except OSError:
                _log.exception("the copy of the line was not kept")
            return counter_id, line

        run_in_background(read, self._on_line, self._on_no_line, owner=self)

    def _on_line(self, found: tuple[UUID, list[StaffTicket]]) -> None:
        self._is_reading = False
        self._line_of, self._line = found[0], tuple(found[1])

    def _on_no_line(self, error: HallError) -> None:
        self._is_reading = False
        _log.info("the line was not read: %s", error)

    def _on_ticket(self, told: TicketEvent) -> None:
        if told.status != "waiting" and self._line:
            self._line = tuple(one for one in self._line if one.id != told.ticket_id)

    def save_soon(self) -> None:
        """The desk has changed, or time has passed with it as it is."""
        if self._model.connected and not self._model.is_alone and not self._soon.isActive():
            self._soon.start()
        if self._line_of is None and self._model.desk is not None:
            self._line_of = self._model.desk.counter.id
            self.read_line()

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
