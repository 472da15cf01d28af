"""Second-generation identity cards: the worker behind every way to a SAM-V module (serial line, USB).

A card that was read is not read again until it was lifted. Most modules do not find a lying card twice, so its leaving
cannot be seen: it counts as taken away `lift_s` after the reading, or at once when another card is found. A module that
does find it again tells its leaving itself.
"""

from __future__ import annotations

import importlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from shared.devices.card_reader.protocol import (
    CardFailed,
    CardNoticed,
    CardPresented,
    CardReaderEvent,
    CardRemoved,
    ReaderBack,
    ReaderLost,
)
from shared.devices.card_reader.sam_dialogue import Dialogue, SamLine, Silent
from shared.devices.card_reader.sam_frames import (
    FIND,
    GET_SAM_ID,
    GET_STATUS,
    READ,
    READ_ADDRESS,
    RESET,
    SELECT,
    Answer,
    Command,
    Status,
    sam_number,
    split_record,
)
from shared.devices.card_reader.sam_texts import IdentityDocument, read_text, words
from shared.devices.listened import ListenedDevice
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceHealth

_log = logging.getLogger(__name__)
_RETRY_S = 0.5
_READ_TRIES = 3
_SILENCES = 5  # questions in a row without an answer: the reader is gone or hangs
_MISSES = 2  # looks in a row without a card: it is really gone; some modules miss every second look
_OUT_OF_ORDER = (Status.SELF_TEST_FAILED, Status.NOT_AUTHORISED)

PhotoDecoder = Callable[[bytes], bytes]  # the card's 1024 bytes -> a picture file


class _OutOfOrder(Exception):
    """The reader answers, but its module cannot read cards."""


class _TakenAway(Exception):
    """The card is no longer found, though it was not read."""


@dataclass
class _Lying:
    """A card that was told of and is done with."""

    done_at: float
    found_again: bool = False
    misses: int = 0


class SamReader(ListenedDevice[CardReaderEvent]):
    """One module. `open_line` opens the way to it and raises OSError while it is not there."""

    def __init__(
        self,
        open_line: Callable[[], SamLine],
        *,
        driver: str,
        place: str,
        added_address: bool = False,
        photo_decoder: PhotoDecoder | None = None,
        poll_s: float = 0.3,
        lift_s: float = 10.0,
    ) -> None:
        self._open_line = open_line
        self._place, self._module = place, ""
        self._added_address, self._photo_decoder = added_address, photo_decoder
        self._poll_s, self._lift_s = poll_s, lift_s
        super().__init__("card_reader", driver, f"{driver} {place}")
        self._lost: bool | None = None
        self._code = "starting"
        self._lying: _Lying | None = None

    def health(self) -> DeviceHealth:
        detail = ", SAM ".join(part for part in (self._place, self._module) if part)
        return self.standing(self._code if self._lost else "", self._code, detail)

    # ---- the reader

    def work(self) -> None:
        while not self.stopping.is_set():
            try:
                line = self._open_line()
                try:
                    self._serve(Dialogue(line, self.stopping.is_set))
                finally:
                    line.close()
            except _OutOfOrder as reason:
                self._lose("reader_module_failed", reason)
            except (OSError, Silent) as reason:
                self._lose("reader_unplugged", reason)
            self.stopping.wait(_RETRY_S)

    def _serve(self, dialogue: Dialogue) -> None:
        """Look for cards until the line or the driver ends."""
        try:
            self._ask(dialogue, GET_STATUS)
        except _OutOfOrder:
            self._ask(dialogue, RESET)
        self._module = sam_number(self._ask(dialogue, GET_SAM_ID).data)
        _log.info("%s: module %s", self._place, self._module or "without a number")
        self._lost, self._lying, self._code = False, None, ""
        self.tell(ReaderBack())
        while not self.stopping.is_set():
            self._look(dialogue)
            self.stopping.wait(self._poll_s)

    def _ask(self, dialogue: Dialogue, command: Command) -> Answer:
        """An answer of a module that works; a reader may miss a question, but not several in a row."""
        for last in (False,) * (_SILENCES - 1) + (True,):
            try:
                answer = dialogue.ask(command)
            except Silent:
                if last or self.stopping.is_set():
                    raise
                continue
            if answer.status in _OUT_OF_ORDER:
                raise _OutOfOrder(f"{self._place}: status {answer.status:02X}")
            return answer
        raise Silent

    def _lose(self, code: str, reason: Exception) -> None:
        """Tell once that there is no reader; a card that lay there is no longer known."""
        if (self._lost, self._code) != (True, code) and not self.stopping.is_set():
            _log.warning("%s: %s (%s)", self._place, code, reason or type(reason).__name__)
            self._lost, self._code, self._lying = True, code, None
            self.tell(ReaderLost(code))

    # ---- cards

    def _look(self, dialogue: Dialogue) -> None:
        found = self._ask(dialogue, FIND).status == Status.FOUND
        if self._lying is not None and self._lies_on(self._lying, found):
            return
        if self._lying is not None:
            self._lying = None
            self.tell(CardRemoved())
        if found:
            self._take(dialogue)

    def _lies_on(self, lying: _Lying, found: bool) -> bool:
        """Whether the card that is done with is still there."""
        if found:
            lying.found_again = lying.found_again or lying.misses < _MISSES
            lying.misses, before = 0, lying.misses
            return before < _MISSES
        lying.misses += 1
        gone = lying.found_again or time.monotonic() - lying.done_at >= self._lift_s
        return not gone or lying.misses < _MISSES

    def _take(self, dialogue: Dialogue) -> None:
        """Read the card that was found and tell what came of it."""
        self.tell(CardNoticed())
        self._lying = _Lying(time.monotonic())
        try:
            card = self._read(dialogue)
        except _TakenAway:
            self._fail("card_removed_early")
            self._lying = None
            self.tell(CardRemoved())
        except HallError as error:
            self._lying.found_again = True  # only a card that was read is not found again
            self._fail(error.code)
        except (OSError, Silent):
            self._fail("reader_unplugged")
            raise
        except _OutOfOrder:
            self._fail("reader_module_failed")
            raise
        else:
            self._lying.done_at = time.monotonic()
            self._code = ""
            self.tell(CardPresented(card))

    def _read(self, dialogue: Dialogue) -> IdentityDocument:
        commands: tuple[Command, ...] = (SELECT, READ)
        for _ in range(_READ_TRIES):
            silent = False
            try:
                record = self._record(dialogue, commands)
            except Silent:
                record, silent = None, True  # whether the card or the reader fell silent shows when it is looked for
            if record is not None:
                text, photo = split_record(record)
                card = read_text(text, date.today())
                return card.with_added(self._address(dialogue), self._picture(photo))
            if self._still_there(dialogue):
                commands = (SELECT, READ)
            elif silent:
                commands = (READ,)  # the card was perhaps read, and so is not found; only its answer was lost
            else:
                raise _TakenAway
        raise HallError("card_unreadable")

    def _record(self, dialogue: Dialogue, commands: tuple[Command, ...]) -> bytes | None:
        """The card's data; None when it may go better another time. HallError when it will not."""
        for command in commands:
            answer = dialogue.ask(command)
            if answer.status in _OUT_OF_ORDER:
                raise HallError("reader_module_failed")  # a look at the module tells whether it still works
            if answer.status == Status.WRONG_CARD_TYPE:
                raise HallError("card_not_supported")
            if answer.status != Status.SUCCESS:
                _log.info("%s: command %s ended with %02X", self._place, command.code.hex(), answer.status)
                return None
        return answer.data

    def _still_there(self, dialogue: Dialogue) -> bool:
        for _ in range(_MISSES):
            if self._ask(dialogue, FIND).status == Status.FOUND:
                return True
            self.stopping.wait(self._poll_s)
        return False

    def _address(self, dialogue: Dialogue) -> str:
        """The newest added address, where the hall wants it and the card has one; a failure costs only the address."""
        if not self._added_address:
            return ""
        try:
            answer = dialogue.ask(READ_ADDRESS)
        except Silent:
            return ""
        return words(answer.data) if answer.status == Status.SUCCESS else ""

    def _picture(self, photo: bytes) -> bytes | None:
        if self._photo_decoder is None or not photo:
            return None
        try:
            return self._photo_decoder(photo)
        except Exception as error:
            # Whatever a foreign library says of a photo may be about a person.
            _log.warning("%s: the photo decoder failed with %s", self._place, type(error).__name__)
            return None

    def _fail(self, code: str) -> None:
        self._code = code
        self.tell(CardFailed(HallError(code)))


def find_decoder(name: str) -> PhotoDecoder | None:
    """The decoder a setting names as "package.module:function"; none for "". HallError device_setting_wrong."""
    if not name:
        return None
    module, _, function = name.partition(":")
    try:
        decoder: PhotoDecoder = getattr(importlib.import_module(module), function)
    except Exception as reason:  # foreign code: a library it wants may be missing or of another system
        _log.warning("photo decoder %s: %s", name, reason)
        raise HallError("device_setting_wrong", setting=f"photo_decoder = {name!r}") from None
    if not callable(decoder):
        raise HallError("device_setting_wrong", setting=f"photo_decoder = {name!r}")
    return decoder
