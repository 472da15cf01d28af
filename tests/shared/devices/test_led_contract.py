"""What every LED strip does, shown on the simulator and on a pseudo-terminal with a stand-in that draws."""

from __future__ import annotations

import os
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from PIL import ImageFont

from shared.devices.board import DeviceBoard
from shared.devices.led_display.frames import FrameTemplate
from shared.devices.led_display.protocol import LedBack, LedDisplay, LedEvent, LedLost, LedShown
from shared.devices.led_display.stand_in import ROWS, LedStandIn
from shared.devices.messages import message_key, status_key, technician_key
from shared.devices.registry import make_led_display
from shared.i18n import catalogue
from tests.fakes.events import Heard, wait_until

DEVICE = "counter-1/led"
TEMPLATE = "AA 55 ( {address} {length} < 31 {text} > ) {xor8} 0D 0A"
ANSWER = b"\x06"


def wait_for(heard: Heard, event: LedEvent) -> None:
    wait_until(lambda: event in heard.events)


class Bench(Protocol):
    led: LedDisplay

    def texts(self) -> list[str]: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...
    def close(self) -> None: ...


class SimulatorBench:
    def __init__(self, board: DeviceBoard, folder: Path) -> None:
        self._board = board
        self.led = make_led_display({"driver": "simulator", "board": board.address, "name": DEVICE})

    def texts(self) -> list[str]:
        return [event.data["text"] for event in self._board.history if event.name == "led_shown"]

    def unplug(self) -> None:
        self._board.set_fault(DEVICE, "unplugged")

    def plug_in(self) -> None:
        self._board.set_fault(DEVICE, None)

    def close(self) -> None:
        self.led.close()


class SerialBench:
    def __init__(self, board: DeviceBoard, folder: Path, *, repeat_s: float = 0.0) -> None:
        self._path = folder / "ttyLed"
        self._took: list[str] = []
        self._master: int | None = None
        self.plug_in()
        self.led = make_led_display(
            {
                "driver": "template_frame", "port": str(self._path), "template": TEMPLATE, "answer": ANSWER.hex(),
                "answer_s": 0.3, "repeat_s": repeat_s,
            }
        )  # fmt: skip

    def texts(self) -> list[str]:
        return self._took + (self.strip.texts if self._master is not None else [])

    def plug_in(self) -> None:
        self._master, port = os.openpty()
        tty.setraw(port)
        self._path.symlink_to(os.ttyname(port))
        os.close(port)
        self.strip = LedStandIn(self._master, FrameTemplate(TEMPLATE), end=b"\r\n", answer=ANSWER)

    def unplug(self) -> None:
        if self._master is not None:
            self.strip.close()
            self._took += self.strip.texts
            self._path.unlink()
            os.close(self._master)
            self._master = None

    def close(self) -> None:
        self.led.close()
        self.unplug()


@pytest.fixture(params=[SimulatorBench, SerialBench])
def bench(request: pytest.FixtureRequest, board: DeviceBoard, tmp_path: Path) -> Iterator[Bench]:
    made = request.param(board, tmp_path)
    yield made
    made.close()


@pytest.fixture
def serial_bench(board: DeviceBoard, tmp_path: Path) -> Iterator[SerialBench]:
    made = SerialBench(board, tmp_path)
    yield made
    made.close()


def test_what_is_shown_arrives_and_the_newest_stays(bench: Bench) -> None:
    heard = Heard()
    bench.led.open(heard)
    bench.led.show("请 A017 号到 03 号窗口")
    wait_for(heard, LedShown("请 A017 号到 03 号窗口"))
    assert LedBack() in heard.events
    for number in range(50):  # faster than any line is
        bench.led.show(f"A{number:03}")
    wait_for(heard, LedShown("A049"))
    wait_until(lambda: bench.texts()[-1:] == ["A049"])
    assert bench.led.health().state == "ok"


def test_a_strip_that_comes_back_shows_what_was_missed(bench: Bench) -> None:
    heard = Heard()
    bench.led.open(heard)
    bench.led.show("first")
    wait_for(heard, LedShown("first"))
    bench.unplug()
    wait_for(heard, LedLost("led_unplugged"))
    health = bench.led.health()
    assert (health.kind, health.state, health.code) == ("led_display", "error", "led_unplugged")
    bench.led.show("second")
    bench.led.show("third")
    bench.plug_in()
    wait_for(heard, LedShown("third"))
    wait_until(lambda: bench.texts()[-2:] == ["first", "third"])
    assert bench.led.health().state == "ok"


def test_a_flash_ends_with_what_stood_there(bench: Bench) -> None:
    heard = Heard()
    bench.led.open(heard)
    bench.led.show("03")
    wait_for(heard, LedShown("03"))
    bench.led.flash("test", 0.2)
    wait_for(heard, LedShown("test"))
    wait_until(lambda: bench.texts() == ["03", "test", "03"])
    # Whoever is called meanwhile is shown at once, and stays.
    bench.led.flash("test", 30.0)
    bench.led.show("A001")
    wait_until(lambda: bench.texts()[-1:] == ["A001"])


def test_closing_tells_nothing_more_and_is_harmless_twice(bench: Bench) -> None:
    heard = Heard()
    bench.led.open(heard)
    bench.led.show("x")
    wait_for(heard, LedShown("x"))
    bench.led.close()
    before = len(heard.events)
    bench.unplug()
    bench.led.close()
    assert len(heard.events) == before


def test_a_strip_that_does_not_confirm_is_told_and_tried_again(serial_bench: SerialBench) -> None:
    heard = Heard()
    serial_bench.strip.answer = b""
    serial_bench.led.open(heard)
    serial_bench.led.show("03")
    wait_for(heard, LedLost("led_silent"))
    serial_bench.strip.answer = ANSWER
    wait_for(heard, LedShown("03"))
    assert serial_bench.led.health().state == "ok"


def test_a_strip_that_was_switched_off_and_on_gets_its_text_again(board: DeviceBoard, tmp_path: Path) -> None:
    bench = SerialBench(board, tmp_path, repeat_s=0.1)
    try:
        bench.led.open(Heard())
        bench.led.show("03")
        wait_until(lambda: bench.texts().count("03") >= 3)
    finally:
        bench.close()


def test_the_stand_in_draws_what_it_got(serial_bench: SerialBench) -> None:
    heard = Heard()
    font = ImageFont.load_default(12)
    dark = serial_bench.strip.draw(font)
    serial_bench.led.open(heard)
    serial_bench.led.show("A017")
    wait_for(heard, LedShown("A017"))
    drawn = serial_bench.strip.draw(font)
    assert drawn.size == dark.size and drawn.height % ROWS == 0

    def lit(column: int) -> bool:
        dot = drawn.height // ROWS
        return any(drawn.getpixel((column * dot + dot // 2, row * dot + dot // 2))[0] > 200 for row in range(ROWS))  # type: ignore[index]

    assert any(lit(column) for column in range(10)), "the first letter stands at the left"
    assert not any(lit(column) for column in range(64, 128)), "four letters leave the right half dark"


@pytest.mark.parametrize("code", ["led_unplugged", "led_refused", "led_silent"])
@pytest.mark.parametrize("key", [message_key, status_key, technician_key])
def test_every_trouble_has_words(code: str, key: object) -> None:
    assert catalogue().has(key(code))  # type: ignore[operator]
