"""The part every speaker shares: one thread, first in, first said, every utterance ends with exactly one event."""

from __future__ import annotations

import logging
import queue
import threading

from shared.devices.speech.protocol import (
    SpeakerEvent,
    SpeakerListener,
    Utterance,
    UtteranceFailed,
    UtteranceFinished,
    UtteranceStarted,
)
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceHealth, HealthState

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 5.0


class WorkerSpeaker:
    """Base of the drivers; they say how one utterance is spoken (`speak`) and whether they could (`check`)."""

    def __init__(self, driver: str) -> None:
        self._driver = driver
        self._queue: queue.Queue[tuple[int, Utterance] | None] = queue.Queue()
        self._listener: SpeakerListener | None = None
        self._thread = threading.Thread(target=self._work, name=f"speech {driver}", daemon=True)
        self._gate = threading.Lock()
        self._health = self._as_health("warning", "starting")
        self._turn = 0  # utterances of an earlier turn were hushed
        self._closed = False
        self.stopping = threading.Event()

    def check(self) -> HallError | None:
        """On the worker: why nothing can be said (raised), what is weaker than it should be (returned), or None."""
        raise NotImplementedError

    def speak(self, utterance: Utterance) -> None:
        """On the worker: say it to its end, calling `started`; raise HallError; return early when `stopping`."""
        raise NotImplementedError

    def tidy(self) -> None:
        """On the worker, last of all: let go of what it holds."""

    def open(self, listener: SpeakerListener) -> None:
        self._listener = listener
        self._thread.start()

    def say(self, utterance: Utterance) -> None:
        with self._gate:
            if not self._closed:
                self._queue.put((self._turn, utterance))
                return
        _log.warning("utterance %s came after the speaker was closed", utterance.id)

    def hush(self) -> None:
        with self._gate:
            self._turn += 1
            self.stopping.set()

    def close(self) -> None:
        with self._gate:
            self._closed = True
            self._turn += 1
            self.stopping.set()
            self._queue.put(None)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(5)

    def health(self) -> DeviceHealth:
        return self._health

    def started(self, utterance: Utterance) -> None:
        """The first sound comes out now."""
        self._tell(UtteranceStarted(utterance.id))

    def _work(self) -> None:
        self._look()
        while True:
            try:
                next_one = self._queue.get(timeout=_LOOK_EVERY_S)
            except queue.Empty:
                self._look()
                continue
            if next_one is None:
                break
            self._say_now(*next_one)
        self.tidy()

    def _say_now(self, turn: int, utterance: Utterance) -> None:
        try:
            if self._may_speak(turn):
                self._look(reraise=True)
                self.speak(utterance)
            if turn != self._turn:
                raise HallError("speech_stopped")
        except HallError as error:
            if error.code != "speech_stopped":
                self._health = self._as_health("error", error.code, str(error.params or ""))
            self._tell(UtteranceFailed(utterance.id, error))
        except Exception as bug:
            _log.exception("speaking %s failed", utterance.id)
            self._health = self._as_health("error", "speech_engine_failed", repr(bug))
            self._tell(UtteranceFailed(utterance.id, HallError("speech_engine_failed", detail=type(bug).__name__)))
        else:
            self._tell(UtteranceFinished(utterance.id))

    def _may_speak(self, turn: int) -> bool:
        with self._gate:
            if turn != self._turn:
                return False
            self.stopping.clear()
            return True

    def _look(self, *, reraise: bool = False) -> None:
        try:
            weaker = self.check()
        except HallError as error:
            self._health = self._as_health("error", error.code, str(error.params or ""))
            if reraise:
                raise
        else:
            self._health = (
                self._as_health("warning", weaker.code, str(weaker.params)) if weaker else self._as_health("ok")
            )

    def _tell(self, event: SpeakerEvent) -> None:
        if self._listener is not None:
            self._listener(event)

    def _as_health(self, state: HealthState, code: str = "", detail: str = "") -> DeviceHealth:
        return DeviceHealth(kind="speech", driver=self._driver, state=state, code=code, detail=detail)
