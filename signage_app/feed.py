"""What the server says, brought to the main thread: the hall's facts, snapshots and events."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QTimer, Signal

from shared.client.event_stream import EventStream
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.hall import Hall
from shared.schemas.signage import SignageFigures, SignageProgram
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)
TOPICS = ("calls", "tickets", "counters", "waits", "signage", "notices", "information")
AGAIN_MS = 2000
# Notes and zones may be edited, and no clock stays right for ever.
REFRESH_MS = 5 * 60 * 1000
FIGURES_MS = 15_000


class Feed(QObject):
    """Asks for the hall until it answers; its stream starts as soon as the hall is known, from it or from a copy."""

    hall = Signal(object)
    snapshot = Signal(object)
    happened = Signal(object)
    told = Signal(object)
    connection = Signal(bool, object)
    program = Signal(object)
    figures = Signal(object)

    def __init__(self, client: HallClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        # Emitted on the stream's thread; Qt queues them for receivers of this one.
        self._stream = EventStream(
            client, TOPICS, on_snapshot=self.snapshot.emit, on_event=self.happened.emit,
            on_connection=self.connection.emit, on_volatile=self.told.emit,
        )  # fmt: skip
        self._streaming = False
        self._stopped = False
        self._program_asked = self._program_again = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        self._figures_timer = QTimer(self)
        self._figures_timer.setInterval(FIGURES_MS)
        self._figures_timer.timeout.connect(self._ask_figures)

    def start(self, *, hall_is_known: bool) -> None:
        """A display must not speak another zone's calls: without the hall's zones it waits."""
        if hall_is_known:
            self._start_stream()
        self._ask()

    def look_again(self) -> None:
        """Ask for the hall anew, soon."""
        if not self._stopped:
            self._timer.start(0)

    def ask_program(self) -> None:
        """What this display shows beside calls, anew."""
        if self._stopped:
            return
        # One question at a time; what changes meanwhile is asked once more.
        self._program_again = self._program_asked
        if not self._program_asked:
            self._program_asked = True
            run_in_background(self._client.signage_program, self._program_known, self._program_failed, owner=self)

    def want_figures(self, wanted: bool) -> None:
        """Ask for the day's figures, now and again, while a zone shows them."""
        if not wanted or self._stopped:
            self._figures_timer.stop()
        elif not self._figures_timer.isActive():
            self._figures_timer.start()
            self._ask_figures()

    def stop(self) -> None:
        self._stopped = True
        self._timer.stop()
        self._figures_timer.stop()
        if self._streaming:
            self._stream.stop()

    def _start_stream(self) -> None:
        if not self._streaming and not self._stopped:
            self._streaming = True
            self._stream.start()

    def _ask(self) -> None:
        run_in_background(self._client.hall, self._answered, self._failed, owner=self)

    def _answered(self, hall: Hall) -> None:
        if self._stopped:
            return
        self.hall.emit(hall)
        self.ask_program()
        self._start_stream()
        self._timer.start(REFRESH_MS)

    def _failed(self, error: HallError) -> None:
        if self._stopped:
            return
        if not self._streaming:
            self.connection.emit(False, error)
        self._timer.start(AGAIN_MS)

    def _ask_figures(self) -> None:
        run_in_background(self._client.signage_figures, self._figures_known, self._figures_unknown, owner=self)

    def _figures_known(self, figures: SignageFigures) -> None:
        if not self._stopped:
            self.figures.emit(figures)

    def _figures_unknown(self, error: HallError) -> None:
        # Those that were known stay, with the time the screen says for all of it.
        log.info("the figures are not known: %s", error.code)

    def _program_known(self, program: SignageProgram) -> None:
        self._program_asked = False
        if self._stopped:
            return
        self.program.emit(program)
        if self._program_again:
            self.ask_program()

    def _program_failed(self, error: HallError) -> None:
        # What is kept plays on; it is asked again with the hall's facts.
        self._program_asked = False
        log.info("the program is not known: %s", error.code)
