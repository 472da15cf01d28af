"""USB devices as Linux lists them in /sys: needs no right to open them. Elsewhere the bus is not looked at."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from shared.devices.attached.finding import Attached, CannotLook, Fit

_SYS, _DEV = Path("/sys/bus/usb/devices"), Path("/dev")
SAM_MODULE = (0x0400, 0xC35A)
_HUB, _PRINTER, _KEYBOARD, _OTHER = "09", "07", ("03", "01"), "ff"


def find(sys_path: Path = _SYS, dev_path: Path = _DEV) -> Iterator[Attached]:
    """Hubs are left out."""
    if not sys.platform.startswith("linux"):
        raise CannotLook("linux_only")
    if not sys_path.is_dir():
        return
    for device in sorted(sys_path.iterdir()):
        vendor, product = _read(device / "idVendor"), _read(device / "idProduct")
        if not vendor or not product or _read(device / "bDeviceClass") == _HUB:
            continue
        says = " ".join(word for word in (_read(device / "manufacturer"), _read(device / "product")) if word)
        yield Attached(
            "usb", f"{vendor}:{product}", says, tuple(_fits(device, int(vendor, 16), int(product, 16), dev_path))
        )


def _fits(device: Path, vendor: int, product: int, dev_path: Path) -> Iterator[Fit]:
    if (vendor, product) == SAM_MODULE:
        yield Fit("card_reader", "sam_usb")
        return
    for part in sorted(device.glob(f"{device.name}:*")):
        kind = _read(part / "bInterfaceClass")
        if kind == _PRINTER:
            yield from (
                Fit("printer", "escpos_usb", {"device": str(dev_path / "usb" / node.name)})
                for node in sorted((part / "usbmisc").glob("lp*"))
            )
        elif (kind, _read(part / "bInterfaceProtocol")) == _KEYBOARD:
            yield Fit("scanner", "keyboard_wedge")
        elif kind == _OTHER:
            # A maker's own class: where it is a card reader's module, this is how it is reached.
            yield Fit("card_reader", "sam_usb", {"vendor": vendor, "product": product})


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
