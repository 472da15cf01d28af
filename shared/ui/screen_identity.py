"""Which screen this is: still to be known when it was unplugged and plugged in again, perhaps under another name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from PySide6.QtCore import QRect


class KnownScreen(Protocol):
    """As much of a QScreen as tells it from others."""

    def name(self) -> str: ...
    def manufacturer(self) -> str: ...
    def model(self) -> str: ...
    def serialNumber(self) -> str: ...
    def geometry(self) -> QRect: ...


Screen = TypeVar("Screen", bound=KnownScreen)


@dataclass(frozen=True)
class ScreenIdentity:
    """What a screen said of itself. ``box``: where it stands, and its size in pixels."""

    name: str
    maker: str
    model: str
    serial: str
    box: tuple[int, int, int, int]

    @classmethod
    def of(cls, screen: KnownScreen) -> ScreenIdentity:
        box = screen.geometry()
        return cls(
            screen.name(), screen.manufacturer(), screen.model(), screen.serialNumber(),
            (box.x(), box.y(), box.width(), box.height()),
        )  # fmt: skip

    def find(self, screens: Iterable[Screen]) -> Screen | None:
        """The one of these that is this screen; None when it is away."""
        rated = [(self._likeness(ScreenIdentity.of(one)), one) for one in screens]
        likeness, found = max(rated, key=lambda pair: pair[0], default=((False,), None))
        return found if any(likeness) else None

    def _likeness(self, other: ScreenIdentity) -> tuple[bool, ...]:
        """The larger the liker, all False for another screen.

        A serial number is the monitor's, a name only its socket's, and systems count sockets anew. Cheap monitors share
        one number, so that name and place decide between them.
        """
        if self.serial and other.serial and self.serial != other.serial:
            return (False,) * 4
        same_kind = (self.maker, self.model) == (other.maker, other.model)
        same_serial = bool(self.serial) and self.serial == other.serial and same_kind
        same_name, same_box = self.name == other.name, self.box == other.box
        is_it = same_serial or same_name or (bool(self.model) and same_kind and same_box)
        return is_it, is_it and same_serial, is_it and same_name, is_it and same_box
