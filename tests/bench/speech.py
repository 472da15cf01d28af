"""``./run bench speech``: from a call's arrival to its first sound, and whether the screen waits meanwhile.

The real voice (espeak-ng) and the real output (Qt to a sound server of our own that swallows the sound); where no such
server can be started, into files. "Cold" is a number nobody has heard, "cached" the same again.
"First sound" is when the speaker has handed out its first samples: with a chime the chime, without it the first word.
"Words" is how long the first sentence of a cold call takes to be made, which happens while the chime sounds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from shared.devices.registry import make_speaker
from shared.devices.speech.announcer import spoken_words
from shared.devices.speech.protocol import (
    Speaker,
    SpeakerEvent,
    Utterance,
    UtteranceFailed,
    UtteranceFinished,
    UtteranceStarted,
)
from shared.domain.announcements import SpokenLanguage, spoken_call
from tests.bench.goals import at_most, lines
from tests.bench.servers import machine_load
from tests.shared.devices.speech import null_sink
from tests.shared.devices.speech.null_sink import NullSink

Say = Callable[[str], None]
GOAL_MS: Final = 300.0
LANGUAGES: Final = (SpokenLanguage.MANDARIN, SpokenLanguage.CANTONESE, SpokenLanguage.ENGLISH)
_LONGEST_S: Final = 30.0
_TICK_S: Final = 0.002


def run(folder: Path, say: Say, *, quick: bool = False) -> dict[str, Any]:
    # Qt's sound wants an application, as every program has one.
    application = QCoreApplication.instance() or QCoreApplication([])
    rounds = 3 if quick else 10
    load = machine_load()
    with ExitStack() as stack:
        settings: dict[str, Any] = {"driver": "file", "folder": str(folder)}
        real = not null_sink.why_impossible()
        if real:
            sink = stack.enter_context(NullSink())
            os.environ.update({key: sink.environment[key] for key in ("PULSE_SERVER", "XDG_RUNTIME_DIR")})
            settings = {"driver": "espeak"}
        say(f"{rounds} numbers, {'through a sound server' if real else 'no sound server here: into files'}")
        figures = {
            "chime": _figures(settings, rounds, chime=True),
            "no_chime": _figures(settings, rounds, chime=False),
        }
        words_ms = _words_ms(folder, rounds)
    goals = {
        f"first sound, {kind.replace('_', ' ')}, {state} (ms)": at_most(found[f"{state}_ms"], GOAL_MS)
        for kind, found in figures.items()
        for state in ("cold", "cached")
        if (kind, state) != ("no_chime", "cold")  # a voice that was never heard has to be made first
    }
    # The chime sounds for 1.2 s: a sentence that is made by then is not waited for, and the next one has longer still.
    goals["a cold call's first sentence (ms)"] = at_most(words_ms, 1200.0)
    goals["longest wait of the screen (ms)"] = at_most(max(one["screen_gap_ms"] for one in figures.values()), 100.0)
    for line in lines(goals):
        say(line)
    del application
    return {"sound_server": real, "rounds": rounds, "load": load, "words_ms": words_ms, **figures, "goals": goals}


def _figures(settings: dict[str, Any], rounds: int, *, chime: bool) -> dict[str, float]:
    heard = _Ear()
    speaker = make_speaker(settings)
    speaker.open(heard.hear)
    cold, cached, gaps = [], [], []
    try:
        _once(speaker, heard, "Z999", chime=chime)  # libraries, the sound server, the chime
        for number in range(rounds):
            name = f"A{number:03}"
            first, gap = _once(speaker, heard, name, chime=chime)
            cold.append(first)
            gaps.append(gap)
            first, gap = _once(speaker, heard, name, chime=chime)
            cached.append(first)
            gaps.append(gap)
    finally:
        speaker.close()
    return {
        "cold_ms": round(median(cold), 1), "cold_worst_ms": round(max(cold), 1),
        "cached_ms": round(median(cached), 1), "cached_worst_ms": round(max(cached), 1),
        "screen_gap_ms": round(max(gaps), 1),
    }  # fmt: skip


def _words_ms(folder: Path, rounds: int) -> float:
    """Into a file, which is written when the last word is made."""
    heard = _Ear()
    speaker = make_speaker({"driver": "file", "folder": str(folder)})
    speaker.open(heard.hear)
    taken = []
    try:
        for number in range(rounds + 1):
            heard.ended, began = 0.0, time.perf_counter()
            sentences = spoken_call(f"B{number:03}", "A05", LANGUAGES[:1], spoken_words, repeat=1)
            speaker.say(Utterance(f"words-{number}", sentences))
            while not heard.ended:
                time.sleep(_TICK_S)
            taken.append((heard.ended - began) * 1000)
    finally:
        speaker.close()
    return round(median(taken[1:]), 1)  # the first one loaded the dictionary


class _Ear:
    def __init__(self) -> None:
        self.started = self.ended = 0.0
        self.failed = ""

    def hear(self, event: SpeakerEvent) -> None:
        match event:
            case UtteranceStarted():
                self.started = time.perf_counter()
            case UtteranceFinished():
                self.ended = time.perf_counter()
            case UtteranceFailed(error=error):
                self.failed, self.ended = error.code, time.perf_counter()


def _once(speaker: Speaker, heard: _Ear, number: str, *, chime: bool) -> tuple[float, float]:
    """Milliseconds to the first sound, and the longest time this thread, as a screen would, did not come round."""
    heard.started = heard.ended = 0.0
    began = last = time.perf_counter()
    gap = 0.0
    speaker.say(Utterance(number, spoken_call(number, "A05", LANGUAGES, spoken_words, repeat=1), chime))
    while not heard.started and not heard.ended:
        time.sleep(_TICK_S)
        now = time.perf_counter()
        gap, last = max(gap, now - last), now
        if now - began > _LONGEST_S:
            raise RuntimeError("the speaker says nothing")
    if heard.failed:
        raise RuntimeError(f"not spoken: {heard.failed}")
    first = heard.started - began
    # What was measured need not be heard to its end; the worker makes all sentences first, as it would.
    while not heard.ended and time.perf_counter() - began < 1.5:
        time.sleep(_TICK_S)
        now = time.perf_counter()
        gap, last = max(gap, now - last), now
    speaker.hush()
    while not heard.ended:
        time.sleep(_TICK_S)
    heard.failed = ""
    return first * 1000, gap * 1000
