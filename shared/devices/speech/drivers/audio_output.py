"""This machine's loudspeaker, through Qt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from shared.devices.speech.pcm import Pcm, joined, silence
from shared.domain.errors import HallError

_TICK_MS = 10
_GRACE_S = 3.0
# Some sound servers drop what is still in their buffer when the sink closes; let them drop silence.
_TAIL_S = 0.2


class AudioOutput:
    """The default output device; looked up anew each time, so a loudspeaker may come and go.

    Qt Multimedia is imported on the worker thread: it takes a quarter of a second.
    """

    def check(self) -> None:
        from PySide6.QtMultimedia import QMediaDevices

        if QMediaDevices.defaultAudioOutput().isNull():
            raise HallError("audio_no_device")

    def play(self, sound: Pcm, name: str, on_started: Callable[[], None], stop: threading.Event) -> None:
        from PySide6.QtCore import QBuffer, QByteArray, QEventLoop, QIODevice, QThread
        from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices, QtAudio

        device = QMediaDevices.defaultAudioOutput()
        if device.isNull():
            raise HallError("audio_no_device")
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
