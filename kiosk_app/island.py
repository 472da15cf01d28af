"""The kiosk without the server: its journal, its numbers, and bringing both to the server when it is back."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk_app.alone import Alone
from kiosk_app.hall_copy import HallCopy
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.offline.held_numbers import HeldNumbers
from shared.offline.journal import Journal
from shared.offline.sync import Sync
from shared.schemas.hall import Service
from shared.schemas.tickets import Ticket, TicketRequest
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)
OPEN_AGAIN_MS = 5_000


class Island(QObject):
    """Main thread only, except ``issue``. ``caught_up`` when the server has everything.

    Without room on the disk for a journal there are no numbers without the server, until there is some.
    """

    caught_up = Signal()

    def __init__(self, client: HallClient, copy: HallCopy, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client, self._copy, self._path = client, copy, folder / "journal.db"
        self.journal: Journal | None = None
        self.alone: Alone | None = None
        self._sync: Sync | None = None
        self._running = self._again = self._stopped = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._run)
        self._opening = QTimer(self)
        self._opening.setInterval(OPEN_AGAIN_MS)
        self._opening.timeout.connect(self._open)
        copy.can_serve = lambda: self.alone is not None and self.alone.can_serve(copy.now.date())
        copy.line_changed.connect(self._on_line)
        self._open()

    @property
    def behind(self) -> int:
        """How many entries the server does not have."""
        return self._sync.behind if self._sync is not None else 0

    def stop(self) -> None:
        self._stopped = True
        self._timer.stop()
        self._opening.stop()

    def close(self) -> None:
        """After the last background work has ended."""
        if self.journal is not None:
            self.journal.close()

    def wake(self) -> None:
        """Something was given out, or the line is back: tell the server soon."""
        if self._copy.connected and not self._stopped:
            self._again = self._running
            self._timer.start(0)

    def issue(self, request: TicketRequest, services: list[Service], now: datetime, as_of: datetime) -> Ticket:
        """On a worker thread; see ``Alone.issue``."""
        assert self.alone is not None, "a copy that is alone has asked for numbers before"
        copy = self._copy
        ahead = copy.waiting.get(services[0].id, 0)
        return self.alone.issue(request, services, now=now, as_of=as_of, ahead=ahead, left=copy.left)

    def _open(self) -> None:
        try:
            journal = Journal(self._path)
        except HallError as error:
            log.error("no journal yet, and no numbers without the server: %s", error.code)
            self._opening.start()
            return
        self._opening.stop()
        self.journal, self.alone = journal, Alone(journal)
        held = self.alone.held
        self._sync = Sync(journal, self._client.upload_entries, lambda: self._download(journal, held))
        self.wake()

    def _on_line(self) -> None:
        if self._copy.connected:
            self.wake()
        else:
            self._timer.stop()

    def _run(self) -> None:
        if self._sync is None or self._running or self._stopped or not self._copy.connected:
            return
        self._running, self._again = True, False
        run_in_background(self._sync.step, self._stepped, self._failed, owner=self)

    def _stepped(self, pause_s: float) -> None:
        self._running = False
        if self._stopped or not self._copy.connected:
            return
        if not self.behind:
            self.caught_up.emit()
        self._timer.start(0 if self._again else round(pause_s * 1000))

    def _failed(self, error: HallError) -> None:
        # The disk takes no verdicts just now: what was sent is known there by its id, and goes again.
        log.warning("not brought to the server: %s", error.code)
        self._stepped(30.0)

    def _download(self, journal: Journal, held: HeldNumbers) -> None:
        today = self._copy.now.date()
        with journal.write() as written:
            written.forget_before(today)
        try:
            held.accept(self._client.take_leases(held.request()))
        except HallError as error:
            if error.code != "island_epoch_old":
                raise
            held.drop()
            held.accept(self._client.take_leases(held.request()))
