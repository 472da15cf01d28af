"""Settings name a driver; wrong settings are clear errors."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from shared.devices.registry import (
    CARD_READERS,
    DOCUMENT_PRINTERS,
    PRINTERS,
    SCANNERS,
    make_card_reader,
    make_printer,
    make_scanner,
    make_speaker,
)
from shared.domain.errors import HallError


def test_an_unknown_driver_names_the_known_ones() -> None:
    with pytest.raises(HallError) as caught:
        make_card_reader({"driver": "crystal_ball"})
    assert caught.value.code == "device_driver_unknown"
    assert caught.value.params == {"driver": "crystal_ball", "known": "pcsc, sam_serial, sam_usb, simulator"}


@pytest.mark.parametrize(
    "settings",
    [
        {"driver": "escpos_tcp"},
        {"driver": "escpos_tcp", "host": "printer", "colour": "red"},
        {"driver": "escpos_tcp", "host": "printer", "paper": "A4"},
        {"driver": "simulator", "board": "nowhere", "name": "p"},
    ],
)
def test_wrong_settings_are_told(settings: dict[str, object]) -> None:
    with pytest.raises(HallError, match="device_setting_wrong"):
        make_printer(settings)


def test_no_driver_at_all_is_told() -> None:
    with pytest.raises(HallError, match="device_driver_unknown"):
        make_scanner({})


def test_the_tables_name_every_driver() -> None:
    assert set(CARD_READERS) == {"simulator", "pcsc", "sam_serial", "sam_usb"}
    assert set(PRINTERS) == {"simulator", "escpos_tcp", "escpos_serial", "escpos_usb", "file"}
    assert set(DOCUMENT_PRINTERS) == {"simulator", "cups"}
    assert set(SCANNERS) == {"simulator", "keyboard_wedge", "serial_port", "camera"}


def test_knowing_the_drivers_loads_none_of_them() -> None:
    heavy = ("smartcard", "serial", "usb", "escpos", "PySide6", "cv2", "zxingcpp", "cups")
    code = f"import sys, shared.devices.registry; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        (make_printer, {"driver": "escpos_tcp", "host": "10.0.0.9", "port": "9100"}),
        (make_printer, {"driver": "escpos_tcp", "host": "10.0.0.9", "confirms": 1}),
        (make_printer, {"driver": "file", "folder": 7}),
        (make_card_reader, {"driver": "sam_serial", "port": "COM3", "baud": 115}),
        (make_card_reader, {"driver": "sam_serial", "port": "COM3", "photo_decoder": "no.such:thing"}),
        (make_scanner, {"driver": "keyboard_wedge", "gap_ms": "30"}),
        (make_scanner, {"driver": "keyboard_wedge", "gap_ms": True}),
        (make_scanner, {"driver": "serial_port", "port": "/dev/ttyACM0", "baud": "9600"}),
        (make_scanner, {"driver": "serial_port", "port": "/dev/ttyACM0", "silence_ms": 5000}),
        (make_scanner, {"driver": "serial_port", "port": "/dev/ttyACM0", "encoding": "klingon"}),
        (make_scanner, {"driver": "serial_port", "port": "/dev/ttyACM0", "prefix": "码"}),
        (make_scanner, {"driver": "camera", "source": 0.5}),
        (make_scanner, {"driver": "camera", "frames_per_s": 0}),
        (make_speaker, {"driver": "simulator", "pace": "fast"}),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_at_the_start(
    make: Callable[[Mapping[str, Any]], object], settings: Mapping[str, Any]
) -> None:
    """And not when the first ticket has to be printed."""
    with pytest.raises(HallError) as told:
        make(settings)
    assert told.value.code == "device_setting_wrong"
    wrong = next(key for key in settings if key in str(told.value.params["setting"]) and key != "driver")
    assert wrong


def test_a_whole_number_is_good_for_seconds() -> None:
    assert make_printer({"driver": "escpos_tcp", "host": "10.0.0.9", "timeout_s": 5})
