"""A speaker made of an engine (sentence → sound) and an output (sound → air or file).

The chime sounds at once; what follows is made while it sounds, so a call never waits for a voice.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, time
from functools import lru_cache
from typing import Protocol

from shared.devices.speech.pcm import Pcm, chime, silence
from shared.devices.speech.protocol import Utterance
from shared.devices.speech.volume import VolumePlan
from shared.devices.speech.worker import WorkerSpeaker
from shared.domain.announcements import Sentence, SpokenLanguage
from shared.domain.errors import HallError

_log = logging.getLogger(__name__)
_KEPT_PHRASES = 256  # some 130 kB each
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


Sounds = Iterator[Pcm | None]  # None: the next is not made yet; all of one rate


class Output(Protocol):
    """Brings sound to people. `check` is called on the worker, `play` on a thread of the utterance's own."""

    def check(self) -> None:
        """HallError when nothing can come out now."""

    def play(self, sounds: Sounds, name: str, on_started: Callable[[], None], stop: threading.Event) -> None:
        """Return when the last sample is out, or soon after `stop`; HallError when it is not."""


def _now() -> time:
    return datetime.now().time()


class VoiceSpeaker(WorkerSpeaker):
    """Says utterances with an engine through an output; keeps the latest phrases, so that repeats start at once."""

    def __init__(
        self,
        driver: str,
        engine: Engine,
        output: Output,
        *,
        volume: VolumePlan | None = None,
        now: Callable[[], time] = _now,
    ) -> None:
        """`now` is the time of day by which the volume goes."""
        super().__init__(driver)
        self._engine = engine
        self._output = output
        self._volume, self._time = volume or VolumePlan(), now
        self._phrase = lru_cache(maxsize=_KEPT_PHRASES)(self._synthesise)
        self._chime = lru_cache(maxsize=2)(chime)
        self._rate = _USUAL_RATE
        self._weaker: HallError | None = None
        # A chime that nothing follows would only startle people.
        self._voiceless: set[SpokenLanguage] = set()

    def check(self) -> HallError | None:
        self._engine.check()
        self._chime(self._rate)
        self._output.check()
        return self._weaker

    def speak(self, utterance: Utterance) -> None:
        playing = _Playing(self._output, utterance.id, lambda: self.started(utterance), self.stopping)
        share = self._volume.at(self._time())
        try:
            for piece in self._pieces(utterance):
                playing.add(piece.at_rate(self._rate).scaled(share))
                if playing.over:
                    break
        except BaseException:
            # Half an announcement says something else: what was not begun is not said.
            playing.drop()
            raise
        playing.finish()

    def tidy(self) -> None:
        self._engine.close()

    def _pieces(self, utterance: Utterance) -> Iterator[Pcm]:
        """Chime and phrases in order; each phrase is made when it is asked for."""
        chimed = utterance.chime and any(part.language not in self._voiceless for part in utterance.parts)
        if chimed:
            yield self._chime(self._rate)
        missing: HallError | None = None
        said = False
        for sentence in utterance.parts:
            try:
                phrase = self._phrase(sentence)
            except HallError as error:
                if error.code != "speech_voice_missing":
                    raise
                # One voice that is not installed must not silence the other languages of the call.
                _log.warning("no voice for %s", sentence.language.value)
                self._voiceless.add(sentence.language)
                missing = error
                continue
            self._voiceless.discard(sentence.language)
            if not said and not chimed:
                self._rate = phrase.rate
            said = True
            yield phrase
            yield silence(phrase.rate, _GAP_S)
        if not said:
            raise missing or HallError("speech_engine_failed", detail="no sentence")
        self._weaker = missing

    def _synthesise(self, sentence: Sentence) -> Pcm:
        sound = self._engine.synthesise(sentence)
        if not sound.loudness():
            raise HallError("speech_engine_failed", detail="silence")
        return sound.levelled()


class _Playing:
    """One utterance on its way out, beside the worker, which makes what comes next."""

    def __init__(self, output: Output, name: str, on_started: Callable[[], None], stop: threading.Event) -> None:
        self._output, self._name, self._on_started, self._stop = output, name, on_started, stop
        self._pieces: queue.SimpleQueue[Pcm | None] = queue.SimpleQueue()
        self._dropped = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._play, name=f"playing {name}", daemon=True)

    @property
    def over(self) -> bool:
        """Whether nobody hears what would be added."""
        return self._failure is not None or self._stop.is_set()

    def add(self, piece: Pcm) -> None:
        self._pieces.put(piece)
        if not self._thread.is_alive() and self._thread.ident is None:
            self._thread.start()

    def drop(self) -> None:
        """End without what has not been handed out."""
        self._dropped = True
        if self._thread.ident is not None:
            self._thread.join()

    def finish(self) -> None:
        """Until the last sample is out; raises what the output raised."""
        self._pieces.put(None)
        if self._thread.ident is not None:
            self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _play(self) -> None:
        try:
            self._output.play(self._sounds(), self._name, self._on_started, self._stop)
        except BaseException as failure:  # told on the worker
            self._failure = failure

    def _sounds(self) -> Sounds:
        while not self._dropped:
            try:
                piece = self._pieces.get_nowait()
            except queue.Empty:
                yield None
                continue
            if piece is None:
                return
            yield piece
