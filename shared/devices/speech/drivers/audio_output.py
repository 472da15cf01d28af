"""This machine's loudspeaker, through Qt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.devices.speech.pcm import Pcm, joined, silence
from shared.domain.errors import HallError

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice

_TICK_MS = 10
_GRACE_S = 3.0
# Some sound servers drop what is still in their buffer when the sink closes; let them drop silence.
_TAIL_S = 0.2


class AudioOutput:
    """One output device, the system's usual one without a name; looked up anew each time, so it may come and go.

    Qt Multimedia is imported on the worker thread: it takes a quarter of a second.
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

    def play(self, sound: Pcm, name: str, on_started: Callable[[], None], stop: threading.Event) -> None:
        from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QThread
        from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QtAudio

        device = self._device()
        sound = joined((sound, silence(sound.rate, _TAIL_S)))
        layout = QAudioFormat()
        layout.setSampleRate(sound.rate)
        layout.setChannelCount(1)
        layout.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        source = QBuffer()
        source.setData(QByteArray(sound.samples))
        source.open(QIODevice.OpenModeFlag.ReadOnly)
        sink = QAudioSink(device, layout)
        events = QEventLoop()
        until = time.monotonic() + sound.seconds + _GRACE_S
        sink.start(source)
        if sink.error() == QtAudio.Error.NoError:
            on_started()
        try:
            while not (sink.state() == QtAudio.State.IdleState and source.atEnd()):
                if stop.is_set():
                    return
                if sink.state() == QtAudio.State.StoppedState or time.monotonic() > until:
                    raise HallError("audio_stalled")
                events.processEvents()
                QThread.msleep(_TICK_MS)
        finally:
            sink.reset()
            source.close()


def _id(device: QAudioDevice) -> str:
    return bytes(device.id().data()).decode("utf-8", "replace")
