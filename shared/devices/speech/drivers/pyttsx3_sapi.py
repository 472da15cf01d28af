"""pyttsx3: the voices of Windows (SAPI 5); elsewhere its espeak-ng driver."""

from __future__ import annotations

import sys
import tempfile
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

from shared.devices.speech.drivers.audio_output import AudioOutput
from shared.devices.speech.espeak_text import VOICES, as_espeak_reads
from shared.devices.speech.pcm import Pcm, read_wav
from shared.devices.speech.voice import VoiceSpeaker
from shared.devices.speech.volume import volume_plan
from shared.domain.announcements import Sentence, SpokenLanguage
from shared.domain.errors import HallError

_WINDOWS = sys.platform == "win32"
_LOCALES = {
    SpokenLanguage.MANDARIN: ("zh-CN", "zh-SG"),
    SpokenLanguage.CANTONESE: ("zh-HK", "zh-MO"),
    SpokenLanguage.ENGLISH: ("en-GB", "en-US", "en"),
}
# pyttsx3 has one engine per process, whoever asks.
_one_at_a_time = threading.Lock()
_LONGEST_S = 20.0


class Pyttsx3Engine:
    """Always saves to a file: live speech of pyttsx3 2.99 says each sentence one call too late on Linux.

    There ``runAndWait`` comes back after ten milliseconds, finished or not: the file is awaited.
    """

    def __init__(self, words_per_minute: int = 160) -> None:
        self._pace = words_per_minute
        self._engine: Any = None
        self._finished = threading.Event()
        self._voices: dict[SpokenLanguage, str] = {}

    def check(self) -> None:
        if self._engine is not None:
            return
        try:
            if _WINDOWS:
                import_module("pythoncom").CoInitialize()
            self._engine = import_module("pyttsx3").init()
        except (ImportError, OSError, RuntimeError) as error:
            raise HallError("speech_engine_missing", engine="pyttsx3") from error
        self._engine.connect("finished-utterance", lambda **_: self._finished.set())
        self._voices = self._find_voices()

    def synthesise(self, sentence: Sentence) -> Pcm:
        voice = self._voices.get(sentence.language)
        if voice is None:
            raise HallError("speech_voice_missing", language=sentence.language.value)
        text = sentence.text if _WINDOWS else as_espeak_reads(sentence.language, sentence.text)
        with _one_at_a_time, tempfile.TemporaryDirectory(prefix="zhiting-speech-") as folder:
            target = Path(folder) / "sentence.wav"
            try:
                self._engine.setProperty("voice", voice)
                self._engine.setProperty("rate", self._pace)
                self._engine.save_to_file(text, str(target))
                self._finished.clear()
                self._engine.runAndWait()
                if not _WINDOWS and not self._finished.wait(_LONGEST_S):
                    raise HallError("speech_engine_failed", detail="TimeoutError")
                return read_wav(target.read_bytes())
            except (OSError, ValueError, RuntimeError) as error:
                raise HallError("speech_engine_failed", detail=type(error).__name__) from error

    def close(self) -> None:
        self._engine = None

    def _find_voices(self) -> dict[SpokenLanguage, str]:
        found: dict[SpokenLanguage, str] = {}
        voices = self._engine.getProperty("voices")
        for language in SpokenLanguage:
            wanted = _LOCALES[language] if _WINDOWS else (VOICES[language],)
            matching = [voice.id for code in wanted for voice in voices if code in voice.languages]
            if matching:
                found[language] = matching[0]
        return found


def make_pyttsx3(*, words_per_minute: int = 160, output: str = "", volume: str = "") -> VoiceSpeaker:
    """pyttsx3's voices through one of this machine's outputs, the usual one without a name."""
    return VoiceSpeaker("pyttsx3", Pyttsx3Engine(words_per_minute), AudioOutput(output), volume=volume_plan(volume))
