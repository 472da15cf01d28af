"""A card reader on the device board. Faults: unplugged, unplugged_mid_read, slow, unreadable."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from shared.devices.board_line import BoardLine, Message
from shared.devices.card_reader.protocol import (
    CardFailed,
    CardNoticed,
    CardPresented,
    CardReaderEvent,
    CardRemoved,
    IdentityCard,
    ReaderBack,
    ReaderLost,
    StaffCardPresented,
)
from shared.devices.listened import ListenedDevice
from shared.domain.errors import HallError
from shared.domain.id_numbers import IdentityKind
from shared.schemas.device_health import DeviceHealth


class SimulatedCardReader(ListenedDevice[CardReaderEvent]):
    """Reads the cards that are laid down on the board."""

    def __init__(self, board: str, name: str, *, read_s: float = 0.15, slow_s: float = 3.0) -> None:
        self._line = BoardLine(board, name, "card_reader")
        self._read_s, self._slow_s = read_s, slow_s
        super().__init__("card_reader", "simulator", f"reader {name}")
        self._linked = False
        self._fault: str | None = None
        self._pulled = False
        self._card: dict[str, Any] | None = None
        self._seen: dict[str, Any] | None = None  # the card the listener knows of
        self._lost: bool | None = None
        self._code = "starting"

    def wake(self) -> None:
        self._line.close()

    def health(self) -> DeviceHealth:
        return self.standing(self._code if self._lost else "", self._code)

    def work(self) -> None:
        while (message := self._line.receive()) is not None:
            self._apply(message)
            self._settle()
        self._line.hang_up()

    def _apply(self, message: Message) -> None:
        match message["do"]:
            case "welcome":
                self._linked, self._card, self._fault = True, message["card"], message["fault"]
            case "gone":
                self._linked = False
            case "insert_card":
                self._card = message["card"]
            case "remove_card":
                self._card = None
            case "set_fault":
                self._fault, self._pulled = message["fault"], False

    def _unplugged(self) -> bool:
        return not self._linked or self._fault == "unplugged" or self._pulled

    def _settle(self) -> None:
        """Tell the listener whatever it does not know yet, and read the card that waits."""
        while not self._line.closed:
            if self._unplugged() != self._lost:
                self._lost, self._seen = self._unplugged(), None
                self._code = "reader_unplugged" if self._lost else ""
                self.tell(ReaderLost("reader_unplugged") if self._lost else ReaderBack())
            if self._lost:
                return
            if self._seen is not None and self._card != self._seen:
                self._seen = None
                self.tell(CardRemoved())
            if self._card is None or self._seen is not None:
                return
            self._seen = self._card
            self._read_card(self._card)

    def _read_card(self, card: dict[str, Any]) -> None:
        self.tell(CardNoticed())
        half = (self._slow_s if self._fault == "slow" else self._read_s) / 2
        code = self._interrupted(card, half)
        if not code and self._fault == "unplugged_mid_read":
            self._pulled, code = True, "reader_unplugged"
        code = code or self._interrupted(card, half)
        read = None if code or self._fault == "unreadable" else _read(card)
        if read is None:
            self._code = code or "card_unreadable"
            self.tell(CardFailed(HallError(self._code)))
        else:
            self._code = ""
            self.tell(read)

    def _interrupted(self, card: dict[str, Any], seconds: float) -> str:
        """Let reading time pass; the code of what came between, or nothing."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._line.closed:
            if (message := self._line.receive(left)) is not None:
                self._apply(message)
                if self._unplugged():
                    return "reader_unplugged"
                if self._card != card:
                    return "card_removed_early"
        return ""


def _read(card: dict[str, Any]) -> CardPresented | StaffCardPresented | None:
    """The card of the board's message, of kind "staff" or of an ``IdentityKind``; None when that makes no sense."""
    try:
        if card.get("kind") == "staff":
            return StaffCardPresented(str(card["number"]))
        return CardPresented(
            IdentityCard(
                kind=IdentityKind(card.get("kind", "resident")),
                number=str(card["number"]),
                name=str(card["name"]),
                valid_to=date.fromisoformat(card["valid_to"]) if card.get("valid_to") else None,
            )
        )
    except (KeyError, ValueError, TypeError):
        return None
