"""A scanner on a serial line, a pseudo-terminal here."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st

from shared.devices.registry import make_scanner
from shared.devices.scanner.lines import MOST_BYTES, CodeLines
from shared.devices.scanner.protocol import CodeScanned, Scanner, ScannerBack, ScannerLost
from tests.fakes.events import Heard, wait_until
from tests.fakes.serial_line import SerialLine

TICKET = "http://hall.local/m/t/01890B2C-7c4d"
CODES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=40)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SerialLine]:
    with SerialLine(tmp_path) as line:
        yield line


@pytest.fixture
def heard() -> Heard:
    return Heard()


def opened(line: SerialLine, heard: Heard, **settings: Any) -> Scanner:
    scanner = make_scanner({"driver": "serial_port", "port": str(line.path), "silence_ms": 100, **settings})
    scanner.open(heard)
    return scanner


@pytest.fixture
def scanner(line: SerialLine, heard: Heard) -> Iterator[Scanner]:
    scanner = opened(line, heard)
    heard.next(ScannerBack)
    yield scanner
    scanner.close()


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_every_usual_line_end_ends_a_code(line: SerialLine, heard: Heard, end: str) -> None:
    line.send(f"{TICKET}{end}".encode())
    assert heard.next(CodeScanned).text == TICKET
    line.send(f"91110000600037341L{end}一号{end}".encode())
    assert heard.next(CodeScanned).text == "91110000600037341L"
    assert heard.next(CodeScanned).text == "一号"


@pytest.mark.usefixtures("scanner")
def test_a_code_in_pieces_is_one(line: SerialLine, heard: Heard) -> None:
    for piece in (b"91110000", b"600037", b"341L\r"):
        line.send(piece)
    assert heard.next(CodeScanned).text == "91110000600037341L"


def test_half_a_line_is_not_the_head_of_the_next(line: SerialLine, heard: Heard, scanner: Scanner) -> None:
    line.send(b"911100006")
    wait_until(lambda: scanner.health().code == "scanner_noise")
    line.send(b"A017-code\r\n")
    assert heard.next(CodeScanned).text == "A017-code"
    assert scanner.health().state == "ok"


@pytest.mark.parametrize("rubbish", [b"\xff\xfe\x80\xc1\r", b"\x00\x07\x1b[A\r", b"9" * (MOST_BYTES + 1) + b"\r"])
def test_rubbish_is_no_code_and_shows_in_health(
    line: SerialLine, heard: Heard, scanner: Scanner, rubbish: bytes
) -> None:
    for start in range(0, len(rubbish), 1000):
        line.send(rubbish[start : start + 1000])
    wait_until(lambda: scanner.health().code == "scanner_noise")
    line.send(b"good-code\r")
    assert heard.next(CodeScanned).text == "good-code"
    assert heard.kinds() == ["ScannerBack", "CodeScanned"]
    assert scanner.health().state == "ok"


def test_a_prefix_is_taken_off_and_asked_for(line: SerialLine, heard: Heard) -> None:
    scanner = opened(line, heard, prefix="]Q1")
    heard.next(ScannerBack)
    line.send(b"000037341L\r]Q191110000600037341L\r")
    assert heard.next(CodeScanned).text == "91110000600037341L"
    scanner.close()


def test_silence_ends_a_code_where_no_line_end_comes(line: SerialLine, heard: Heard) -> None:
    scanner = opened(line, heard, line_end="", encoding="gb18030")
    heard.next(ScannerBack)
    line.send("营业执照 91110000600037341L".encode("gb18030"))
    assert heard.next(CodeScanned).text == "营业执照 91110000600037341L"
    scanner.close()


def test_pulled_out_and_plugged_in(line: SerialLine, heard: Heard, scanner: Scanner) -> None:
    line.send(b"half a co")
    line.pull_out()
    assert heard.next(ScannerLost).code == "scanner_unplugged"
    assert scanner.health().code == "scanner_unplugged"
    line.plug_in()
    heard.next(ScannerBack)
    line.send(b"A017-code\r")
    assert heard.next(CodeScanned).text == "A017-code"
    assert scanner.health().state == "ok"


def test_missing_from_the_start_is_told_once(tmp_path: Path, heard: Heard) -> None:
    line = SerialLine(tmp_path)
    scanner = opened(line, heard)
    assert heard.next(ScannerLost).code == "scanner_unplugged"
    with line:
        heard.next(ScannerBack)
        assert heard.kinds() == ["ScannerLost", "ScannerBack"]
        scanner.close()


def test_a_port_of_another_program_is_refused(line: SerialLine, heard: Heard) -> None:
    with serial.Serial(str(line.path), exclusive=True):
        scanner = opened(line, heard)
        assert heard.next(ScannerLost).code == "scanner_refused"
    heard.next(ScannerBack)
    scanner.close()


def test_no_usb_scanner_of_that_kind(heard: Heard) -> None:
    scanner = make_scanner({"driver": "serial_port", "port": "hwgrep://VID:PID=FFFF:FFFF"})
    scanner.open(heard)
    assert heard.next(ScannerLost).code == "scanner_unplugged"
    scanner.close()


def test_a_scanner_behind_a_network_adapter(heard: Heard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as adapter:
        port = f"socket://127.0.0.1:{adapter.getsockname()[1]}"
        scanner = make_scanner({"driver": "serial_port", "port": port, "silence_ms": 100})
        scanner.open(heard)
        for code in ("first-code", "second-code"):
            plugged, _ = adapter.accept()
            heard.next(ScannerBack)
            plugged.sendall(f"{code}\r".encode())
            assert heard.next(CodeScanned).text == code
            plugged.close()
            heard.next(ScannerLost)
        scanner.close()


def test_closing_takes_no_second(scanner: Scanner) -> None:
    began = time.monotonic()
    scanner.close()
    assert time.monotonic() - began < 1


@given(st.lists(CODES, max_size=6), st.data())
def test_codes_come_whole_however_they_are_cut(codes: list[str], data: st.DataObject) -> None:
    stream = "".join(f"{code}\r\n" for code in codes).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    lines = CodeLines()
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [text for piece in pieces for text in lines.feed(piece)] == codes


@given(st.binary(max_size=200), CODES)
def test_any_noise_is_survived(rubbish: bytes, code: str) -> None:
    lines = CodeLines()
    assert all(text.isprintable() for text in lines.feed(rubbish))
    lines.silence()
    assert lines.feed(f"{code}\r".encode()) == [code]
    assert not lines.noise
