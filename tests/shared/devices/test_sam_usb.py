"""The SAM-V reader on USB: the same reader behind another line, whichever numbers its endpoints have."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.devices.card_reader.drivers.sam_usb import make_sam_usb
from shared.devices.card_reader.protocol import CardPresented, ReaderBack, ReaderLost
from shared.devices.card_reader.sam_stand_in import SamStandIn, resident_card
from tests.fakes.events import Heard
from tests.fakes.usb_bus import PRODUCT, VENDOR, UsbBus

BULK, INTERRUPT = 2, 3


@pytest.mark.parametrize(
    ("endpoints", "out", "into"),
    [
        (((0x02, BULK), (0x81, BULK)), 0x02, 0x81),
        (((0x83, INTERRUPT), (0x85, BULK), (0x01, INTERRUPT), (0x06, BULK)), 0x06, 0x85),
    ],
)
def test_a_card_is_read_and_the_reader_comes_back(
    tmp_path: Path, endpoints: tuple[tuple[int, int], ...], out: int, into: int
) -> None:
    module = SamStandIn(tmp_path / "reader")
    bus, heard = UsbBus(module.path, endpoints), Heard()
    reader = make_sam_usb(VENDOR, PRODUCT, added_address=True, photo_decoder="", poll_s=0.02, lift_s=0.1, backend=bus)
    reader.open(heard)
    try:
        heard.next(ReaderBack)
        module.lay(resident_card("11010519491231002X", "欧阳三丰"))
        assert heard.next(CardPresented).card.name == "欧阳三丰"
        assert bus.used == {out, into}
        module.unplug()
        assert heard.next(ReaderLost).code == "reader_unplugged"
        module.plug_in()
        heard.next(ReaderBack)
        assert reader.health().driver == "sam_usb" and reader.health().state == "ok"
    finally:
        reader.close()
        module.close()


def test_a_device_without_bulk_endpoints_is_no_reader(tmp_path: Path) -> None:
    module, heard = SamStandIn(tmp_path / "reader"), Heard()
    bus = UsbBus(module.path, ((0x81, INTERRUPT),))
    reader = make_sam_usb(VENDOR, PRODUCT, added_address=False, photo_decoder="", poll_s=0.02, lift_s=0.1, backend=bus)
    reader.open(heard)
    try:
        assert heard.next(ReaderLost).code == "reader_unplugged"
    finally:
        reader.close()
        module.close()
