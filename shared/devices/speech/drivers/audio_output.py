"""This machine's loudspeaker, through Qt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.devices.speech.pcm import Pcm, silence
from shared.devices.speech.voice import Sounds
from shared.domain.errors import HallError

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice

_TICK_MS = 10
_GRACE_S = 3.0
# Some sound servers drop what is still in their buffer when the sink closes; let them drop silence.
_TAIL_S = 0.2


class AudioOutput:
    """One output device, the system's usual one without a name; looked up anew each time, so it may come and go.

    Qt Multimedia is imported by the first `check`, on the worker thread: it takes a quarter of a second.
    """

    def __init__(self, name: str = "") -> None:
        """`name`: the output's name or id, as ./run devices lists them. It alone speaks, never another in its place:
        in another zone's loudspeaker a call would mislead people."""
        self._name = name

    def check(self) -> None:
        self._device()

    def _device(self) -> QAudioDevice:
        from PySide6.QtMultimedia import QMediaDevices

        usual = QMediaDevices.defaultAudioOutput()
        known = QMediaDevices.audioOutputs() if self._name else [usual]
        found = (one for one in known if not self._name or self._name in (one.description(), _id(one)))
        device = next(found, None)
        if device is None or device.isNull():
            raise HallError("audio_no_device")
        return device

    def play(self, sounds: Sounds, name: str, on_started: Callable[[], None], stop: threading.Event) -> None:
        from PySide6.QtCore import QEventLoop, QThread
        from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QtAudio

        device = self._device()
        source = _Source(sounds)
        layout = QAudioFormat()
        layout.setSampleRate(source.rate)
        layout.setChannelCount(1)
        layout.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        sink = QAudioSink(device, layout)
        events = QEventLoop()
        line = sink.start()
        written, started, began = 0, False, time.monotonic()
        try:
            while not (source.done and sink.state() == QtAudio.State.IdleState):
                if stop.is_set():
                    return
                late = began + written / 2 / source.rate + _GRACE_S
                if sink.state() == QtAudio.State.StoppedState or time.monotonic() > late:
                    raise HallError("audio_stalled")
                if data := source.take(sink.bytesFree()):
                    taken = max(line.write(data), 0)
                    source.put_back(data[taken:])
                    written += taken
                    if not started:
                        started = True
                        on_started()
                events.processEvents()
                QThread.msleep(_TICK_MS)
        finally:
            sink.reset()


class _Source:
    """The bytes to be played; silence where the next sound is not made yet."""

    def __init__(self, sounds: Sounds) -> None:
        self._sounds = sounds
        self._held = b""
        self._ended = False
        first = next(sounds, None)
        self.rate = first.rate if first is not None else 22050
        self._add(first)

    @property
    def done(self) -> bool:
        """Whether everything was taken."""
        return self._ended and not self._held

    def take(self, room: int) -> bytes:
        """As much as has room; whatever was taken has to be played."""
        while len(self._held) < room and not self._ended:
            try:
                piece = next(self._sounds)
            except StopIteration:
                self._held += silence(self.rate, _TAIL_S).samples
                self._ended = True
                break
            if piece is None:
                lacks = silence(self.rate, _TICK_MS * 2 / 1000).samples
                self._held += lacks if len(self._held) < len(lacks) else b""
                break
            self._add(piece)
        data, self._held = self._held[: room // 2 * 2], self._held[room // 2 * 2 :]
        return data

    def put_back(self, data: bytes) -> None:
        """What had no room after all."""
        self._held = data + self._held

    def _add(self, piece: Pcm | None) -> None:
        self._held += piece.samples if piece is not None else b""


def _id(device: QAudioDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")
