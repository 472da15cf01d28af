"""The device board and the line of a simulated device."""

import json
import socket

import pytest

from shared.devices.board import BoardEvent, DeviceBoard
from shared.devices.board_line import BoardLine, parse_address
from shared.devices.registry import make_scanner
from shared.devices.scanner.protocol import CodeScanned, ScannerBack, ScannerLost
from shared.domain.errors import HallError
from tests.fakes.events import Heard

DEVICE = "kiosk-1/scanner"


def test_a_device_connects_by_name(board: DeviceBoard) -> None:
    scanner = make_scanner({"driver": "simulator", "board": board.address, "name": DEVICE})
    assert not board.scan(DEVICE, "nobody hears this")
    scanner.open(lambda _: None)
    assert board.wait_connected(DEVICE)
    assert board.connected() == {DEVICE: "scanner"}
    scanner.close()
    assert board.wait_event(DEVICE, "disconnected") is not None
    assert board.connected() == {}


def test_a_device_comes_back_when_its_line_is_cut(board: DeviceBoard) -> None:
    heard = Heard()
    scanner = make_scanner({"driver": "simulator", "board": board.address, "name": DEVICE})
    scanner.open(heard)
    heard.next(ScannerBack)
    board.disconnect(DEVICE)
    heard.next(ScannerLost)
    heard.next(ScannerBack)
    assert board.wait_event(DEVICE, "connected", count=2) is not None
    assert board.scan(DEVICE, "A017")
    assert heard.next(CodeScanned).text == "A017"
    scanner.close()


def test_a_device_finds_a_board_that_starts_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    heard = Heard()
    scanner = make_scanner({"driver": "simulator", "board": f"127.0.0.1:{port}", "name": DEVICE})
    scanner.open(heard)
    heard.next(ScannerLost)
    with DeviceBoard(port):
        heard.next(ScannerBack)
    heard.next(ScannerLost)
    scanner.close()


def test_what_was_done_while_away_is_told_on_arrival(board: DeviceBoard) -> None:
    board.insert_card("r", {"number": "1", "name": "n"})
    board.set_fault("r", "slow")
    line = BoardLine(board.address, "r", "card_reader")
    assert line.receive(5) == {"do": "welcome", "card": {"number": "1", "name": "n"}, "fault": "slow"}
    board.remove_card("r")
    board.set_fault("r", None)
    assert line.receive(5) == {"do": "remove_card"}
    assert line.receive(5) == {"do": "set_fault", "fault": None}
    line.close()
    line.hang_up()


def test_events_are_called_and_answered() -> None:
    called = Heard()
    with DeviceBoard(on_event=called) as board:
        line = BoardLine(board.address, "p", "printer")
        assert not line.send("too early")
        assert line.receive(5) is not None
        assert line.send("printed", ack="c-1", words="号码")
        assert line.receive(5) == {"do": "ack", "ack": "c-1"}
        assert called.next(BoardEvent).name == "connected"
        assert called.next(BoardEvent) == BoardEvent("p", "printed", {"ack": "c-1", "words": "号码"})
        line.close()
        line.hang_up()


def test_receive_ends_in_time_and_on_close(board: DeviceBoard) -> None:
    line = BoardLine(board.address, "x", "scanner")
    assert line.receive(5) is not None
    assert line.receive(0.01) is None
    line.close()
    assert line.receive(None) is None
    assert line.closed
    line.hang_up()


@pytest.mark.parametrize("garbage", [b"\xff\xfe\n", b"[]\n", b"{}\n", b"17\n", b'{"hello": "x"}\n"no object"\n'])
def test_garbage_ends_one_line_only(board: DeviceBoard, garbage: bytes) -> None:
    host, port = parse_address(board.address, "board")
    with socket.create_connection((host, port)) as rude:
        rude.sendall(garbage)
        rude.settimeout(5)
        while rude.recv(1000):
            pass
    with socket.create_connection((host, port)) as polite:
        polite.sendall(json.dumps({"hello": "y", "kind": "scanner"}).encode() + b"\n")
        assert board.wait_connected("y")


@pytest.mark.parametrize("address", ["", "7790", "localhost:", "localhost:x", "localhost:0", ":7790"])
def test_a_wrong_address_is_a_clear_error(address: str) -> None:
    with pytest.raises(HallError, match="device_setting_wrong"):
        BoardLine(address, "x", "scanner")
