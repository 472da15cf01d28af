"""The second machine at work: takes a first copy, follows the log, looks again and again whether all of it is whole."""

from __future__ import annotations

import hashlib
import logging
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import requests

from server.features.backup import archive
from server.features.standby.kept import DATABASE, Copy, State
from server.features.standby.media import MediaCopy
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
PAUSE_S: Final = 1.0
READ_S: Final = 60.0
VERIFY_S: Final = 60.0
NOTE_S: Final = 1.0
# No second machine can follow such a server, whatever it tries.
NEVER: Final = frozenset({"standby_needs_sqlite"})


class Following:
    """``said``: told once, when the copy is level with the hall for the first time."""

    def __init__(
        self, data: Path, client: HallClient, address: str = "", said: Callable[[], None] = lambda: None,
        *, verify_s: float = VERIFY_S,
    ) -> None:  # fmt: skip
        self._copy = Copy(data)
        self._media = MediaCopy(data, client)
        self._client = client
        self._headers = {"zhiting-address": address} if address else {}
        self._said = said
        self._verify_s = verify_s
        self._verify_at = time.monotonic() + verify_s
        self._note_at = 0.0
        self._ready = False
        self._ending = threading.Event()

    def stop(self) -> None:
        self._ending.set()

    def run(self) -> None:
        """Until it is stopped; whatever goes wrong is tried again, and the last good copy stays.

        HallError, before there is any copy: this server is none to be followed.
        """
        # Beside it: an hour of video keeps no change waiting.
        beside = threading.Thread(target=self._media.run, args=(self._ending,), name="standby-media")
        beside.start()
        try:
            self._follow()
        finally:
            self._ending.set()
            beside.join()

    def _follow(self) -> None:
        follows = self._copy.read() is not None
        while not self._ending.is_set():
            try:
                if not follows:
                    self._take_copy()
                    follows = True
                self._step()
            except HallError as error:
                if error.code in ("standby_too_old", "standby_not_whole"):
                    log.warning("begins anew", extra={"code": error.code, **error.params})
                    follows = False
                    continue
                if error.code in NEVER and self._copy.state is None:
                    raise
                self._trouble(error.code)
            except (OSError, requests.RequestException) as error:
                self._trouble(type(error).__name__)

    def _trouble(self, fault: str) -> None:
        log.info("not received", extra={"fault": fault})
        if self._copy.state is not None:
            self._copy.note(fault=fault)
        self._ending.wait(PAUSE_S)

    def _take_copy(self) -> None:
        copy, scratch = self._copy, self._copy.data / "copy"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        try:
            headers, content = self._client.raw("/standby/copy", {}, self._headers, READ_S)
            packed = scratch.with_suffix(".backup")
            packed.write_bytes(content)
            archive.unpack(packed, scratch)
            packed.unlink()
            page = int.from_bytes((scratch / DATABASE).read_bytes()[16:18]) or 4096
            copy.begin(scratch, State(self._client.server, headers["zhiting-log"], 65536 if page == 1 else page))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        log.info("first copy taken", extra={"bytes": len(content)})

    def _step(self) -> None:
        copy = self._copy
        place = copy.place
        query = {
            "salt": place.salt.hex(), "page": str(place.page), "frames": str(place.frames), "check": place.check.hex(),
        }  # fmt: skip
        asked = time.time()
        headers, content = self._client.raw("/standby/log", query, self._headers, READ_S)
        now = time.time()
        if "zhiting-log" not in headers:
            self._level(asked)
            return
        salt, page, first, frames, committed = headers["zhiting-log"].split()
        if hashlib.sha256(content).hexdigest() != headers["zhiting-sha256"]:
            raise OSError("changed on its way")
        if salt != copy.place.salt.hex():
            copy.fold()
            copy.note(salt=salt, page=int(page))
        elif content:
            copy.append(int(first), content)
        behind = int(committed) - int(frames)
        if behind == 0:
            self._level(now)
        else:
            state = copy.state
            assert state is not None
            copy.note(behind=behind * int(page), asked_at=now, lag_s=round(now - (state.level_at or now), 3))

    def _level(self, now: float) -> None:
        """Everything that was committed at ``now`` is here."""
        copy = self._copy
        state = copy.state
        assert state is not None
        first = not state.whole
        if first or time.monotonic() >= self._note_at:
            self._note_at = time.monotonic() + NOTE_S
            copy.note(whole=True, asked_at=time.time(), level_at=now, lag_s=0.0, behind=0, fault="")
        if first or time.monotonic() >= self._verify_at:
            self._verify_at = time.monotonic() + self._verify_s
            facts = copy.verify()
            copy.note(verified_at=time.time(), verified_seq=facts.seq)
            log.info("verified", extra={"epoch": facts.epoch, "seq": facts.seq})
        if not self._ready:
            self._ready = True
            self._said()
