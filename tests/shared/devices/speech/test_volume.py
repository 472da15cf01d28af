"""How loud at which time of day, and which output is a zone's."""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Callable
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.devices.registry import make_device, make_speaker
from shared.devices.speech.pcm import Pcm, from_values
from shared.devices.speech.protocol import Utterance, UtteranceFinished
from shared.devices.speech.voice import Sounds, VoiceSpeaker
from shared.devices.speech.volume import VolumePlan, volume_plan
from shared.domain.announcements import Sentence, SpokenLanguage
from shared.domain.errors import HallError
from tests.shared.devices.speech.hearing import Listener

SENTENCE = Sentence(SpokenLanguage.MANDARIN, "请 A017 号")
DAY = "08:00 100, 12:00 40, 14:00 100, 18:00 60"


@pytest.mark.parametrize(
    ("at", "share"),
    [("07:59", 0.6), ("08:00", 1.0), ("11:59", 1.0), ("12:00", 0.4), ("13:59", 0.4), ("14:00", 1.0), ("23:00", 0.6)],
)
def test_the_volume_follows_the_day(at: str, share: float) -> None:
    assert volume_plan(DAY).at(time.fromisoformat(at)) == share


def test_one_figure_holds_all_day_and_none_is_full() -> None:
    assert volume_plan("80").at(time(3)) == 0.8
    assert volume_plan("").at(time(3)) == 1.0


@pytest.mark.parametrize(
    "words", ["loud", "0", "101", "08:00", "25:00 50", "50, 60", "08:00 50, 08:00 60", "08:00 50,,"]
)
def test_wrong_plans_are_told_at_the_start(words: str) -> None:
    with pytest.raises(HallError) as told:
        make_speaker({"driver": "espeak", "volume": words})
    assert told.value.code == "device_setting_wrong"


@given(st.dictionaries(st.times().map(lambda t: t.replace(second=0, microsecond=0)), st.integers(5, 100), min_size=1))
def test_every_minute_has_the_volume_of_the_last_step_before_it(steps: dict[time, int]) -> None:
    words = ", ".join(f"{begin:%H:%M} {percent}" for begin, percent in steps.items())
    plan = volume_plan(words)
    for begin, percent in steps.items():
        assert plan.at(begin) == percent / 100
    assert plan.at(time(0)) == steps.get(time(0), steps[max(steps)]) / 100


class Tone:
    """A voice that takes its time, at a rate of its own."""

    def __init__(self, wait_s: float = 0.0, rate: int = 22050) -> None:
        self._wait_s, self._rate = wait_s, rate
        self.made_at = 0.0

    def check(self) -> None:
        pass

    def synthesise(self, sentence: Sentence) -> Pcm:
        threading.Event().wait(self._wait_s)
        self.made_at = clock.monotonic()
        return from_values(self._rate, [9000, -9000] * (self._rate // 4))

    def close(self) -> None:
        pass


class Taken:
    """An output that takes everything as soon as it is there."""

    def __init__(self) -> None:
        self.pieces: list[Pcm] = []
        self.started_at = 0.0

    def check(self) -> None:
        pass

    def play(self, sounds: Sounds, name: str, on_started: Callable[[], None], stop: threading.Event) -> None:
        for piece in sounds:
            if piece is None:
                stop.wait(0.001)
                continue
            if not self.pieces:
                self.started_at = clock.monotonic()
                on_started()
            self.pieces.append(piece)


def say(speaker: VoiceSpeaker, *, chime: bool = True) -> None:
    listener: Listener[object] = Listener()
    speaker.open(listener)
    try:
        speaker.say(Utterance("one", (SENTENCE,), chime))
        listener.wait_for(UtteranceFinished)
    finally:
        speaker.close()


def test_at_noon_it_is_quieter_and_as_it_should_be_otherwise() -> None:
    loud, quiet = Taken(), Taken()
    say(VoiceSpeaker("test", Tone(), loud, volume=volume_plan(DAY), now=lambda: time(9)))
    say(VoiceSpeaker("test", Tone(), quiet, volume=volume_plan(DAY), now=lambda: time(12, 30)))
    for before, after in zip(loud.pieces[:2], quiet.pieces[:2], strict=True):
        assert after.loudness() == pytest.approx(before.loudness() * 0.4, rel=0.02)


def test_the_chime_sounds_before_the_voice_is_ready() -> None:
    voice, output = Tone(wait_s=0.4), Taken()
    say(VoiceSpeaker("test", voice, output))
    assert output.started_at < voice.made_at - 0.3


def test_a_voice_with_a_rate_of_its_own_is_heard_at_its_own_height() -> None:
    output = Taken()
    say(VoiceSpeaker("test", Tone(rate=16000), output))
    chime, voice = output.pieces[:2]
    assert voice.rate == chime.rate
    assert voice.seconds == pytest.approx(0.5, abs=0.001)


def test_a_zone_has_its_output() -> None:
    settings = {"driver": "espeak", "output": "Main", "outputs": {"2F-A": "East", "2F-B": "West"}}
    # Neither of them is here, so what it says of itself is the same; that it takes them is what settings promise.
    assert make_speaker(settings, "2F-A") is not None
    assert make_device("speech", settings) is not None
    with pytest.raises(HallError):
        make_speaker({"driver": "espeak", "outputs": "East"})
    with pytest.raises(HallError):
        make_speaker({"driver": "simulator", "outputs": {"2F-A": "East"}}, "2F-A")


def test_a_plan_without_steps_is_full() -> None:
    assert VolumePlan().at(time(12)) == 1.0
