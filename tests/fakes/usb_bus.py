"""A USB bus with one bulk device whose pipes lead to the SAM-V stand-in's line: a back end for pyusb."""

from __future__ import annotations

import errno
import os
import select
import tty
from array import array
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import usb.backend  # type: ignore[import-untyped]
from usb.core import USBError, USBTimeoutError  # type: ignore[import-untyped]

VENDOR, PRODUCT = 0x0400, 0xC35A
PACKET = 64


class UsbBus(usb.backend.IBackend):  # type: ignore[misc]
    """`endpoints` are (address, type); the device is there while `path` is."""

    def __init__(self, path: Path, endpoints: tuple[tuple[int, int], ...]) -> None:
        self._path, self._endpoints = path, endpoints
        self.used: set[int] = set()

    def enumerate_devices(self) -> Iterator[str]:
        return iter(["reader"] if self._path.exists() else [])

    def get_device_descriptor(self, dev: str) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x0110, bDeviceClass=0xFF, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=8, idVendor=VENDOR, idProduct=PRODUCT, bcdDevice=0x0100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=1, bus=1, port_number=1, port_numbers=(1,), speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: str, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=0, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0x80, bMaxPower=50, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: str, intf: int, alt: int, config: int) -> Any:
        if intf or alt or config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0, bInterfaceClass=0xFF,
            bNumEndpoints=len(self._endpoints), bInterfaceSubClass=0, bInterfaceProtocol=0, iInterface=0,
            extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: str, ep: int, intf: int, alt: int, config: int) -> Any:
        address, kind = self._endpoints[ep]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=address, bmAttributes=kind, wMaxPacketSize=PACKET,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: str) -> int:
        try:
            line = os.open(self._path, os.O_RDWR | os.O_NOCTTY)
        except OSError as reason:
            raise USBError(str(reason), errno=reason.errno) from reason
        tty.setraw(line)
        return line

    def close_device(self, dev_handle: int) -> None:
        os.close(dev_handle)

    def set_configuration(self, dev_handle: int, config_value: int) -> None: ...
    def get_configuration(self, dev_handle: int) -> int:
        return 1

    def claim_interface(self, dev_handle: int, intf: int) -> None: ...
    def release_interface(self, dev_handle: int, intf: int) -> None: ...

    def bulk_write(self, dev_handle: int, ep: int, intf: int, data: array[int], timeout: int) -> int:
        self.used.add(ep)
        return self._pass(lambda: os.write(dev_handle, data.tobytes()))

    def bulk_read(self, dev_handle: int, ep: int, intf: int, buff: array[int], timeout: int) -> int:
        self.used.add(ep)
        ready, _, _ = select.select([dev_handle], [], [], timeout / 1000)
        if not ready:
            raise USBTimeoutError("nothing came", errno=errno.ETIMEDOUT)
        data: bytes = self._pass(lambda: os.read(dev_handle, min(len(buff), PACKET)))
        buff[: len(data)] = array("B", data)
        if not data:
            raise USBError("gone", errno=errno.ENODEV)
        return len(data)

    @staticmethod
    def _pass(step: Any) -> Any:
        try:
            return step()
        except OSError as reason:
            raise USBError("gone", errno=errno.ENODEV) from reason
