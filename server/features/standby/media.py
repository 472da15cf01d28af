"""The second machine's copy of pictures and videos: fetched beside the log, each whole before it bears its name."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import Final

from server.features.media.files import FOLDER, MediaFiles
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.offline.media.fetching import Fetching
from shared.offline.media.manifest import ManifestItem, MediaManifest
from shared.offline.media.store import MediaStore
from shared.schemas.safety import StandbyMedia

log = logging.getLogger(__name__)
PATH: Final = "/standby/media"
ASK_S: Final = 10.0
# A second machine stands on the same network; the hall's screens come first.
PACE: Final = 20 * 1024 * 1024
READ_S: Final = 20.0


class MediaCopy:
    """In the folder of a copy, laid out as the hall's own, so that a promoted machine serves it as it is."""

    def __init__(self, data: Path, client: HallClient) -> None:
        self._client = client
        self._files = MediaFiles(data)
        # Nothing is removed here to make room: what does not fit is told in the log, and tried again.
        self._store = MediaStore(data / FOLDER, limit=2**62)
        self._fetching = Fetching(
            self._store, lambda sha256, offset: client.open_media(sha256, offset, PATH), pace=PACE
        )  # fmt: skip

    def run(self, ending: threading.Event) -> None:
        """Until it is told to end; whatever goes wrong is tried again."""
        wait = 0.0
        while not ending.wait(wait):
            try:
                wait = self.step()
            except (HallError, OSError) as error:
                log.info("media not received", extra={"fault": getattr(error, "code", type(error).__name__)})
                wait = ASK_S

    def step(self) -> float:
        """Fetch some of what the hall has and this machine has not; answers in how many seconds to come again."""
        if not self._fetching.busy:
            said = self._client.standby_media()
            for one in said:
                if one.thumbnail and self._store.path(one.sha256) and not self._files.thumbnail(one.sha256).exists():
                    self._take_thumbnail(one)
            wanted = MediaManifest.of([ManifestItem(sha256=one.sha256, size=one.size) for one in said])
            if not self._store.missing(wanted):
                return ASK_S
            self._fetching.want(wanted)
        wait = self._fetching.step()
        if self._fetching.error is not None:
            raise self._fetching.error
        if not self._fetching.busy:
            log.info("media level", extra={"files": len(self._store.current.items)})
            # Once more at once: their small pictures.
            return 0.0
        return wait

    def _take_thumbnail(self, one: StandbyMedia) -> None:
        to = self._files.thumbnail(one.sha256)
        _, content = self._client.raw(f"{PATH}/{one.sha256}/thumbnail", {}, {}, READ_S)
        beside = to.with_name(f".{to.name}.new")
        beside.write_bytes(content)
        os.replace(beside, to)
