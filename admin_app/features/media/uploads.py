"""Uploads of this console: one after the other, a piece at a time; a list on the disk survives its being closed."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from admin_app.features.media.files import ask_for, name_of, piece_of
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.media import CHUNK_BYTES, Media, MediaUpload, MediaUploadAsk
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)
AGAIN_MS: Final = 3000
# The upload is not what it was on the server: asked anew, it says where it stands.
BEGIN_ANEW: Final = frozenset({"media_offset", "media_unfinished", "media_upload_unknown"})
# Nothing is wrong with the file: somebody goes on when there is room, or it goes on by itself.
PASSING: Final = frozenset({"server_unreachable", "media_upload_busy", "media_not_kept"})
STOPPED: Final = frozenset({"media_no_room", "media_uploads_many", "media_file_gone"})
OVER: Final = frozenset({"done", "refused"})
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """``state``: waiting, checking, sending, finishing, paused, offline, stopped (to be tried again), refused,
    done."""

    path: str
    name: str
    state: str = "waiting"
    size: int = 0
    sent: int = 0
    code: str = ""
    params: tuple[tuple[str, Any], ...] = ()

    @property
    def error(self) -> HallError | None:
        return HallError(self.code, **dict(self.params)) if self.code else None


class Uploads(QObject):
    """``changed`` when anything is different; ``finished(Media)`` for each that the hall has now."""

    changed = Signal()
    finished = Signal(object)

    def __init__(self, client: HallClient, kept: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client, self._kept = client, kept
        self.items: tuple[Upload, ...] = tuple(_read(kept))
        self._running: str | None = None
        self._written: str | None = None
        self._allowed = False
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._next)

    def allow(self, allowed: bool) -> None:
        """Whoever works here may upload: what was left goes on."""
        self._allowed = allowed
        self._next()

    def add(self, paths: list[str]) -> None:
        """Files that were chosen; one that is here already is tried once more."""
        for path in paths[:MOST]:
            kept = [one for one in self.items if one.path != path or one.state in ("sending", "checking", "finishing")]
            if not any(one.path == path for one in kept):
                kept.append(Upload(path, name_of(Path(path))))
            self.items = tuple(kept)
        self._told()
        self._next()

    def pause(self, path: str) -> None:
        self._set(path, state="paused")

    def resume(self, path: str) -> None:
        self._set(path, state="waiting", code="", params=())
        self._next()

    def remove(self, path: str) -> None:
        """Take it off the list; what was sent is kept by the server for some days."""
        self.items = tuple(one for one in self.items if one.path != path)
        self._told()

    def clear(self) -> None:
        """Take off the list what needs nobody any more."""
        self.items = tuple(one for one in self.items if one.state not in OVER)
        self._told()

    def retry(self) -> None:
        """The line is back."""
        if self._again.isActive():
            self._again.stop()
            self._next()

    # One step after the other: each job's end begins the next.

    def _next(self) -> None:
        if self._running is not None or not self._allowed:
            return
        found = next((one for one in self.items if one.state in ("waiting", "offline")), None)
        if found is None:
            return
        self._running, path = found.path, Path(found.path)
        self._set(found.path, state="checking", code="", params=())

        def begin() -> tuple[MediaUploadAsk, MediaUpload]:
            asked = ask_for(path, found.name)
            return asked, self._client.begin_upload(asked)

        run_in_background(begin, self._begun, self._failed, owner=self)

    def _begun(self, told: tuple[MediaUploadAsk, MediaUpload]) -> None:
        _, upload = told
        if upload.media is not None:
            self._done(upload.media)
        else:
            self._send(upload)

    def _send(self, upload: MediaUpload) -> None:
        path = self._running
        item = self._of(path)
        if path is None or item is None or item.state == "paused":
            # Paused or taken off meanwhile.
            self._ended()
            return
        finishing = upload.offset >= upload.size
        self._set(path, state="finishing" if finishing else "sending", size=upload.size, sent=upload.offset)
        if finishing:
            self._job(lambda: self._client.finish_upload(upload.id), self._done)
        else:
            self._job(lambda: self._piece(Path(path), upload.id, upload.offset, upload.size), self._send)

    def _piece(self, path: Path, upload_id: UUID, offset: int, size: int) -> MediaUpload:
        content = piece_of(path, offset, min(CHUNK_BYTES, size - offset))
        return self._client.send_piece(upload_id, offset, content)

    def _job(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        run_in_background(work, done, self._failed, owner=self)

    def _done(self, media: Media) -> None:
        if self._running is not None:
            self._set(self._running, state="done", size=media.size, sent=media.size)
        self.finished.emit(media)
        self._ended()

    def _failed(self, error: HallError) -> None:
        path, code = self._running, error.code
        item = self._of(path)
        if path is not None and item is not None and item.state != "paused":
            if code in BEGIN_ANEW:
                self._set(path, state="waiting")
            elif code in PASSING:
                self._set(path, state="offline", code=code, params=tuple(error.params.items()))
                self._running = None
                self._again.start()
                return
            else:
                state = "stopped" if code in STOPPED else "refused"
                self._set(path, state=state, code=code, params=tuple(error.params.items()))
        self._ended()

    def _ended(self) -> None:
        self._running = None
        self._next()

    def _of(self, path: str | None) -> Upload | None:
        return next((one for one in self.items if one.path == path), None)

    def _set(self, path: str, **fields: Any) -> None:
        self.items = tuple(replace(one, **fields) if one.path == path else one for one in self.items)
        self._told()

    def _told(self) -> None:
        self.changed.emit()
        wanted = [asdict(one) for one in self.items if one.state not in OVER]
        # How far each is says the server; which there are and who is paused must not be lost.
        kept = json.dumps([{"path": one["path"], "paused": one["state"] == "paused"} for one in wanted])
        if kept == self._written:
            return
        self._written = kept
        try:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._kept.with_suffix(".new")
            fresh.write_text(kept, "utf-8")
            os.replace(fresh, self._kept)
        except OSError as error:
            log.warning("uploads can't be kept: %s", error)


def _read(path: Path) -> list[Upload]:
    try:
        found = json.loads(path.read_text("utf-8"))
        return [
            Upload(str(one["path"]), name_of(Path(one["path"])), "paused" if one["paused"] else "waiting")
            for one in found[:MOST]
        ]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.warning("uploads of earlier are not known any more: %s", error)
        return []
