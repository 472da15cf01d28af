"""Real voices into real files, and what happens when a part is missing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.devices.speech.announcer import spoken_words
from shared.devices.speech.drivers.audio_output import AudioOutput
from shared.devices.speech.drivers.espeak import EspeakEngine, make_espeak
from shared.devices.speech.drivers.file import FileOutput, make_file
from shared.devices.speech.drivers.pyttsx3_sapi import Pyttsx3Engine
from shared.devices.speech.pcm import Pcm, from_values, read_wav
from shared.devices.speech.protocol import (
    Speaker,
    SpeakerEvent,
    Utterance,
    UtteranceFailed,
    UtteranceFinished,
    UtteranceStarted,
)
from shared.devices.speech.voice import Sounds, VoiceSpeaker
from shared.domain.announcements import Sentence, SpokenLanguage, spoken_call
from shared.domain.errors import HallError
from tests.shared.devices.speech.hearing import Listener

MANDARIN, CANTONESE, ENGLISH = SpokenLanguage


@contextmanager
def opened(speaker: Speaker) -> Iterator[Listener[SpeakerEvent]]:
    """The speaker, listened to and closed at the end."""
    listener: Listener[SpeakerEvent] = Listener()
    speaker.open(listener)
    try:
        yield listener
    finally:
        speaker.close()


def utterance(name: str, languages: list[SpokenLanguage], repeat: int = 2) -> Utterance:
    """A real call."""
    return Utterance(name, spoken_call("A017", "B12", languages, spoken_words, repeat=repeat))


class NamedVoices:
    """An engine whose every language is a tone of its own; counts what it synthesises."""

    def __init__(self, missing: frozenset[SpokenLanguage] = frozenset()) -> None:
        self.made: list[Sentence] = []
        self.missing = missing
        self.closed = False

    def check(self) -> None:
        pass

    def synthesise(self, sentence: Sentence) -> Pcm:
        if sentence.language in self.missing:
            raise HallError("speech_voice_missing", language=sentence.language.value)
        self.made.append(sentence)
        return from_values(22050, [9000, -9000] * 5000)

    def close(self) -> None:
        self.closed = True


class HeldOutput:
    """An output that plays until it is let go; a sound that never ends can be stopped."""

    def __init__(self) -> None:
        self.played: list[str] = []
        self.let_go = threading.Event()
        self.broken: HallError | None = None

    def check(self) -> None:
        if self.broken:
            raise self.broken

    def play(self, sounds: Sounds, name: str, on_started: Callable[[], None], stop: threading.Event) -> None:
        on_started()
        while not self.let_go.wait(0.01) and not stop.is_set():
            pass
        self.played.append(name)


def test_a_real_announcement_is_one_wav_with_both_repeats(tmp_path: Path) -> None:
    speaker = make_file(str(tmp_path / "once"))
    with opened(speaker) as listener:
        speaker.say(utterance("call/1", [MANDARIN], repeat=1))
        listener.wait_for(UtteranceFinished)
    speaker = make_file(str(tmp_path / "twice"))
    with opened(speaker) as listener:
        speaker.say(utterance("call/1", [MANDARIN], repeat=2))
        listener.wait_for(UtteranceFinished)
        assert speaker.health().state == "ok"
    assert listener.events == [UtteranceStarted("call/1"), UtteranceFinished("call/1")]
    once, twice = (read_wav((tmp_path / name / "call_1.wav").read_bytes()) for name in ("once", "twice"))
    chime_s = 1.2
    assert twice.seconds - chime_s == pytest.approx(2 * (once.seconds - chime_s), abs=0.01)
    second = twice.samples[len(once.samples) :]
    assert second == once.samples[-len(second) :]
    assert 0.05 < twice.loudness() < 0.3
    assert [file.name for file in (tmp_path / "twice").iterdir()] == ["call_1.wav"]


def test_three_languages_follow_each_other(tmp_path: Path) -> None:
    speaker = make_file(str(tmp_path))
    with opened(speaker) as listener:
        for name, languages in (("one", [MANDARIN]), ("two", [MANDARIN, CANTONESE]), ("three", list(SpokenLanguage))):
            speaker.say(utterance(name, languages, repeat=1))
        listener.wait_for(UtteranceFinished, 3)
    lengths = [read_wav((tmp_path / f"{name}.wav").read_bytes()).seconds for name in ("one", "two", "three")]
    assert lengths[0] + 2 < lengths[1]
    assert lengths[1] + 2 < lengths[2] < 20


def test_pyttsx3_speaks_each_sentence_at_once_and_in_its_language(tmp_path: Path) -> None:
    speaker = VoiceSpeaker("pyttsx3", Pyttsx3Engine(), FileOutput(tmp_path))
    with opened(speaker) as listener:
        for name, languages in (
            ("zh", [MANDARIN]),
            ("yue", [CANTONESE]),
            ("en", [ENGLISH]),
            ("all", list(SpokenLanguage)),
        ):
            speaker.say(Utterance(name, utterance(name, languages, 1).parts, chime=False))
        listener.wait_for((UtteranceFinished, UtteranceFailed), 4)
        assert speaker.health().state == "ok"
    sounds = {file.stem: read_wav(file.read_bytes()) for file in tmp_path.iterdir()}
    assert all(2 < sounds[name].seconds < 7 and sounds[name].loudness() > 0.03 for name in ("zh", "yue", "en"))
    # A sentence that comes one call too late would give other sounds here.
    assert sounds["all"].samples == sounds["zh"].samples + sounds["yue"].samples + sounds["en"].samples


def test_pyttsx3_waits_for_a_sentence_that_takes_its_time() -> None:
    """On Linux its driver comes back after ten milliseconds, finished or not."""
    engine = Pyttsx3Engine()
    engine.check()
    long, short = "请 A 零一七 号，到 一号 窗口。" * 60, "请 A 零一七 号，到 一号 窗口。"
    # An engine that is not the first of its process takes its pace from the second sentence on.
    engine.synthesise(Sentence(MANDARIN, short))
    once = engine.synthesise(Sentence(MANDARIN, short)).seconds
    assert engine.synthesise(Sentence(MANDARIN, long)).seconds > 40 * once
    assert engine.synthesise(Sentence(MANDARIN, short)).seconds == pytest.approx(once, abs=0.1)
    engine.close()


def test_cantonese_does_not_sound_like_mandarin_or_english() -> None:
    engine, text = EspeakEngine(), "請 A 零 一 七 號，到 B 十二號窗口"
    assert len({engine.synthesise(Sentence(language, text)).samples for language in SpokenLanguage}) == 3


def test_repeats_are_synthesised_once() -> None:
    engine, output = NamedVoices(), HeldOutput()
    output.let_go.set()
    speaker = VoiceSpeaker("test", engine, output)
    with opened(speaker) as listener:
        speaker.say(utterance("a", [MANDARIN, ENGLISH]))
        speaker.say(utterance("b", [MANDARIN, ENGLISH]))
        listener.wait_for(UtteranceFinished, 2)
    assert [sentence.language for sentence in engine.made] == [MANDARIN, ENGLISH]
    assert engine.closed


def test_the_next_utterance_waits_and_nothing_runs_on_the_callers_thread() -> None:
    output = HeldOutput()
    speaker = VoiceSpeaker("test", NamedVoices(), output)
    with opened(speaker) as listener:
        for name in "abc":
            speaker.say(utterance(name, [MANDARIN]))
        listener.wait_for(UtteranceStarted)
        assert listener.events == [UtteranceStarted("a")]
        output.let_go.set()
        listener.wait_for(UtteranceFinished, 3)
    assert [event.id for event in listener.events] == list("aabbcc")
    assert threading.main_thread().name not in listener.threads


def say_two(speaker: Speaker, listener: Listener[SpeakerEvent]) -> None:
    """The first is being said, the second waits."""
    for name in ("cut", "waiting"):
        speaker.say(utterance(name, [MANDARIN]))
    listener.wait_for(UtteranceStarted)


def test_closing_stops_the_sound_and_tells_what_was_not_said() -> None:
    output = HeldOutput()
    speaker = VoiceSpeaker("test", NamedVoices(), output)
    with opened(speaker) as listener:
        say_two(speaker, listener)
    failures = [event for event in listener.events if isinstance(event, UtteranceFailed)]
    assert [(event.id, event.error.code) for event in failures] == [
        ("cut", "speech_stopped"),
        ("waiting", "speech_stopped"),
    ]
    assert "speech test" not in {thread.name for thread in threading.enumerate()}
    speaker.close()


def test_hushed_in_the_middle_and_heard_again() -> None:
    output = HeldOutput()
    speaker = VoiceSpeaker("test", NamedVoices(), output)
    with opened(speaker) as listener:
        say_two(speaker, listener)
        speaker.hush()
        speaker.say(utterance("next", [MANDARIN]))
        listener.wait_for(UtteranceStarted, 2)
        output.let_go.set()
        listener.wait_for(UtteranceFinished)
        assert speaker.health().state == "ok"
    ends = [(e.id, e.error.code if isinstance(e, UtteranceFailed) else "") for e in listener.events[1:]]
    assert ends == [("cut", "speech_stopped"), ("waiting", "speech_stopped"), ("next", ""), ("next", "")]


def test_a_missing_voice_silences_its_language_only() -> None:
    output = HeldOutput()
    output.let_go.set()
    engine = NamedVoices(missing=frozenset({CANTONESE}))
    speaker = VoiceSpeaker("test", engine, output)
    with opened(speaker) as listener:
        speaker.say(utterance("both", [CANTONESE, MANDARIN]))
        listener.wait_for(UtteranceFinished)
        speaker.say(utterance("only", [CANTONESE]))
        (failed,) = listener.wait_for(UtteranceFailed)
        assert isinstance(failed, UtteranceFailed)
        assert failed.error.code == "speech_voice_missing"
        assert speaker.health().code == "speech_voice_missing"
    assert output.played == ["both"]


def test_an_output_that_breaks_and_comes_back() -> None:
    output = HeldOutput()
    output.let_go.set()
    speaker = VoiceSpeaker("test", NamedVoices(), output)
    with opened(speaker) as listener:
        output.broken = HallError("audio_no_device")
        speaker.say(utterance("lost", [MANDARIN]))
        listener.wait_for(UtteranceFailed)
        assert (speaker.health().state, speaker.health().code) == ("error", "audio_no_device")
        output.broken = None
        speaker.say(utterance("heard", [MANDARIN]))
        listener.wait_for(UtteranceFinished)
        assert (speaker.health().state, speaker.health().code) == ("ok", "")


def test_a_bug_in_an_engine_fails_one_utterance_and_not_the_speaker() -> None:
    class Broken(NamedVoices):
        def synthesise(self, sentence: Sentence) -> Pcm:
            if sentence.language is ENGLISH:
                raise ZeroDivisionError
            return super().synthesise(sentence)

    output = HeldOutput()
    output.let_go.set()
    speaker = VoiceSpeaker("test", Broken(), output)
    with opened(speaker) as listener:
        speaker.say(utterance("bad", [ENGLISH]))
        speaker.say(utterance("good", [MANDARIN]))
        listener.wait_for(UtteranceFinished)
    (failed,) = listener.wait_for(UtteranceFailed)
    assert isinstance(failed, UtteranceFailed)
    assert failed.error.code == "speech_engine_failed"


def test_without_espeak_health_and_the_failed_call_say_so() -> None:
    speaker = make_espeak(program="espeak-ng-is-not-here")
    with opened(speaker) as listener:
        speaker.say(utterance("a", [MANDARIN]))
        (failed,) = listener.wait_for(UtteranceFailed)
        assert isinstance(failed, UtteranceFailed)
        assert failed.error.code == "speech_engine_missing"
        assert (speaker.health().state, speaker.health().code) == ("error", "speech_engine_missing")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    speaker = make_file(str(tmp_path / "taken"))
    with opened(speaker) as listener:
        speaker.say(utterance("a", [MANDARIN]))
        (failed,) = listener.wait_for(UtteranceFailed)
    assert isinstance(failed, UtteranceFailed)
    assert failed.error.code == "speech_file_failed"


def has_loudspeaker() -> bool:
    """Whether this machine has an output device."""
    try:
        AudioOutput().check()
    except HallError:
        return False
    return True


def test_a_machine_without_loudspeaker_says_so(qapp: object) -> None:
    if has_loudspeaker():
        pytest.skip("this machine has a loudspeaker")
    speaker = make_espeak()
    with opened(speaker) as listener:
        speaker.say(utterance("a", [MANDARIN]))
        (failed,) = listener.wait_for(UtteranceFailed)
        assert isinstance(failed, UtteranceFailed)
        assert failed.error.code == "audio_no_device"
        assert (speaker.health().state, speaker.health().code) == ("error", "audio_no_device")


def test_a_call_plays_to_its_end_through_the_loudspeaker(qapp: object) -> None:
    if not has_loudspeaker():
        pytest.skip("this machine has no loudspeaker (a PulseAudio null sink is enough)")
    speaker = make_espeak()
    with opened(speaker) as listener:
        speaker.say(utterance("a", [MANDARIN], repeat=1))
        listener.wait_for(UtteranceFinished)
    (started_at, _), (finished_at, _) = listener.heard
    assert 4 < (finished_at - started_at).total_seconds() < 9
