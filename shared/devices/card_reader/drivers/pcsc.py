"""Card readers over PC/SC: social-security cards, and the number of staff cards. Survives readers and service going.

pyscard's own CardMonitor is not used: its thread dies for good when the card service restarts.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from smartcard import scard  # type: ignore[import-untyped]

from shared.devices.card_reader.protocol import (
    CardFailed,
    CardNoticed,
    CardPresented,
    CardReaderEvent,
    CardRemoved,
    ReaderBack,
    ReaderLost,
    StaffCardPresented,
)
from shared.devices.card_reader.social_security_card import read_card
from shared.devices.card_reader.staff_card import serial_number
from shared.devices.listened import ListenedDevice
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceHealth

_log = logging.getLogger(__name__)
_PNP = "\\\\?PnP?\\Notification"  # a reader's name to PC/SC that stands for "some reader came"
_WAIT_MS = 1000
_RETRY_S = 0.5
_READ_TRIES = 2
_PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
_READER_GONE = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE


class _ServiceLost(Exception):
    """The card service does not answer; connect to it anew."""


class _CardLost(Exception):
    """A command did not reach the card."""


@dataclass
class _Slot:
    """One reader and the state PC/SC told last."""

    state: int = scard.SCARD_STATE_UNAWARE
    card_told: bool = False


class PcscCardReader(ListenedDevice[CardReaderEvent]):
    """All readers whose name contains `reader` (empty: every reader), as one."""

    def __init__(self, reader: str = "") -> None:
        self._wanted = reader.lower()
        super().__init__("card_reader", "pcsc", "pcsc reader")
        self._context: Any = None
        self._slots: dict[str, _Slot] = {}
        self._lost_code: str | None = None
        self._heard = False  # whether the listener was told how the reader is
        self._card_code = ""

    def wake(self) -> None:
        context = self._context
        if context is not None:
            scard.SCardCancel(context)

    def health(self) -> DeviceHealth:
        lost = (self._lost_code or "") if self._heard else None
        return self.standing(lost, self._card_code, ", ".join(self._slots))

    # ---- the worker

    def work(self) -> None:
        while not self.stopping.is_set():
            try:
                self._session()
            except _ServiceLost as reason:
                _log.warning("card service: %s", reason)
                self._lose("reader_service_down")
                self.stopping.wait(_RETRY_S)

    def _session(self) -> None:
        """Serve the readers through one context, until the service or the driver ends."""
        result, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        _check(result)
        try:
            while not self.stopping.is_set():
                self._list_readers()
                for name, state in self._changes():
                    self._take(name, state)
        finally:
            context, self._context = self._context, None
            scard.SCardReleaseContext(context)

    def _list_readers(self) -> None:
        result, names = scard.SCardListReaders(self._context, [])
        if result in (scard.SCARD_E_NO_READERS_AVAILABLE, scard.SCARD_E_UNKNOWN_READER):
            names = []
        else:
            _check(result)
        wanted = [name for name in names if self._wanted in name.lower()]
        for name in self._slots.keys() - set(wanted):
            self._forget(name)
        for name in wanted:
            self._slots.setdefault(name, _Slot())
        if not self._slots:
            self._lose("reader_unplugged")
        elif self._lost_code is not None or not self._heard:
            self._lost_code, self._card_code, self._heard = None, "", True
            self.tell(ReaderBack())

    def _changes(self, wait_ms: int = _WAIT_MS) -> list[tuple[str, int]]:
        """Wait for a change; the readers that changed, with their new states."""
        known = [(name, slot.state) for name, slot in self._slots.items()]
        result, states = scard.SCardGetStatusChange(self._context, wait_ms, [*known, (_PNP, 0)])
        if result in (scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED, scard.SCARD_E_UNKNOWN_READER):
            return []
        _check(result)
        changed = scard.SCARD_STATE_CHANGED
        return [(name, state & ~changed) for name, state, _ in states if state & changed and name in self._slots]

    def _take(self, name: str, state: int) -> None:
        slot = self._slots[name]
        slot.state = state
        if state & _READER_GONE:
            self._forget(name)  # the next listing tells whether any reader is left
        elif not state & scard.SCARD_STATE_PRESENT:
            self._card_gone(slot)
        elif not slot.card_told:
            slot.card_told = True
            self.tell(CardNoticed())
            self._read(name, slot, mute=bool(state & scard.SCARD_STATE_MUTE))

    def _read(self, name: str, slot: _Slot, mute: bool) -> None:
        code = "card_unreadable"
        for _ in range(0 if mute else _READ_TRIES):
            try:
                card = self._read_once(name)
            except HallError as error:
                code = error.code
                break
            except _CardLost as reason:
                _log.info("reading broke off: %s", reason)
                if (why := self._why_lost(name, slot)) is not None:
                    code = why
                    break
            else:
                self._card_code = ""
                self.tell(card)
                return
        self._card_code = code
        self.tell(CardFailed(HallError(code)))
        if not slot.state & scard.SCARD_STATE_PRESENT:
            self._card_gone(slot)

    def _read_once(self, name: str) -> CardPresented | StaffCardPresented:
        result, handle, protocol = scard.SCardConnect(self._context, name, scard.SCARD_SHARE_SHARED, _PROTOCOLS)
        if result != scard.SCARD_S_SUCCESS:
            raise _CardLost(scard.SCardGetErrorMessage(result))

        def transmit(command: bytes) -> tuple[bytes, int]:
            result, answer = scard.SCardTransmit(handle, protocol, list(command))
            if result != scard.SCARD_S_SUCCESS or len(answer) < 2:
                raise _CardLost(scard.SCardGetErrorMessage(result))
            return bytes(answer[:-2]), answer[-2] << 8 | answer[-1]

        try:
            return CardPresented(read_card(transmit, date.today()))
        except HallError as error:
            number = serial_number(transmit) if error.code == "card_not_supported" else ""
            if not number:
                raise
            return StaffCardPresented(number)
        finally:
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)

    def _why_lost(self, name: str, slot: _Slot) -> str | None:
        """Why commands don't reach the card; None when card and reader are still there (PC/SC may need a second)."""
        deadline = time.monotonic() + 1.0
        while not self.stopping.is_set() and (left := deadline - time.monotonic()) > 0:
            result, states = scard.SCardGetStatusChange(self._context, int(left * 1000) + 1, [(name, slot.state)])
            if result == scard.SCARD_E_TIMEOUT:
                return None
            if result != scard.SCARD_S_SUCCESS:
                return "reader_unplugged"
            slot.state = states[0][1] & ~scard.SCARD_STATE_CHANGED
            if slot.state & _READER_GONE:
                return "reader_unplugged"
            if not slot.state & scard.SCARD_STATE_PRESENT:
                return "card_removed_early"
        return None

    def _card_gone(self, slot: _Slot) -> None:
        if slot.card_told:
            slot.card_told = False
            self.tell(CardRemoved())

    def _forget(self, name: str) -> None:
        self._card_gone(self._slots.pop(name))

    def _lose(self, code: str) -> None:
        """Tell once that there is no reader; a card that lay there is no longer known."""
        for name in list(self._slots):
            self._forget(name)
        if self._lost_code != code:
            self._lost_code, self._heard = code, True
            self.tell(ReaderLost(code))


def _check(result: int) -> None:
    if result != scard.SCARD_S_SUCCESS:
        raise _ServiceLost(scard.SCardGetErrorMessage(result))
