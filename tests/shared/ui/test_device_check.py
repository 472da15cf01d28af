"""./run devices: what is attached, how configured devices are, and what a program can rely on."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from shared.devices.board import DeviceBoard
from shared.devices.printer.protocol import PrinterStatus
from shared.devices.printer.stand_in import PrinterStandIn
from shared.ui.device_check.__main__ import main
from tests.fakes.serial_line import SerialLine

CARD = {"kind": "social_security", "number": "11010519491231002X", "name": "张三", "valid_to": "2040-01-01"}


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZHITING_HOME", str(tmp_path))
    (tmp_path / "profiles").mkdir()
    return tmp_path / "profiles" / "kiosk-default.toml"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main([*arguments, "--json", "--language", "en"])
    return code, json.loads(capsys.readouterr().out)


def test_configured_devices_are_asked_and_a_technician_reads_what_to_do(
    profile: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, qapp: object
) -> None:
    with closing(PrinterStandIn()) as printer, SerialLine(tmp_path) as line:
        profile.write_text(
            f'[devices.printer]\ndriver = "escpos_tcp"\nhost = "127.0.0.1"\nport = {printer.port}\n'
            f'[devices.scanner]\ndriver = "serial_port"\nport = "{line.path}"\n',
            "utf-8",
        )
        code, told = run(capsys)
        assert (code, told["works"]) == (0, True)
        assert [(one["kind"], one["state"], one["code"]) for one in told["configured"]] == [
            ("printer", "ok", ""),
            ("scanner", "ok", ""),
        ]
        assert printer.papers == []  # nobody asked for a paper
        printer.set_status(PrinterStatus.PAPER_OUT)
        code, told = run(capsys)
        assert (code, told["works"]) == (1, False)
        one = told["configured"][0]
        assert (one["code"], one["status"]) == ("paper_out", "Out of paper")
        assert "roll" in one["advice"][0]
        # The same in words.
        assert main(["--language", "zh-CN"]) == 1
        words = capsys.readouterr().out
        assert "✗ kiosk-default · 号票打印机 (escpos_tcp): 缺纸" in words
        assert "✓ kiosk-default · 扫码器 (serial_port): 正常" in words


def test_trying_prints_a_paper_that_is_no_number(
    profile: Path, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    with closing(PrinterStandIn()) as printer:
        profile.write_text(
            f'[devices.printer]\ndriver = "escpos_tcp"\nhost = "127.0.0.1"\nport = {printer.port}\n', "utf-8"
        )
        code, told = run(capsys, "--try", "printer")
        assert (code, told["configured"][0]["tried"]["result"]) == (0, "passed")
        (paper,) = printer.papers
        assert paper.lines[0].strip() == "试打，不是号票"


def test_a_card_that_lies_there_is_read_and_nothing_of_it_is_told(
    profile: Path, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    with DeviceBoard() as board:
        table = f'driver = "simulator"\nboard = "{board.address}"\n'
        profile.write_text(
            f'[devices.card_reader]\n{table}name = "k/card_reader"\n'
            f'[devices.document_printer]\n{table}name = "k/document_printer"\nprint_s = 0.02\n',
            "utf-8",
        )
        board.insert_card("k/card_reader", CARD)
        code, told = run(capsys, "--try-all")
        assert code == 0
        assert [one["tried"] for one in told["configured"]] == [
            {"result": "passed", "code": "", "seen": "card_social_security"},
            {"result": "passed", "code": "", "seen": ""},
        ]
        assert CARD["number"] not in json.dumps(told)
        assert board.wait_event("k/document_printer", "document_printed") is not None


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ('[devices.printer]\ndriver = "crystal_ball"\n', "device_driver_unknown"),
        ('[devices.printer]\ndriver = "escpos_tcp"\n', "device_setting_wrong"),
        ('[devices.lamp]\ndriver = "simulator"\n', "device_kind_unknown"),
    ],
)
def test_a_wrong_setting_is_a_device_that_does_not_work(
    profile: Path, capsys: pytest.CaptureFixture[str], qapp: object, table: str, code: str
) -> None:
    profile.write_text(table, "utf-8")
    exit_code, told = run(capsys)
    assert exit_code == 1
    (one,) = told["configured"]
    assert (one["state"], one["code"], one["works"]) == ("error", code, False)
    assert one["advice"] and one["detail"]


def test_a_profile_that_is_not_there_is_exit_code_2(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--profile", "kiosk-nowhere"]) == 2
    assert "kiosk-nowhere" in capsys.readouterr().err


def test_a_machine_without_profiles_is_told_where_to_put_one(
    profile: Path, capsys: pytest.CaptureFixture[str], qapp: object
) -> None:
    assert main(["--language", "en"]) == 0
    assert "kiosk-default.toml" in capsys.readouterr().out
