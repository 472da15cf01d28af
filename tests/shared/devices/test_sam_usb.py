"""The SAM-V reader on USB: the same reader behind another line, whichever numbers its endpoints have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.devices.card_reader.drivers.sam_usb import make_sam_usb
from shared.devices.card_reader.protocol import CardPresented, CardReader, ReaderBack, ReaderLost
from shared.devices.card_reader.sam_stand_in import SamStandIn, resident_card
from tests.fakes.events import Heard
from tests.fakes.usb_bus import PRODUCT, VENDOR, UsbBus

BULK, INTERRUPT = 2, 3


@pytest.fixture
def module(tmp_path: Path) -> Iterator[SamStandIn]:
    module = SamStandIn(tmp_path / "reader")
    yield module
    module.close()


@contextmanager
def _reader(bus: UsbBus, heard: Heard) -> Iterator[CardReader]:
    reader = make_sam_usb(VENDOR, PRODUCT, added_address=True, photo_decoder="", poll_s=0.02, lift_s=0.1, backend=bus)
    reader.open(heard)
    try:
        yield reader
    finally:
        reader.close()


@pytest.mark.parametrize(
    ("endpoints", "used"),
    [
        (((0x02, BULK), (0x81, BULK)), {0x02, 0x81}),
        (((0x83, INTERRUPT), (0x85, BULK), (0x01, INTERRUPT), (0x06, BULK)), {0x06, 0x85}),
    ],
)
def test_a_card_is_read_through_whichever_bulk_pair_there_is(
    module: SamStandIn, endpoints: tuple[tuple[int, int], ...], used: set[int]
) -> None:
    bus, heard = UsbBus(module.path, endpoints), Heard()
    with _reader(bus, heard) as reader:
        module.lay(resident_card("11010519491231002X", "欧阳三丰"))
        assert heard.next(CardPresented).card.name == "欧阳三丰"
        assert (reader.health().driver, reader.health().state) == ("sam_usb", "ok")
    assert bus.used == used


def test_the_reader_is_pulled_out_and_comes_back(module: SamStandIn) -> None:
    heard = Heard()
    with _reader(UsbBus(module.path, ((0x02, BULK), (0x81, BULK))), heard):
        heard.next(ReaderBack)
        module.unplug()
        assert heard.next(ReaderLost).code == "reader_unplugged"
        module.plug_in()
        heard.next(ReaderBack)


def test_a_device_without_bulk_endpoints_is_no_reader(module: SamStandIn) -> None:
    heard = Heard()
    with _reader(UsbBus(module.path, ((0x81, INTERRUPT),)), heard):
        assert heard.next(ReaderLost).code == "reader_unplugged"
