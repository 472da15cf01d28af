"""Identity card readers with a SAM-V module that are a USB bulk device of their maker's own class."""

from __future__ import annotations

import contextlib
from typing import Any

import usb.core  # type: ignore[import-untyped]
import usb.util  # type: ignore[import-untyped]

from shared.devices.card_reader.sam_dialogue import SamLine
from shared.devices.card_reader.sam_reader import SamReader, find_decoder

_WAIT_MS = 50
_NO_WAIT_MS = 1  # 0 would wait for ever
_WRITE_MS = 1000


class UsbLine:
    """The first bulk pair of one device. Errors are OSError, as pyusb's own are."""

    bytes_per_s = 64_000.0

    def __init__(self, vendor: int, product: int, backend: Any = None) -> None:
        try:
            self._device = usb.core.find(idVendor=vendor, idProduct=product, backend=backend)
        except usb.core.NoBackendError as reason:
            raise OSError(f"libusb is not installed: {reason}") from reason
        if self._device is None:
            raise OSError(f"no USB device {vendor:04x}:{product:04x}")
        try:
            self._device.set_configuration()
            self._out, self._in = _bulk_pair(self._device)
        except OSError:
            self.close()
            raise

    def send(self, data: bytes) -> None:
        self._out.write(data, timeout=_WRITE_MS)

    def receive(self, *, wait: bool = True) -> bytes:
        try:
            return bytes(self._in.read(self._in.wMaxPacketSize, timeout=_WAIT_MS if wait else _NO_WAIT_MS))
        except usb.core.USBTimeoutError:
            return b""

    def close(self) -> None:
        with contextlib.suppress(OSError):  # it was pulled out
            usb.util.dispose_resources(self._device)


def _bulk_pair(device: Any) -> tuple[Any, Any]:
    """Bulk out and bulk in of the first interface that has both: makers number them as they like."""
    for interface in device.get_active_configuration():
        pair: dict[int, Any] = {}
        for endpoint in interface:
            if usb.util.endpoint_type(endpoint.bmAttributes) == usb.util.ENDPOINT_TYPE_BULK:
                pair.setdefault(usb.util.endpoint_direction(endpoint.bEndpointAddress), endpoint)
        if len(pair) == 2:
            return pair[usb.util.ENDPOINT_OUT], pair[usb.util.ENDPOINT_IN]
    raise OSError("the USB device has no pair of bulk endpoints")


def make_sam_usb(
    vendor: int,
    product: int,
    *,
    added_address: bool,
    photo_decoder: str,
    poll_s: float,
    lift_s: float,
    backend: Any = None,
) -> SamReader:
    """The reader of that vendor and product number; `backend` is pyusb's, the system's libusb when None."""

    def open_line() -> SamLine:
        return UsbLine(vendor, product, backend)

    return SamReader(
        open_line,
        driver="sam_usb",
        place=f"{vendor:04x}:{product:04x}",
        added_address=added_address,
        photo_decoder=find_decoder(photo_decoder),
        poll_s=poll_s,
        lift_s=lift_s,
    )
