"""Elder mode is spoken: what the screen says, once, and nothing of the screen before."""

from __future__ import annotations

import dataclasses

import pytest

from kiosk_app.features.queueing.spoken import sentences
from kiosk_app.features.queueing.state import BookedView, LimitView, NoticeView, QueueingState, TicketView
from kiosk_app.flow import Step
from kiosk_app.guide_voice import GuideVoice
from shared.devices.board import DeviceBoard
from shared.devices.speech.protocol import SpeakerListener, Utterance
from shared.domain.announcements import SpokenLanguage
from shared.schemas.device_health import DeviceHealth
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import PRINTER, READER, KioskRig

SPEECH = "kiosk-1/speech"
MANDARIN = SpokenLanguage.MANDARIN


class Ear:
    """A speaker that notes what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, ...]] = []

    def open(self, listener: SpeakerListener) -> None: ...
    def close(self) -> None: ...

    def health(self) -> DeviceHealth:
        return DeviceHealth(kind="speech", driver="ear", state="ok")

    def say(self, utterance: Utterance) -> None:
        assert not utterance.chime
        self.heard.append(tuple(part.text for part in utterance.parts))

    def hush(self) -> None:
        self.heard.append(("(hush)",))


def test_what_joins_is_added_and_what_is_new_breaks_off_the_old() -> None:
    ear = Ear()
    voice = GuideVoice(ear)
    for texts in [(), ("a",), ("a",), ("a", "b"), ("a",), ("c",), (), ()]:
        voice.follow(texts, MANDARIN)
    assert ear.heard == [("a",), ("b",), ("(hush)",), ("c",), ("(hush)",)]


def test_another_language_says_it_again() -> None:
    ear = Ear()
    voice = GuideVoice(ear)
    voice.follow(("a",), MANDARIN)
    voice.follow(("a",), SpokenLanguage.ENGLISH)
    assert ear.heard == [("a",), ("(hush)",), ("a",)]


def test_a_machine_without_loudspeaker_is_silent() -> None:
    GuideVoice(None).follow(("a",), MANDARIN)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("step", sorted(set(Step) - {Step.AWAY, Step.ATTRACT, Step.ISSUING}))
def test_every_step_has_words_in_elder_mode_only(step: Step, language: str) -> None:
    ticket = TicketView(number="A017", ahead="3 人", paper="printed")
    booked, limit = BookedView(title="您有预约", message="请报到"), LimitView(title="请先办理", text="已有号码")
    state = QueueingState(
        step=step.value, language=language, elder=True, ticket=ticket, booked=booked, limit=limit, trouble_text="…"
    )
    said = sentences(state)
    assert said and all(text and not text.startswith("[") for text in said)
    assert sentences(dataclasses.replace(state, elder=False)) == ()


def test_what_interrupts_is_said_instead() -> None:
    state = QueueingState(step="services", elder=True)
    assert sentences(dataclasses.replace(state, idle_left=9)) == ("您还在吗？继续办理，请点一下屏幕。",)
    notice = NoticeView(True, "info", "现在不能取号", "请到咨询台询问。")
    assert sentences(dataclasses.replace(state, notice=notice)) == (notice.title, notice.text)


def test_a_search_that_finds_nothing_says_what_else_there_is() -> None:
    state = QueueingState(step="search", elder=True, found=3)
    nothing = sentences(dataclasses.replace(state, found=0))
    assert nothing[:1] == sentences(state)
    assert "咨询台" in nothing[1]


@pytest.mark.parametrize("paper", ["", "printing", "printed", "not_printed"])
def test_the_card_is_mentioned_after_the_paper(paper: str) -> None:
    ticket = TicketView(number="A017", ahead="3 人", paper=paper, message="打印机没有纸了。" * (paper == "not_printed"))
    said = sentences(QueueingState(step="ticket", elder=True, card_on_reader=True, ticket=ticket))
    assert len(said) == (3 if paper in ("printed", "not_printed") else 1)
    assert (said[-1] == "请取走您的证件") == (len(said) == 3)


def spoken(kiosk: KioskRig) -> list[str]:
    """Every sentence the loudspeaker began, in order."""
    events = [event for event in kiosk.board.history if event.device == SPEECH and event.name == "speaking"]
    return [text for event in events for text in event.data["text"]]


def test_a_person_is_led_to_the_paper_by_voice(
    make_kiosk: MakeRig, shared_hall: RunningHall, board: DeviceBoard
) -> None:
    devices = {
        "card_reader": {"driver": "simulator", "board": board.address, "name": READER, "read_s": 0.05},
        "printer": {"driver": "simulator", "board": board.address, "name": PRINTER, "print_s": 0.05},
        "speech": {"driver": "simulator", "board": board.address, "name": SPEECH, "pace": 0.02},
    }
    kiosk = make_kiosk(shared_hall, devices=devices).start()
    kiosk.until(lambda: kiosk.state.reader == "ok")
    assert spoken(kiosk) == [], "only elder mode speaks"
    kiosk.click("elder_toggle")
    kiosk.until(lambda: spoken(kiosk)[-1:] == ["请把身份证放在读卡区，或者点屏幕上的按钮。"])
    kiosk.lay_card()
    # Other tests may have made him a person who came before.
    kiosk.until(lambda: kiosk.state.step in ("welcome", "services") and not kiosk.state.recent_loading)
    kiosk.click("search_open")
    kiosk.type("BSZX")
    kiosk.click("service_card_0")
    kiosk.printed()
    number = kiosk.state.ticket.number
    kiosk.until(lambda: spoken(kiosk)[-1:] == ["请取走您的证件"])
    ticket = spoken(kiosk)[-3]
    assert number[0] in ticket and ticket.startswith("您的号码是")
    assert spoken(kiosk)[-2] == "号票已打印，请取走"
    everything = " ".join(spoken(kiosk))
    assert kiosk.card["number"] not in everything and "张" not in everything
    assert [health.kind for health in kiosk.app.devices.health()] == ["card_reader", "printer", "speech"]
