"""Only one server of a hall may write: one that hears of a higher epoch stops, and says so.

What is heard is believed only with the hall's own signature (every server of a hall has its keys): a mark names the
hall and an epoch. Terminals carry the mark of the server they last listened to, and servers that know of each other
ask.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from server.auth import Keys
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
FILE: Final = "demoted.json"
HEADER: Final = "zhiting-epoch"
LOOK_S: Final = 1.0
_MARK: Final = "zte"
_LONGEST: Final = 400


class Fence:
    """Of one server process; the file tells the other processes, and the next start."""

    def __init__(self, data: Path, keys: Keys) -> None:
        self._file = data / FILE
        self._keys = keys
        self._hall = ""
        self.epoch = 0
        # What this server's screens carry.
        self.mark = ""
        self.demoted = 0
        # Where the server is that took over; empty while nobody has said.
        self.successor = ""
        self._heard: set[str] = set()
        self._look_at = 0.0
        # Told once, on whichever thread heard it.
        self.on_demoted: Callable[[], None] = lambda: None

    def open(self, hall_id: UUID, epoch: int) -> None:
        """The hall's row is known: from now on marks are compared with it."""
        self._hall, self.epoch = hall_id.hex, epoch
        self.mark = self._keys.sign(_MARK, {"h": self._hall, "e": epoch})
        self.look()

    def hear(self, mark: str, address: str = "") -> None:
        """Somebody carries this mark; anything that is not the hall's own is as good as nothing.

        ``address``: of the server whose own mark it is, where that is known.
        """
        if mark == self.mark or not mark or len(mark) > _LONGEST or mark in self._heard or not self._hall:
            return
        claims = self._keys.verify(_MARK, mark)
        if claims is None or claims.get("h") != self._hall or not isinstance(claims.get("e"), int):
            return
        if claims["e"] <= self.epoch:
            # A screen that comes from before the change; told apart once, not with each of its requests.
            if len(self._heard) > 100:
                self._heard.clear()
            self._heard.add(mark)
            return
        if not self.demoted or (address and not self.successor):
            self._demote(claims["e"], address)

    def look(self) -> None:
        """What another process of this server heard, or this one before it was stopped."""
        try:
            said = json.loads(self._file.read_text("ascii"))
            epoch, successor = int(said["epoch"]), str(said.get("server", ""))
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError):
            log.exception("the note of a higher epoch can't be read")
            return
        if epoch > self.epoch and self._hall:
            self.successor = self.successor or successor
            self._stop(epoch)

    def refusal(self) -> HallError | None:
        """Why nothing is done here, when nothing is."""
        now = time.monotonic()
        if not (self.demoted and self.successor) and now >= self._look_at:
            self._look_at = now + LOOK_S
            self.look()
        if not self.demoted:
            return None
        return HallError("server_demoted", status=503, epoch=self.demoted, server=self.successor)

    def _demote(self, epoch: int, address: str) -> None:
        self.successor = address
        self._stop(epoch)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        said = {"epoch": epoch, "own": self.epoch, "at": now, "server": address}
        beside = self._file.with_suffix(".new")
        try:
            with beside.open("w", encoding="ascii") as file:
                json.dump(said, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self._file)
        except OSError:
            log.exception("the note of a higher epoch was not kept")

    def _stop(self, epoch: int) -> None:
        if self.demoted:
            return
        self.demoted = epoch
        log.error("another server has taken over: this one has stopped writing", extra={"epoch": epoch})
        self.on_demoted()
