"""Settings name a driver; wrong settings are clear errors."""

import subprocess
import sys

import pytest

from shared.devices.registry import CARD_READERS, PRINTERS, SCANNERS, make_card_reader, make_printer, make_scanner
from shared.domain.errors import HallError


def test_an_unknown_driver_names_the_known_ones() -> None:
    with pytest.raises(HallError) as caught:
        make_card_reader({"driver": "crystal_ball"})
    assert caught.value.code == "device_driver_unknown"
    assert caught.value.params == {"driver": "crystal_ball", "known": "pcsc, simulator"}


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
    assert set(CARD_READERS) == {"simulator", "pcsc"}
    assert set(PRINTERS) == {"simulator", "escpos_tcp", "file"}
    assert set(SCANNERS) == {"simulator", "keyboard_wedge"}


def test_knowing_the_drivers_loads_none_of_them() -> None:
    heavy = ("smartcard", "escpos", "PySide6")
    code = f"import sys, shared.devices.registry; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
