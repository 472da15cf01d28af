"""A camera as scanner; a recorded video is the camera."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.devices.registry import make_scanner
from shared.devices.scanner.decoding import FIRST, SECOND, CodeReader, read_codes
from shared.devices.scanner.protocol import CodeScanned, Scanner, ScannerBack, ScannerLost
from shared.devices.scanner.watching import InView
from tests.fakes.codes import HEIGHT, WIDTH, Picture, noise, qr_code, record, show
from tests.fakes.events import Heard, wait_until

TICKET = "http://hall.local/m/t/01890b2c"
LICENCE = "91110000600037341L"
RANDOM = np.random.default_rng(20261127)


def wall(count: int) -> list[Picture]:
    return [noise(RANDOM) for _ in range(count)]


def held_up(text: str, count: int) -> list[Picture]:
    code = qr_code(text)
    return [show(picture, code) for picture in wall(count)]


class Camera:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "camera.avi"
        self.heard = Heard()
        self._scanners: list[Scanner] = []

    def open(self, **settings: Any) -> Scanner:
        scanner = make_scanner({"driver": "camera", "source": str(self.file), "frames_per_s": 20, **settings})
        self._scanners.append(scanner)
        scanner.open(self.heard)
        return scanner

    def close(self) -> None:
        for scanner in self._scanners:
            scanner.close()


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[Camera]:
    camera = Camera(tmp_path)
    yield camera
    camera.close()


def test_a_code_in_view_is_told_once_and_again_when_it_comes_back(camera: Camera) -> None:
    record(camera.file, [*held_up(TICKET, 12), *wall(12), *held_up(LICENCE, 4)])
    camera.open(forget_s=0.4)
    told = [camera.heard.next(CodeScanned).text for _ in range(4)]
    assert told == [TICKET, LICENCE, TICKET, LICENCE]


def test_two_codes_in_one_picture(camera: Camera) -> None:
    left, right = qr_code(TICKET, 5), qr_code(LICENCE, 5)
    record(camera.file, [show(show(picture, left, 40, 100), right, 380, 100) for picture in wall(4)])
    camera.open()
    assert {camera.heard.next(CodeScanned).text for _ in range(2)} == {TICKET, LICENCE}


def test_few_pictures_a_second_are_enough(camera: Camera) -> None:
    record(camera.file, held_up(TICKET, 20))
    camera.open(frames_per_s=2)
    assert camera.heard.next(CodeScanned).text == TICKET


def test_no_camera_is_told_and_its_coming_too(camera: Camera) -> None:
    scanner = camera.open()
    assert camera.heard.next(ScannerLost).code == "camera_missing"
    assert scanner.health().code == "camera_missing"
    record(camera.file, held_up(TICKET, 4))
    camera.heard.next(ScannerBack)
    assert camera.heard.next(CodeScanned).text == TICKET
    assert scanner.health().state == "ok"
    camera.file.unlink()
    camera.heard.next(ScannerLost)


def test_a_file_that_is_no_video_is_no_camera(camera: Camera) -> None:
    camera.file.write_bytes(b"RIFF, but nothing follows")
    camera.open()
    assert camera.heard.next(ScannerLost).code == "camera_missing"


def test_a_black_picture_shows_in_health(camera: Camera) -> None:
    record(camera.file, [noise(RANDOM, mean=2) for _ in range(10)])
    scanner = camera.open(patience_s=0.3)
    wait_until(lambda: scanner.health().code == "camera_black")
    record(camera.file, wall(10))
    wait_until(lambda: scanner.health().state == "ok")


def test_a_frozen_picture_shows_in_health(camera: Camera) -> None:
    (still,) = held_up(TICKET, 1)
    record(camera.file, [still] * 10)
    scanner = camera.open(patience_s=0.3)
    wait_until(lambda: scanner.health().code == "camera_frozen")
    assert [type(event) for event in camera.heard.events] == [ScannerBack, CodeScanned]


def test_it_stops_within_a_second(camera: Camera) -> None:
    record(camera.file, wall(10))
    scanner = camera.open()
    camera.heard.next(ScannerBack)
    began = time.monotonic()
    scanner.close()
    assert time.monotonic() - began < 1


def test_it_stops_within_a_second_when_the_camera_hangs(camera: Camera) -> None:
    """Nobody writes on this pipe: opening it takes for ever, as a camera with a broken plug can."""
    os.mkfifo(camera.file)
    scanner = camera.open()
    began = time.monotonic()
    scanner.close()
    assert time.monotonic() - began < 1
    wait_until(lambda: _hung_up(camera.file))
    assert camera.heard.events == []


def _hung_up(pipe: Path) -> bool:
    """Give a reader of the pipe its end; whether the worker has ended by that."""
    with contextlib.suppress(OSError):
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    return not any(thread.name == f"camera {pipe}" for thread in threading.enumerate())


def test_nothing_of_a_picture_is_kept(camera: Camera) -> None:
    record(camera.file, held_up(TICKET, 4))
    scanner = camera.open()
    camera.heard.next(CodeScanned)
    scanner.close()
    assert not [name for name, kept in vars(scanner).items() if isinstance(kept, np.ndarray | bytes)]
    assert [file.name for file in camera.file.parent.iterdir()] == [camera.file.name]


def test_the_second_decoder_is_asked_only_where_the_first_finds_nothing() -> None:
    asked: list[int] = []

    def second(picture: Any) -> list[str]:
        asked.append(1)
        return ["by the second"]

    (shown,) = held_up(TICKET, 1)
    assert read_codes(shown, [FIRST, second]) == [TICKET]
    assert asked == []
    assert read_codes(noise(RANDOM), [FIRST, second]) == ["by the second"]


def test_the_slow_decoder_looks_at_every_fourth_empty_picture() -> None:
    asked: list[int] = []
    (empty,) = wall(1)
    (shown,) = held_up(TICKET, 1)

    def second(picture: Any) -> list[str]:
        asked.append(1)
        return []

    def times_asked(picture: Picture) -> int:
        reader.read(picture)
        return len(asked)

    reader = CodeReader(FIRST, second, second_every=4)
    assert [times_asked(empty) for _ in range(8)] == [0, 0, 0, 1, 1, 1, 1, 2]
    assert times_asked(shown) == 2
    assert [times_asked(empty) for _ in range(4)] == [2, 2, 2, 3]


def test_what_only_the_second_decoder_reads_is_told() -> None:
    (empty,) = wall(1)
    reader = CodeReader(FIRST, lambda picture: [TICKET], second_every=2)
    assert [reader.read(empty) for _ in range(3)] == [[], [TICKET], []]


def test_both_decoders_read_a_plain_code_and_only_one_an_inverted() -> None:
    (shown,) = held_up(TICKET, 1)
    assert SECOND is not None, "libzbar is missing"
    assert FIRST(shown) == SECOND(shown) == FIRST(255 - shown) == [TICKET]
    assert FIRST(np.zeros((HEIGHT, WIDTH), np.uint8)) == []


@given(st.lists(st.tuples(st.floats(0, 3), st.lists(st.sampled_from("abc"), max_size=3)), max_size=20))
def test_a_code_is_new_exactly_when_a_look_missed_it_long_enough(looks: list[tuple[float, list[str]]]) -> None:
    view = InView(forget_s=1.5)
    past: list[tuple[float, list[str]]] = []
    now = 0.0
    for passed, codes in looks:
        now += passed
        assert view.fresh(codes, now) == [code for code in dict.fromkeys(codes) if _is_new(code, past)]
        past.append((now, codes))


def _is_new(code: str, past: list[tuple[float, list[str]]]) -> bool:
    seen_at = [at for at, codes in past if code in codes]
    return not seen_at or any(at - seen_at[-1] >= 1.5 for at, codes in past if at > seen_at[-1])
