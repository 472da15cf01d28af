"""What a screen has shown, noted on its disk off the main thread and told to the server by its media's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.offline.journal import Journal
from shared.offline.media.plays import ProofOfPlay
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)


class PlayNotes(QObject):
    """Main thread only, but for ``proof``, which one other thread steps; None where the disk takes no notes."""

    def __init__(
        self, client: HallClient, path: Path, today: Callable[[], date], parent: QObject | None = None
    ) -> None:  # fmt: skip
        """``path``: the journal, of this screen alone; ``today`` answers the hall's day."""
        super().__init__(parent)
        self.proof = _opened(path, client)
        self._today = today

    def close(self) -> None:
        """After what is under way."""
        if self.proof is not None:
            self.proof.journal.close()

    def note(self, media: str, place: str, began: datetime, seconds: float, whole: bool) -> None:
        """It was shown; kept at once, told to the server when there is one."""
        proof, day = self.proof, self._today()
        if proof is None:
            return
        ended = began + timedelta(seconds=seconds)
        run_in_background(
            lambda: proof.shown(media, began, ended, day=day, place=place, whole=whole), None, _not_noted, owner=self
        )


def _opened(path: Path, client: HallClient) -> ProofOfPlay | None:
    try:
        return ProofOfPlay(Journal(path), client.upload_plays)
    except (HallError, OSError) as error:
        # A screen that can't write down what it shows still shows it.
        log.warning("no proof of play: %s", error)
        return None


def _not_noted(error: HallError) -> None:
    log.warning("a play was not noted: %s", error.code)
