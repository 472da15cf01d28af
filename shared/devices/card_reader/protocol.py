"""What every card reader can do: say when a card was read, was taken away, or the reader is gone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from shared.domain.errors import HallError
from shared.domain.id_numbers import IdentityKind, mask
from shared.schemas.device_health import DeviceHealth


@dataclass(frozen=True, repr=False)
class IdentityCard:
    """A read card. Lives in memory only; its repr is safe to log."""

    kind: IdentityKind
    number: str
    name: str
    valid_to: date | None = None

    @property
    def masked_number(self) -> str:
        """The number with its middle hidden, for screens."""
        return mask(self.number)

    def expired(self, today: date) -> bool:
        """Whether the card's last day has passed."""
        return self.valid_to is not None and self.valid_to < today

    def __repr__(self) -> str:
        return f"IdentityCard({self.kind.value}, {self.masked_number})"


@dataclass(frozen=True)
class CardNoticed:
    """A card lies on the reader; reading has begun and ends in CardPresented, StaffCardPresented or CardFailed."""


@dataclass(frozen=True)
class CardPresented:
    """A card was read completely. Comes once per card laid down."""

    card: IdentityCard


@dataclass(frozen=True, repr=False)
class StaffCardPresented:
    """A card was read that says nothing of its holder, only its own number: what staff cards are.

    Comes once per card laid down. The number proves something to the server, so its repr does not show it.
    """

    number: str

    def __repr__(self) -> str:
        return f"StaffCardPresented({len(self.number)} characters)"


@dataclass(frozen=True)
class CardFailed:
    """A card lies (or lay) on the reader but could not be read."""

    error: HallError


@dataclass(frozen=True)
class CardRemoved:
    """The card was taken away."""


@dataclass(frozen=True)
class ReaderLost:
    """The reader does not answer any more; typing the number must be offered. `code` names the text."""

    code: str


@dataclass(frozen=True)
class ReaderBack:
    """The reader answers (again)."""


CardReaderEvent = CardNoticed | CardPresented | StaffCardPresented | CardFailed | CardRemoved | ReaderLost | ReaderBack
CardListener = Callable[[CardReaderEvent], None]


class CardReader(Protocol):
    """One reader with one worker thread of its own."""

    def open(self, listener: CardListener) -> None:
        """Start the worker and return at once; `listener` is called on the worker thread, never after close()."""

    def close(self) -> None:
        """Stop the worker and wait for it (at most some seconds); harmless when repeated."""

    def health(self) -> DeviceHealth:
        """How the reader is, from memory: never blocks."""
