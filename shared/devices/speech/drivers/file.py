"""One WAV file per utterance, for machines without sound and for the tour."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from shared.devices.speech.drivers.espeak import EspeakEngine
from shared.devices.speech.drivers.pyttsx3_sapi import Pyttsx3Engine
from shared.devices.speech.pcm import joined
from shared.devices.speech.voice import Engine, Sounds, VoiceSpeaker
from shared.devices.speech.volume import volume_plan
from shared.domain.errors import HallError

_NOT_YET_S = 0.005


class FileOutput:
    """Writes `<utterance id>.wav` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HallError("speech_file_failed", folder=str(self._folder)) from error

    def play(self, sounds: Sounds, name: str, on_started: Callable[[], None], stop: threading.Event) -> None:
        pieces = []
        for piece in sounds:
            if piece is None:
                stop.wait(_NOT_YET_S)
            else:
                pieces.append(piece)
            if len(pieces) == 1 and piece is not None:
                on_started()
        if not pieces:
            return
        safe_name = re.sub(r"[^\w.-]", "_", name)
        try:
            joined(pieces).write(self._folder / f"{safe_name}.wav")
        except OSError as error:
            raise HallError("speech_file_failed", folder=str(self._folder)) from error


def make_file(folder: str, *, engine: str = "", volume: str = "") -> VoiceSpeaker:
    """Speech into files; engine "espeak" or "pyttsx3", by default what the system offers."""
    voices: Engine = Pyttsx3Engine() if (engine or _usual_engine()) == "pyttsx3" else EspeakEngine()
    return VoiceSpeaker("file", voices, FileOutput(Path(folder).expanduser()), volume=volume_plan(volume))


def _usual_engine() -> str:
    return "pyttsx3" if sys.platform == "win32" else "espeak"
