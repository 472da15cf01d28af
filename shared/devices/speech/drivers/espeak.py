"""espeak-ng as a program: text in, WAV out."""

from __future__ import annotations

import shutil
import subprocess

from shared.devices.speech.drivers.audio_output import AudioOutput
from shared.devices.speech.espeak_text import VOICES, as_espeak_reads
from shared.devices.speech.pcm import Pcm, read_wav
from shared.devices.speech.voice import VoiceSpeaker
from shared.devices.speech.volume import volume_plan
from shared.domain.announcements import Sentence, SpokenLanguage
from shared.domain.errors import HallError

_TIMEOUT_S = 10


class EspeakEngine:
    """Speaks Mandarin, Cantonese and English on any Linux."""

    def __init__(self, program: str = "espeak-ng", words_per_minute: int = 160) -> None:
        self._program = program
        self._pace = str(words_per_minute)

    def check(self) -> None:
        if shutil.which(self._program) is None:
            raise HallError("speech_engine_missing", engine=self._program)
        as_espeak_reads(SpokenLanguage.MANDARIN, "")  # loads the pinyin dictionary before the first call comes

    def synthesise(self, sentence: Sentence) -> Pcm:
        data = self.run(sentence, "-s", self._pace, "-z", "-a", "90", "--stdout")
        try:
            return read_wav(data)
        except ValueError as error:
            raise HallError("speech_engine_failed", detail=str(error)) from error

    def phonemes(self, sentence: Sentence) -> str:
        """What it would pronounce, in espeak's phoneme letters; "(en)" marks a switch to English."""
        return self.run(sentence, "-q", "-x").decode()

    def run(self, sentence: Sentence, *options: str) -> bytes:
        """The program's output for one sentence; HallError when it cannot."""
        text = as_espeak_reads(sentence.language, sentence.text)
        voice = VOICES[sentence.language]
        try:
            done = subprocess.run(
                [self._program, "-v", voice, *options, "-b", "1", "--stdin"],
                input=text.encode(),
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except FileNotFoundError as error:
            raise HallError("speech_engine_missing", engine=self._program) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HallError("speech_engine_failed", detail=type(error).__name__) from error
        if b"voice does not exist" in done.stderr:
            raise HallError("speech_voice_missing", language=sentence.language.value)
        if done.returncode:
            raise HallError("speech_engine_failed", detail=f"exit {done.returncode}")
        return done.stdout

    def close(self) -> None:
        """Nothing is held between sentences."""


def make_espeak(
    *, program: str = "espeak-ng", words_per_minute: int = 160, output: str = "", volume: str = ""
) -> VoiceSpeaker:
    """espeak-ng through one of this machine's outputs, the usual one without a name."""
    return VoiceSpeaker(
        "espeak", EspeakEngine(program, words_per_minute), AudioOutput(output), volume=volume_plan(volume)
    )
