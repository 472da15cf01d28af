"""Serial ports, by the name that stays the same when the device is plugged in elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from serial.tools import list_ports

from shared.devices.attached.finding import Attached, Fit

_BY_ID = Path("/dev/serial/by-id")
_DRIVERS: tuple[tuple[Any, str], ...] = (
    ("card_reader", "sam_serial"),
    ("printer", "escpos_serial"),
    ("scanner", "serial_port"),
    ("led_display", "template_frame"),
)


def find(ports: Iterable[Any] | None = None, by_id: Path = _BY_ID) -> Iterator[Attached]:
    """`ports` as pyserial lists them."""
    names = _steady_names(by_id)
    for port in sorted(list_ports.comports() if ports is None else ports, key=lambda one: str(one.device)):
        name = names.get(str(port.device), str(port.device))
        says = " ".join(str(word) for word in (port.manufacturer, port.product) if word)
        if port.vid is not None:
            says = f"{says} ({port.vid:04x}:{port.pid:04x})".strip()
        # Which of them hangs there no port can say.
        yield Attached("serial", name, says, tuple(Fit(kind, driver, {"port": name}) for kind, driver in _DRIVERS))


def _steady_names(by_id: Path) -> dict[str, str]:
    """/dev/ttyUSB0 → /dev/serial/by-id/…"""
    if not by_id.is_dir():
        return {}
    return {str(link.resolve()): str(link) for link in sorted(by_id.iterdir())}
