"""The real audio path: espeak-ng, Qt, PulseAudio, recorded at the other end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.devices.speech.announcer import spoken_words
from shared.devices.speech.drivers.espeak import EspeakEngine
from shared.devices.speech.pcm import Pcm, chime
from shared.domain.announcements import SpokenLanguage, spoken_call
from tests.fakes.events import wait_until
from tests.shared.devices.speech import null_sink
from tests.shared.devices.speech.null_sink import RATE, NullSink, loud_spans

ROOT = Path(__file__).resolve().parents[4]
# The longest silence inside one call: the pause between two sentences and what the voices leave at their ends.
BETWEEN_CALLS_S = 0.35


@pytest.fixture(scope="module")
def sink() -> Iterator[NullSink]:
    if reason := null_sink.why_impossible():
        pytest.skip(reason)
    with NullSink() as opened:
        yield opened


def speak(sink: NullSink, *numbers: str) -> tuple[list[dict[str, Any]], Pcm]:
    """Speak calls through the sink; what the announcer told, and what was heard."""
    recorder = sink.recorder()
    done = subprocess.run(
        [sys.executable, "-m", "tests.shared.devices.speech.speak_aloud", *numbers],
        cwd=ROOT, env=sink.environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # The recorder is behind by its latency: what was played last has to arrive.
    behind = recorder.seconds + 0.3
    wait_until(lambda: recorder.seconds >= behind)
    return [json.loads(line) for line in done.stdout.splitlines()], recorder.stop()


def expected_seconds(number: str) -> float:
    """How long the chime and the sentence sound, without the silence around them."""
    (sentence,) = spoken_call(number, "A05", [SpokenLanguage.MANDARIN], spoken_words, repeat=1)
    whole = chime(RATE).samples + EspeakEngine().synthesise(sentence).levelled().samples
    (span,) = loud_spans(Pcm(RATE, whole), quiet_s=5)
    return span[1] - span[0]


def test_a_call_is_heard_in_full(sink: NullSink) -> None:
    told, heard = speak(sink, "A017")
    assert [(one["what"], one.get("ending")) for one in told] == [
        ("AnnouncementStarted", None),
        ("AnnouncementEnded", "spoken"),
    ], told
    (span,) = loud_spans(heard, quiet_s=1.0)
    # A busy machine plays it with gaps; what counts is that nothing is cut off.
    assert span[1] - span[0] >= expected_seconds("A017") - 0.15
    assert heard.loudness() > 0.02
    # "Spoken" is said when the sound is over, not when it was handed to the sound server.
    assert told[1]["at"] - told[0]["at"] >= expected_seconds("A017") - 0.1


def test_two_calls_at_once_follow_each_other_and_none_is_cut(sink: NullSink) -> None:
    told, heard = speak(sink, "A017", "B305")
    assert [one["number"] for one in told] == ["A017", "A017", "B305", "B305"]
    assert told[1]["at"] <= told[2]["at"]
    spans = loud_spans(heard, quiet_s=BETWEEN_CALLS_S)
    assert len(spans) == 2, spans
    for span, number in zip(spans, ("A017", "B305"), strict=True):
        assert span[1] - span[0] == pytest.approx(expected_seconds(number), abs=0.2)


def test_without_a_sound_server_the_call_fails_and_says_why(sink: NullSink) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.shared.devices.speech.speak_aloud", "A017"],
        cwd=ROOT, env={**sink.environment, "PULSE_SERVER": "unix:/nowhere", "ALSA_CONFIG_PATH": "/nowhere"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["what"], one["ending"], one["error"]) for one in told] == [
        ("AnnouncementEnded", "failed", "audio_no_device")
    ], done.stderr
