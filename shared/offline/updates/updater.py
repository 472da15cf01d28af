"""What the running program does about updates: asks, fetches, checks, fills the free slot, and leaves when it may.

No thread of its own: whoever runs it calls ``step`` and comes again after the seconds it answers.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from shared.domain.errors import HallError
from shared.domain.updates.accepting import Offered, Wanted, refusal
from shared.domain.updates.signing import is_signed
from shared.domain.updates.slots import Slots, Trial, on_trial
from shared.domain.updates.versions import Version
from shared.offline.media.fetching import Fetching, Source
from shared.offline.media.manifest import ManifestItem, MediaManifest
from shared.offline.media.store import MediaStore, free_bytes
from shared.offline.updates.folder import SlotFolder
from shared.offline.updates.settings import HEALTHY_ENV, TRIAL_ENV, UpdateSettings
from shared.schemas.updates import SignedManifest, UpdateAnswer, UpdateReport, WantedUpdate

log = logging.getLogger(__name__)
EVERY_S: Final = 60.0
SOON_S: Final = 2.0
# So long a new version lives, and draws, before it may say that it has come up.
SETTLED_S: Final = 30.0
# What keeps a version from coming here until somebody makes room: keys of ``updates.why``.
HELD_UP: Final = {
    "disk_full": "no_room", "media_disk_fault": "disk", "updates_disk": "disk", "media_wrong_bytes": "wrong_bytes",
}  # fmt: skip


class Server(Protocol):
    """The hall's; blocking, HallError. ``HallClient`` is one."""

    def wanted_update(self) -> UpdateAnswer: ...
    def report_update(self, said: UpdateReport) -> UpdateAnswer: ...
    def release_manifest(self, release_id: str) -> SignedManifest: ...


class Updater:
    """One thread. ``hindrance``: why the program must not leave now, empty: it may; ``alive``: whether its screen is
    drawn; ``leave``: asks it to end, once everything is ready; ``room``: the free bytes of a folder's disk."""

    def __init__(
        self, settings: UpdateSettings, server: Server, source: Source, *, hindrance: Callable[[], str],
        alive: Callable[[], bool], leave: Callable[[], object], lock: str = "", every_s: float = EVERY_S,
        settled_s: float = SETTLED_S, now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic, room: Callable[[Path], int] = free_bytes,
    ) -> None:  # fmt: skip
        self._settings, self._server = settings, server
        self._hindrance, self._alive, self._leave = hindrance, alive, leave
        self._lock, self._every_s, self._settled_s, self._now, self._clock = lock, every_s, settled_s, now, clock
        self.folder = SlotFolder(settings.folder, settings.keys, room=room)
        self._store = MediaStore(settings.folder / "downloads", room=room)
        self._fetching = Fetching(self._store, source)
        self._began = clock()
        self._told: dict[UUID, tuple[str, str]] = {}
        # Of which release, and whose archive is on its way.
        self._manifest: tuple[str, SignedManifest] | None = None
        self._coming = ""
        self._ready: tuple[UUID, str] | None = None
        self._refused: UUID | None = None
        self._left = False

    def step(self) -> float:
        """Do what is next; answers in how many seconds to come again. Never raises a HallError."""
        if self._left:
            return self._every_s
        try:
            return self._step()
        except HallError as error:
            log.info("updates: %s", error.code)
            return self._every_s

    def _step(self) -> float:
        slots = self.folder.load()
        wanted = self._server.wanted_update().wanted
        if slots.trial is not None:
            # A launcher that could not count the start has started what is known to be good.
            return self._again(slots, slots.trial) if os.environ.get(TRIAL_ENV) == "" else self._prove()
        last = slots.last
        if last is not None:
            self._tell(last.rollout, last.result, last.code)
        if wanted is None or wanted.rollout_id == self._refused or (last and last.rollout == wanted.rollout_id):
            self._manifest = self._ready = None
            return self._every_s
        if self._ready is None or self._ready[0] != wanted.rollout_id:
            return self._bring(wanted)
        if not self._is_told(wanted, "ready"):
            self._tell(wanted.rollout_id, "ready")
        if not wanted.may_switch or self._hindrance():
            return min(self._every_s, 10 * SOON_S)
        self._switch(wanted)
        return self._every_s

    def _prove(self) -> float:
        """This version is on trial: the server answers it, and its screen is drawn for a while."""
        if not self._alive():
            self._began = self._clock()
        elif self._clock() - self._began >= self._settled_s:
            say_healthy()
        return min(1.0, self._every_s)

    def _again(self, slots: Slots, trial: Trial) -> float:
        """Once what has to be remembered can be, leave once more."""
        try:
            self.folder.save(slots)
        except HallError as error:
            self._tell(trial.rollout, "ready", HELD_UP[error.code])
            raise
        if not self._hindrance():
            self._tell(trial.rollout, "trying")
            self._left = True
            self._leave()
        return min(self._every_s, 10 * SOON_S)

    def _bring(self, wanted: WantedUpdate) -> float:
        """A step on the way to a filled slot."""
        signed = self._checked(wanted)
        if signed is None:
            return self._every_s
        if not self._is_told(wanted, "fetching"):
            self._tell(wanted.rollout_id, "fetching")
        item = ManifestItem(sha256=wanted.archive, size=wanted.size)
        archive = self._store.path(wanted.archive)
        if archive is None:
            if not self._fetching.busy or self._coming != wanted.archive:
                self._fetching.want(MediaManifest.of([item], {"release": wanted.release_id}))
                self._coming = wanted.archive
            wait, error = self._fetching.step(), self._fetching.error
            code = HELD_UP.get(error.code, "") if error is not None else ""
            # That bytes come tells not whether they are the right ones this time.
            if code or self._told.get(wanted.rollout_id) != ("fetching", "wrong_bytes"):
                self._tell(wanted.rollout_id, "fetching", code)
            return wait if self._fetching.busy else 0.0
        try:
            slot = self.folder.fill(signed, archive)
        except HallError as error:
            if error.code == "release_damaged":
                # Signed so: fetching it again would not mend it.
                self._refuse(wanted, "damaged")
            elif error.code in HELD_UP:
                self._tell(wanted.rollout_id, "fetching", HELD_UP[error.code])
            raise
        self._ready = wanted.rollout_id, slot
        return 0.0

    def _checked(self, wanted: WantedUpdate) -> SignedManifest | None:
        """The release's manifest; None when it is refused, which the server is told."""
        if self._manifest is not None and self._manifest[0] == wanted.release_id:
            return self._manifest[1]
        signed = self._server.release_manifest(wanted.release_id)
        code = self._refusal(signed, wanted)
        if code:
            self._refuse(wanted, code)
            return None
        self._manifest = wanted.release_id, signed
        return signed

    def _refusal(self, signed: SignedManifest, wanted: WantedUpdate) -> str:
        raw = signed.signed.encode()
        if not is_signed(raw, signed.signature, self._settings.keys):
            return "wrong_signature"
        if hashlib.sha256(raw).hexdigest() != wanted.release_id:
            return "swapped"
        try:
            said = signed.read()
        except HallError:
            return "unreadable"
        if said.archive_size != wanted.size:
            return "swapped"
        floor = max(self._settings.floor, Version.parse(self.folder.load().floor))
        offered = Offered(
            Version.parse(said.version), said.archive, said.expires, Version.parse(said.minimum_server), said.lock
        )
        return refusal(
            offered, Wanted(Version.parse(wanted.version), wanted.archive), floor=floor, now=self._now(),
            server=Version.parse(wanted.server_version), lock=self._lock,
        )  # fmt: skip

    def _refuse(self, wanted: WantedUpdate, code: str) -> None:
        log.error("the release %s is refused: %s", wanted.version, code)
        self._tell(wanted.rollout_id, "refused", code)
        self._refused, self._manifest = wanted.rollout_id, None

    def _switch(self, wanted: WantedUpdate) -> None:
        assert self._ready is not None and self._manifest is not None
        floor = self._manifest[1].read().floor
        slots = self.folder.load()
        try:
            # What can't be remembered can't be tried.
            self.folder.save(slots)
        except HallError as error:
            self._tell(wanted.rollout_id, "ready", HELD_UP[error.code])
            raise
        self._tell(wanted.rollout_id, "trying")
        self.folder.save(on_trial(slots, Trial(self._ready[1], wanted.rollout_id, wanted.version, floor)))
        self._left = True
        self._leave()

    def _is_told(self, wanted: WantedUpdate, state: str) -> bool:
        """Also with the reason why it does not go on."""
        return self._told.get(wanted.rollout_id, ("", ""))[0] == state

    def _tell(self, rollout: UUID, state: str, code: str = "") -> None:
        """Once by this program while it is so; HallError when it does not come through, and once more later."""
        if self._told.get(rollout) == (state, code):
            return
        try:
            said = {"rollout_id": rollout, "state": state, "code": code}
            self._server.report_update(UpdateReport.model_validate(said))
        except HallError as error:
            if not error.is_final:
                raise
            # A rollout that nobody knows any more.
            log.info("not reported: %s", error.code)
        self._told[rollout] = state, code


def say_healthy() -> None:
    """Tell the launcher, where there is one, that this version has come up; harmless when repeated."""
    number = os.environ.get(HEALTHY_ENV, "")
    if number.isdigit():
        with suppress(OSError):
            os.write(int(number), b"+")
        os.environ.pop(HEALTHY_ENV)
