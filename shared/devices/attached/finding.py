"""Every place a device can be attached, looked at one after the other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.schemas.device_health import DeviceKind

_log = logging.getLogger(__name__)
Place = Literal["serial", "usb", "pcsc", "camera", "print_queue", "audio"]


@dataclass(frozen=True)
class Fit:
    """A driver that can drive it, and the settings by which it does."""

    kind: DeviceKind
    driver: str
    settings: dict[str, Any] = field(default_factory=dict)

    def words(self) -> str:
        """The lines of a profile, told in one."""
        words = [f"[devices.{self.kind}]", f'driver = "{self.driver}"']
        return "  ".join(words + [f"{key} = {_toml(value)}" for key, value in self.settings.items()])


@dataclass(frozen=True)
class Attached:
    """One thing: where it is, its name there, what it says of itself."""

    place: Place
    name: str
    says: str
    fits: tuple[Fit, ...]


@dataclass(frozen=True)
class Look:
    """What one place holds; `fault` says why it could not be looked at, a key of ``devices.look.fault``."""

    place: Place
    found: tuple[Attached, ...] = ()
    fault: str = ""


class CannotLook(Exception):
    """`code` names the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Finder = Callable[[], Iterable[Attached]]


def look_around(finders: dict[Place, Finder] | None = None) -> list[Look]:
    """Every place, in a fixed order. Blocks for a second or two; never raises."""
    return [_look(place, finder) for place, finder in (finders or _finders()).items()]


def _finders() -> dict[Place, Finder]:
    # Here, so that a machine without one of the libraries can look at the other places.
    from shared.devices.attached import media, serial_ports, services, usb_bus

    return {
        "serial": serial_ports.find,
        "usb": usb_bus.find,
        "pcsc": services.card_readers,
        "camera": media.cameras,
        "print_queue": services.print_queues,
        "audio": media.audio_outputs,
    }


def _look(place: Place, finder: Finder) -> Look:
    try:
        return Look(place, tuple(finder()))
    except CannotLook as reason:
        return Look(place, fault=reason.code)
    except ImportError as reason:
        _log.info("%s: %s", place, reason)
        return Look(place, fault="library_missing")
    except Exception:
        # Drivers of the system fail in ways of their own; the other places are still worth a look.
        _log.exception("%s cannot be looked at", place)
        return Look(place, fault="failed")


def _toml(value: Any) -> str:
    return f"0x{value:04X}" if isinstance(value, int) else '"' + str(value).replace("\\", "\\\\") + '"'
