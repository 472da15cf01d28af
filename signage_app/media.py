"""The wall's pictures and films on its own disk, the program that waits for them, and the proof of what was shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from shared.client.hall_client import HallClient
from shared.offline.media.fetching import Fetching
from shared.offline.media.keeper import MediaKeeper
from shared.offline.media.manifest import ManifestItem, MediaManifest
from shared.offline.media.store import MediaStore
from shared.schemas.signage import SignageProgram
from shared.ui.play_notes import PlayNotes


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
        self.notes = PlayNotes(client, folder / "plays.db", today, self)
        self._keeper = MediaKeeper(
            Fetching(self.store, client.open_media), self._here.emit, proof=self.notes.proof, today=today
        )
        # The last one the server told of, until its files are here.
        self._coming: tuple[MediaManifest, SignageProgram] | None = None
        self._here.connect(self._came)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """After the client was closed: what is under way ends with it."""
        self._keeper.stop()
        self.notes.close()

    def take(self, program: SignageProgram) -> None:
        """What the wall plays from now on, or as soon as it can: until then it goes on as it was."""
        items = [ManifestItem(sha256=one.media, size=one.size) for one in program.media]
        manifest = MediaManifest.of(items, {"program": program.hash})
        self._coming = (manifest, program)
        if not self.store.missing(manifest):
            self._came(manifest)
        self._keeper.want(manifest)

    def note(self, media: str, zone: str, began: datetime, seconds: float, whole: bool) -> None:
        """It was on the wall."""
        self.notes.note(media, zone, began, seconds, whole)

    def _came(self, manifest: MediaManifest) -> None:
        if self._coming is not None and manifest == self._coming[0]:
            program = self._coming[1]
            self._coming = None
            self.ready.emit(program)
