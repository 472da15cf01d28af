"""The hall's event stream, handed over to the main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from shared.client.event_stream import EventStream
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.events import Event, Snapshot, VolatileEvent

TOPICS = (
    "calls",
    "tickets",
    "counters",
    "services",
    "terminals",
    "organisation",
    "sign_on",
    "messages",
    "appointments",
    "island",
    "media",
    "notices",
    "waits",
    "signage",
    "information",
)


class HallLink(QObject):
    """Signals on the main thread: ``snapshot(Snapshot)``, ``happened(Event)``, ``told(VolatileEvent)``,
    ``connection(bool, HallError)``.
    """

    snapshot = Signal(object)
    happened = Signal(object)
    told = Signal(object)
    connection = Signal(bool, object)
    _arrived = Signal(object)

    def __init__(self, client: HallClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # One queue for all of them, so that they keep their order.
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._stream = EventStream(
            client,
            TOPICS,
            on_snapshot=self._arrived.emit,
            on_event=self._arrived.emit,
            on_connection=lambda connected, error: self._arrived.emit((connected, error)),
            on_volatile=self._arrived.emit,
        )
        self._stopped = False

    def start(self) -> None:
        self._stream.start()

    def stop(self) -> None:
        """End the stream's thread; what still stands in the queue is dropped."""
        self._stopped = True
        self._stream.stop()

    def _deliver(self, what: Snapshot | Event | VolatileEvent | tuple[bool, HallError | None]) -> None:
        if self._stopped:
            return
        if isinstance(what, Snapshot):
            self.snapshot.emit(what)
        elif isinstance(what, Event):
            self.happened.emit(what)
        elif isinstance(what, VolatileEvent):
            self.told.emit(what)
        else:
            self.connection.emit(*what)
