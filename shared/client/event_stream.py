"""The event stream on a terminal: one thread that resumes, resyncs and never gives up."""

from __future__ import annotations

import json
import logging
import random
import threading
from collections.abc import Callable, Iterator

import requests
from urllib3.exceptions import HTTPError

from shared.client.hall_client import HallClient
from shared.client.line import Line
from shared.domain.errors import HallError
from shared.schemas.events import VOLATILE, Event, Snapshot, VolatileEvent

log = logging.getLogger(__name__)
# The server beats every 5 s; two missed beats and a bit mean the line is dead.
SILENCE_S = 13.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0


class EventStream:
    """Calls back on its own thread: a snapshot first and after every gap, then the events that change it.

    ``on_snapshot(snapshot)``, ``on_event(event)``, ``on_connection(is_connected, error)``. Hand over to the screen with
    queued signals. Events always continue the last snapshot: none is missing and none comes twice.
    ``on_volatile(event)``: what stands in no log, for topics that have such kinds.
    """

    def __init__(
        self,
        client: HallClient,
        topics: tuple[str, ...],
        *,
        on_snapshot: Callable[[Snapshot], None],
        on_event: Callable[[Event], None],
        on_connection: Callable[[bool, HallError | None], None] = lambda connected, error: None,
        on_volatile: Callable[[VolatileEvent], None] = lambda event: None,
    ) -> None:
        self._client = client
        self._topics = topics
        self._on_snapshot = on_snapshot
        self._on_event = on_event
        self._on_connection = on_connection
        self._on_volatile = on_volatile
        self._stop = threading.Event()
        self._line: Line | None = None
        self._thread = threading.Thread(target=self._run, name="event-stream", daemon=True)
        self._epoch = 0
        self._seq = -1

    def start(self) -> None:
        self._thread.start()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the thread; returns when it is gone, at once even when the other side is silent."""
        self._stop.set()
        if self._line is not None:
            self._line.cut()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        self._line = self._client.line()
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            error: HallError | None = None
            ended = False
            try:
                for _ in self._session():
                    pause = FIRST_PAUSE_S
                # The server ended it in order, as it does with a token or a session: nothing is lost unless it does
                # not let us in again.
                ended = True
            except HallError as refused:
                error = refused
            except (requests.RequestException, HTTPError, OSError, ValueError) as broken:
                log.info("event stream broke: %s", type(broken).__name__)
            except Exception:
                # A bug, here or in a screen, must not leave a display dark for the rest of the day.
                log.exception("event stream")
            if self._stop.is_set():
                break
            if not ended:
                self._say(False, error or HallError("server_unreachable"))
            # Full jitter: after a restart of the server two hundred displays don't come back in one instant.
            self._stop.wait(random.uniform(FIRST_PAUSE_S / 2, pause))
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _session(self) -> Iterator[None]:
        """One connection, from its snapshot or resume point to its end; yields at each sign of life."""
        if self._seq < 0:
            self._take_snapshot()
        last = f"{self._epoch}:{self._seq}"
        with self._client.stream(",".join(self._topics), last, read_s=SILENCE_S) as response:
            self._say(True, None)
            yield
            kind, data, passed = "", "", self._seq
            for line in _lines(response):
                yield
                if self._stop.is_set():
                    return
                field, _, value = line.partition(": ")
                if field == "event":
                    kind = value
                elif field == "data":
                    data = value
                elif field == "id":
                    passed = int(value.partition(":")[2])
                elif not line:
                    if kind == "resync":
                        self._take_snapshot()
                    elif kind in VOLATILE:
                        self._tell(VolatileEvent.model_validate_json(data))
                    elif kind and data:
                        self._deliver(Event.model_validate(json.loads(data)))
                    else:
                        # An id alone: the log has moved on past kinds this program did not ask for.
                        self._seq = max(self._seq, passed)
                    kind, data = "", ""

    def _deliver(self, event: Event) -> None:
        if event.epoch == self._epoch and event.seq <= self._seq:
            return
        self._epoch, self._seq = event.epoch, event.seq
        try:
            self._on_event(event)
        except Exception:
            log.exception("a screen failed on an event", extra={"kind": event.kind, "seq": event.seq})

    def _tell(self, event: VolatileEvent) -> None:
        try:
            self._on_volatile(event)
        except Exception:
            log.exception("a screen failed on what it was told", extra={"kind": event.kind})

    def _take_snapshot(self) -> None:
        snapshot = self._client.snapshot(*self._topics)
        self._on_snapshot(snapshot)
        self._epoch, self._seq = snapshot.epoch, snapshot.seq

    def _say(self, connected: bool, error: HallError | None) -> None:
        try:
            self._on_connection(connected, error)
        except Exception:
            log.exception("a screen failed on the state of its connection")


def _lines(response: requests.Response) -> Iterator[str]:
    """Lines as they arrive: ``iter_lines`` would wait for its buffer to fill."""
    rest = b""
    while chunk := response.raw.read1(65536):
        rest += chunk
        *whole, rest = rest.split(b"\n")
        for line in whole:
            yield line.decode()
