"""Many calls at once are spoken one after the other, and each is accounted for."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shared.devices.board import DeviceBoard
from shared.devices.speech.announcer import AnnouncementEnded, AnnouncementStarted, Announcer
from shared.devices.speech.drivers.file import make_file
from shared.devices.speech.drivers.simulator import SimulatedSpeaker
from shared.domain.announcements import Announcement, Ending, SpokenLanguage
from tests.shared.devices.speech.hearing import Listener
from tests.shared.devices.speech.virtual_time import NOON, VirtualTime

Heard = Listener[AnnouncementStarted | AnnouncementEnded]


def call(name: str, seq: int = 0) -> Announcement:
    """A call at noon."""
    return Announcement(call_id=name, seq=seq, called_at=NOON, number="A017", counter_label="B12")


class Hall:
    """An announcer with a simulated speaker in virtual time."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.heard: Heard = Listener(self.time.now)
        self.speaker = SimulatedSpeaker(wait=self.time.wait)
        self.announcer = Announcer(self.speaker, self.heard, clock=self.time.now)

    def endings(self) -> list[tuple[str, Ending]]:
        """What became of each call so far."""
        return [(e.announcement.call_id, e.ending) for e in self.heard.events if isinstance(e, AnnouncementEnded)]


@pytest.fixture
def hall() -> Iterator[Hall]:
    hall = Hall()
    hall.announcer.open()
    yield hall
    hall.announcer.close()


def test_calls_at_the_same_moment_queue_up_and_do_not_overlap(hall: Hall) -> None:
    for name in "abcd":
        assert hall.announcer.announce(call(name))
    for count in range(1, 5):
        hall.time.step()
        hall.heard.wait_for(AnnouncementEnded, count)
    spans: dict[str, list[datetime]] = {}
    for at, event in hall.heard.heard:
        spans.setdefault(event.announcement.call_id, []).append(at)
    assert list(spans) == list("abcd")
    times = [at for _, span in sorted(spans.items()) for at in span]
    assert times == sorted(times)
    assert len(times) == 8
    assert all(begun < ended for begun, ended in spans.values())
    assert hall.endings() == [(name, Ending.SPOKEN) for name in "abcd"]


def test_a_call_grown_old_in_the_queue_is_told_and_not_spoken(hall: Hall) -> None:
    names = "abcdefgh"
    for name in names:
        hall.announcer.announce(call(name))
    while len(hall.endings()) < len(names):
        before = len(hall.endings())
        hall.time.step()
        hall.heard.wait_for(AnnouncementEnded, before + 1)
    started = {e.announcement.call_id: at for at, e in hall.heard.heard if isinstance(e, AnnouncementStarted)}
    assert 3 <= len(started) < len(names)
    assert all(at - NOON <= timedelta(seconds=30) for at in started.values())
    assert hall.endings() == [(n, Ending.SPOKEN if n in started else Ending.TOO_OLD) for n in names]


def test_a_hall_may_wait_longer_and_say_a_call_once() -> None:
    hall = Hall()
    patient = Announcer(hall.speaker, hall.heard, clock=hall.time.now, max_age=timedelta(minutes=2))
    patient.open()
    names = "abcdefgh"
    for name in names:
        patient.announce(call(name), repeat=1)
    for count in range(1, len(names) + 1):
        hall.time.step()
        hall.heard.wait_for(AnnouncementEnded, count)
    assert hall.endings() == [(name, Ending.SPOKEN) for name in names]
    assert hall.time.now() - NOON > timedelta(seconds=30)
    patient.close()


def test_the_languages_of_the_hall_may_change() -> None:
    heard: Heard = Listener()
    with DeviceBoard() as board:
        speaker = SimulatedSpeaker(board.address, "signage-1/speech", pace=0.01)
        announcer = Announcer(speaker, heard, clock=lambda: NOON, repeat=1)
        announcer.open()
        assert board.wait_connected("signage-1/speech")
        announcer.set_languages([SpokenLanguage.ENGLISH])
        announcer.announce(call("a"))
        spoken = board.wait_event("signage-1/speech", "spoken")
        announcer.close()
    assert spoken is not None
    assert spoken.data["text"] == ["Number A 0 1 7, please go to window B 12."]


def test_an_undone_call_and_a_recall_in_the_queue(hall: Hall) -> None:
    for one in (call("a"), call("undone"), call("b"), call("b", seq=1)):
        assert hall.announcer.announce(one)
    assert not hall.announcer.announce(call("b", seq=1))
    hall.announcer.cancel("undone")
    for count in (3, 4):
        hall.time.step()
        hall.heard.wait_for(AnnouncementEnded, count)
    assert hall.endings() == [
        ("b", Ending.REPLACED),
        ("undone", Ending.CANCELLED),
        ("a", Ending.SPOKEN),
        ("b", Ending.SPOKEN),
    ]


def test_a_speaker_without_loudspeaker_fails_each_call_with_its_reason(hall: Hall) -> None:
    hall.speaker.fault = "unplugged"
    hall.announcer.announce(call("a"))
    hall.announcer.announce(call("b"))
    endings = hall.heard.wait_for(AnnouncementEnded, 2)
    assert hall.endings() == [("a", Ending.FAILED), ("b", Ending.FAILED)]
    assert all(isinstance(e, AnnouncementEnded) and e.error and e.error.code == "audio_no_device" for e in endings)
    assert hall.speaker.health().code == "audio_no_device"


def test_closing_leaves_no_call_without_an_ending() -> None:
    heard: Heard = Listener()
    announcer = Announcer(SimulatedSpeaker(), heard, clock=lambda: NOON)
    announcer.open()
    for name in "abc":
        announcer.announce(call(name))
    heard.wait_for(AnnouncementStarted)
    announcer.close()
    endings = {e.announcement.call_id: e.ending for e in heard.events if isinstance(e, AnnouncementEnded)}
    assert endings == {"a": Ending.FAILED, "b": Ending.CANCELLED, "c": Ending.CANCELLED}
    assert not announcer.announce(call("late"))


def test_real_voices_one_file_per_call(tmp_path: Path) -> None:
    heard: Heard = Listener()
    announcer = Announcer(
        make_file(str(tmp_path)), heard, languages=[SpokenLanguage.MANDARIN, SpokenLanguage.ENGLISH], clock=lambda: NOON
    )
    announcer.open()
    announcer.announce(call("a"))
    announcer.announce(call("b"))
    heard.wait_for(AnnouncementEnded, 2)
    announcer.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a-0.wav", "b-0.wav"]


def test_the_bench_hears_the_simulator_and_can_unplug_it() -> None:
    with DeviceBoard() as board:
        speaker = SimulatedSpeaker(board.address, "signage-1/speech", pace=0.01)
        heard: Heard = Listener()
        announcer = Announcer(speaker, heard, clock=lambda: NOON)
        announcer.open()
        assert board.wait_connected("signage-1/speech")
        announcer.announce(call("a"))
        spoken = board.wait_event("signage-1/speech", "spoken")
        assert spoken is not None
        assert spoken.data["text"] == ["请 A 零 一 七 号，到 B 十二号窗口"] * 2
        heard.wait_for(AnnouncementEnded)
        board.set_fault("signage-1/speech", "unplugged")
        announcer.announce(call("b"))
        heard.wait_for(AnnouncementEnded, 2)
        announcer.close()
    endings = [e.ending for e in heard.events if isinstance(e, AnnouncementEnded)]
    assert endings == [Ending.SPOKEN, Ending.FAILED]
