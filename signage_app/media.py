"""The wall's pictures and films on its own disk, the program that waits for them, and the proof of what was shown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.offline.journal import Journal
from shared.offline.media.fetching import Fetching
from shared.offline.media.keeper import MediaKeeper
from shared.offline.media.manifest import ManifestItem, MediaManifest
from shared.offline.media.plays import ProofOfPlay
from shared.offline.media.store import MediaStore
from shared.schemas.signage import SignageProgram
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)


class WallMedia(QObject):
    """Main thread only; one thread of its own fetches and tells."""

    # A program all of whose files are here.
    ready = Signal(object)
    _here = Signal(object)

    def __init__(
        self, client: HallClient, folder: Path, today: Callable[[], date], parent: QObject | None = None
    ) -> None:  # fmt: skip
        """``folder`` is the wall's own; ``today`` answers the hall's day. HallError where the disk can't be used."""
        super().__init__(parent)
        self.store = MediaStore(folder / "media")
        self._proof = self._make_proof(folder / "plays.db", client)
        self._keeper = MediaKeeper(
            Fetching(self.store, client.open_media), self._here.emit, proof=self._proof, today=today
        )
        self._today = today
        # The last one the server told of, until its files are here.
        self._coming: tuple[MediaManifest, SignageProgram] | None = None
        self._here.connect(self._came)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """After the client was closed: what is under way ends with it."""
        self._keeper.stop()
        if self._proof is not None:
            self._proof.journal.close()

    def take(self, program: SignageProgram) -> None:
        """What the wall plays from now on, or as soon as it can: until then it goes on as it was."""
        items = [ManifestItem(sha256=one.media, size=one.size) for one in program.media]
        manifest = MediaManifest.of(items, {"program": program.hash})
        self._coming = (manifest, program)
        if not self.store.missing(manifest):
            self._came(manifest)
        self._keeper.want(manifest)

    def note(self, media: str, zone: str, began: datetime, seconds: float, whole: bool) -> None:
        """It was on the wall; kept at once, told to the server when there is one."""
        proof, day = self._proof, self._today()
        if proof is None:
            return
        ended = began + timedelta(seconds=seconds)
        run_in_background(
            lambda: proof.shown(media, began, ended, day=day, place=zone, whole=whole), None, _not_noted, owner=self
        )

    def _came(self, manifest: MediaManifest) -> None:
        if self._coming is not None and manifest == self._coming[0]:
            program = self._coming[1]
            self._coming = None
            self.ready.emit(program)

    def _make_proof(self, path: Path, client: HallClient) -> ProofOfPlay | None:
        try:
            return ProofOfPlay(Journal(path), client.upload_plays)
        except (HallError, OSError) as error:
            # A wall that can't write down what it shows still shows it.
            log.warning("no proof of play: %s", error)
            return None


def _not_noted(error: HallError) -> None:
    log.warning("a play was not noted: %s", error.code)
