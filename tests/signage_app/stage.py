"""The display as a test sees it: what stands on the glass, what was heard, and a cable that can be pulled."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtQuick import QQuickItem
from pytestqt.qtbot import QtBot

from shared.client.settings import TerminalSettings
from shared.devices.speech.announcer import spoken_words
from shared.devices.speech.protocol import Utterance
from shared.devices.speech.worker import WorkerSpeaker
from shared.domain.announcements import SpokenLanguage, spoken_call
from shared.ui.application import create_application
from signage_app.bootstrap import SignageApp
from tests.fakes.qml import find_item

WAIT_MS = 60_000


class Elapsed:
    """Seconds that pass as they do, and more when a test says so."""

    def __init__(self) -> None:
        self._added = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._added

    def pass_by(self, seconds: float) -> None:
        """So long nothing happened here."""
        self._added += seconds


class Ear(WorkerSpeaker):
    """A loudspeaker that says each utterance in a moment and remembers when."""

    def __init__(self, seconds_each: float = 0.15) -> None:
        super().__init__("ear")
        self._seconds = seconds_each
        self.spans: list[tuple[str, float, float]] = []

    def check(self) -> None:
        """Always ready."""

    def speak(self, utterance: Utterance) -> None:
        begun = time.monotonic()
        self.started(utterance)
        self.stopping.wait(self._seconds)
        self.spans.append((utterance.parts[0].text, begun, time.monotonic()))

    @property
    def said(self) -> list[str]:
        """The first sentence of each utterance."""
        return [sentence for sentence, _, _ in self.spans]


def spoken(number: str, label: str) -> str:
    """How the ear hears a call."""
    (sentence,) = spoken_call(number, label, [SpokenLanguage.MANDARIN], spoken_words, repeat=1)
    return sentence.text


class Display:
    """The real program, in this process, at half its size."""

    def __init__(self, qtbot: QtBot, server: str, token: str, data: Path, options: Mapping[str, object]) -> None:
        create_application("signage")
        data.mkdir(exist_ok=True)
        settings = {"highlight_seconds": 0.4, **options}
        self.elapsed = Elapsed()
        self.ear = Ear()
        self._qtbot = qtbot
        silent = bool(settings.get("silent", False))
        self.app = SignageApp(
            TerminalSettings("signage", "test", server, token, "zh-CN", {}, settings, data),
            elapsed=self.elapsed,
            speaker=None if silent else self.ear,
        )
        self.app.window.resize(960, 540)
        self.app.start()

    def stop(self) -> None:
        self.app.stop()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until it comes true; the test fails when it does not."""
        self._qtbot.waitUntil(condition, timeout=WAIT_MS)

    def item(self, name: str) -> QQuickItem:
        found = find_item(self.app.window.rootObject(), name)
        assert found is not None, name
        return found

    def text(self, name: str) -> str:
        """What stands there, empty when it is hidden."""
        item = self.item(name)
        return str(item.property("text")) if item.isVisible() else ""

    @property
    def hero(self) -> str:
        """The number in the big field."""
        return self.text("current_number")

    @property
    def numbers(self) -> list[str]:
        """The numbers of the list, from the top."""
        places = int(self.app.presenter.state.row_places)
        return [text for place in range(places) if (text := self.text(f"call_number_{place}"))]

    @property
    def live(self) -> bool:
        """Connected, and nothing warns of an old screen."""
        return self.app.clock.known and self.text("as_of_banner") == ""


def free_now() -> None:
    """Let Qt delete what was put off, and Python what is left, on this thread and not later on another."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


class Line:
    """A TCP cable to the hall on a port of its own: `pull` breaks what runs through it, `plug` mends it."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._plugged = True
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.pull()
        for thread in self._threads:
            thread.join(5)

    def pull(self) -> None:
        with self._lock:
            self._plugged = False
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def plug(self) -> None:
        with self._lock:
            self._plugged = True

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="cable", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target), timeout=2)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                plugged = self._plugged
                if plugged:
                    self._pairs.append((near, far))
            if not plugged:
                near.close()
                far.close()
                continue
            self._run(lambda near=near, far=far: _pass(near, far))  # type: ignore[misc]
            self._run(lambda near=near, far=far: _pass(far, near))  # type: ignore[misc]


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
