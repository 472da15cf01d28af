"""A speaker made of an engine (sentence → sound) and an output (sound → air or file)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from shared.devices.speech.pcm import Pcm, chime, joined, silence
from shared.devices.speech.protocol import Utterance
from shared.devices.speech.worker import WorkerSpeaker
from shared.domain.announcements import Sentence
from shared.domain.errors import HallError

_log = logging.getLogger(__name__)
_KEPT_PHRASES = 48
_GAP_S = 0.45
_USUAL_RATE = 22050


class Engine(Protocol):
    """Turns sentences into sound. All its methods are called on the worker thread."""

    def check(self) -> None:
        """HallError when it cannot work at all."""

    def synthesise(self, sentence: Sentence) -> Pcm:
        """The sound of one sentence; HallError speech_voice_missing or speech_engine_failed."""

    def close(self) -> None:
        """Let go of the engine."""


class Output(Protocol):
    """Brings sound to people. All its methods are called on the worker thread."""

    def check(self) -> None:
        """HallError when nothing can come out now."""

    def play(self, sound: Pcm, name: str, on_started: Callable[[], None], stop: threading.Event) -> None:
        """Return when the last sample is out, or soon after `stop`; HallError when it is not."""


class VoiceSpeaker(WorkerSpeaker):
    """Says utterances with an engine through an output; keeps the latest phrases, so that repeats start at once."""

    def __init__(self, driver: str, engine: Engine, output: Output) -> None:
        super().__init__(driver)
        self._engine = engine
        self._output = output
        self._phrase = lru_cache(maxsize=_KEPT_PHRASES)(self._synthesise)
        self._chime = lru_cache(maxsize=1)(chime)
        self._weaker: HallError | None = None

    def check(self) -> HallError | None:
        self._engine.check()
        self._chime(_USUAL_RATE)
        self._output.check()
        return self._weaker

    def speak(self, utterance: Utterance) -> None:
        sound = self._sound(utterance)
        self._output.play(sound, utterance.id, lambda: self.started(utterance), self.stopping)

    def tidy(self) -> None:
        self._engine.close()

    def _sound(self, utterance: Utterance) -> Pcm:
        phrases: list[Pcm] = []
        missing: HallError | None = None
        for sentence in utterance.parts:
            try:
                phrases.append(self._phrase(sentence))
            except HallError as error:
                if error.code != "speech_voice_missing":
                    raise
                # One voice that is not installed must not silence the other languages of the call.
                _log.warning("no voice for %s", sentence.language.value)
                missing = error
        if not phrases:
            raise missing or HallError("speech_engine_failed", detail="no sentence")
        self._weaker = missing
        pieces = [self._chime(phrases[0].rate)] if utterance.chime else []
        for phrase in phrases:
            pieces += [phrase, silence(phrase.rate, _GAP_S)]
        return joined(pieces)

    def _synthesise(self, sentence: Sentence) -> Pcm:
        sound = self._engine.synthesise(sentence)
        if not sound.loudness():
            raise HallError("speech_engine_failed", detail="silence")
        return sound.levelled()
