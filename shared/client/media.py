"""The part of the hall client that speaks of pictures and videos."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

import requests
from pydantic import BaseModel

from shared.domain.errors import HallError
from shared.schemas.base import Page
from shared.schemas.island import EntryAnswers, EntryVerdict
from shared.schemas.media import Media, MediaEdit, MediaFormats, MediaUpload, MediaUploadAsk, MediaUse, PlayCount

Answer = TypeVar("Answer", bound=BaseModel)
PIECE = 64 * 1024
CONNECT_S, READ_S = 2.0, 8.0
# A piece of an upload on a bad line; the check of a long video.
SEND_S, FINISH_S = 30.0, 90.0


class _Line(Protocol):
    server: str

    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _patch(self, path: str, kind: type[Answer], body: Any) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str) -> str: ...
    def _file(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None,
        key: str | None = None, read_s: float,
    ) -> bytes: ...  # fmt: skip
    def _own(self) -> Any: ...
    def _authorised(self, ask: Callable[[dict[str, str]], requests.Response]) -> requests.Response: ...


class MediaCalls:
    """Mixed into ``HallClient``."""

    def media_formats(self: _Line) -> MediaFormats:
        """What is taken: asked before anything is sent."""
        return self._get("/media/formats", MediaFormats)

    def media(self: _Line) -> list[Media]:
        return self._get("/media", Page[Media]).items

    def media_uses(self: _Line, sha256: str) -> list[MediaUse]:
        return self._get(f"/media/{sha256}/uses", Page[MediaUse]).items

    def edit_media(self: _Line, sha256: str, wanted: MediaEdit) -> Media:
        return self._patch(f"/media/{sha256}", Media, wanted)

    def thumbnail(self: _Line, sha256: str) -> bytes:
        """A JPEG."""
        return self._file("GET", f"/media/{sha256}/thumbnail", read_s=READ_S)

    def begin_upload(self: _Line, wanted: MediaUploadAsk) -> MediaUpload:
        """Begin, or go on with the same content's; with ``media`` in the answer nothing is to be sent."""
        return self._post("/media/uploads", MediaUpload, wanted)

    def send_piece(self: _Line, upload_id: UUID, offset: int, content: bytes) -> MediaUpload:
        """The next piece; sending one again is harmless."""
        said = self._file(
            "PATCH", f"/media/uploads/{upload_id}", query={"offset": str(offset)}, content=content, read_s=SEND_S
        )
        return MediaUpload.model_validate_json(said)

    def finish_upload(self: _Line, upload_id: UUID) -> Media:
        # The same key each time: an answer that was lost is given again, and a file is finished once only.
        path, key = f"/media/uploads/{upload_id}/finish", f"finish-{upload_id}"
        return Media.model_validate_json(self._file("POST", path, key=key, read_s=FINISH_S))

    def give_up_upload(self: _Line, upload_id: UUID) -> None:
        self._send("DELETE", f"/media/uploads/{upload_id}")

    @contextmanager
    def open_media(
        self: _Line, sha256: str, offset: int, path: str = "/media"
    ) -> Iterator[tuple[int, Iterator[bytes]]]:  # fmt: skip
        """A content from an offset: where the answer begins, and its pieces. For one thread; HallError also between
        two pieces."""
        headers = {"Range": f"bytes={offset}-"} if offset else {}

        def ask(own: dict[str, str]) -> requests.Response:
            response: requests.Response = self._own().session.get(
                f"{self.server}/api/v1{path}/{sha256}", headers={"Accept-Encoding": "identity"} | headers | own,
                stream=True, timeout=(CONNECT_S, READ_S),
            )  # fmt: skip
            return response

        with self._authorised(ask) as response:
            begins = 0
            if response.status_code == 206:
                said = response.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
                begins = int(said) if said.isdigit() else -1
            yield begins, _pieces(response)

    def media_size(self: _Line, sha256: str) -> int:
        """Bytes of a content, without fetching it. HallError ``media_unknown``."""

        def ask(own: dict[str, str]) -> requests.Response:
            response: requests.Response = self._own().session.get(
                f"{self.server}/api/v1/media/{sha256}", stream=True, timeout=(CONNECT_S, READ_S),
                headers={"Accept-Encoding": "identity", "Range": "bytes=0-0"} | own,
            )  # fmt: skip
            return response

        with self._authorised(ask) as response:
            whole = response.headers.get("content-range", "").rpartition("/")[2]
            said = whole if response.status_code == 206 else response.headers.get("content-length", "")
            if not said.isdigit():
                raise HallError("server_unreachable")
            return int(said)

    def upload_plays(self: _Line, entries: list[dict[str, Any]]) -> list[EntryVerdict]:
        """Entries of this display's journal; sending one again is harmless."""
        return self._post("/media/plays", EntryAnswers, {"entries": entries}).entries

    def plays(self: _Line, first: date, last: date, sha256: str = "") -> list[PlayCount]:
        """By day, display and content; of all contents, or of one."""
        query = {"first": first.isoformat(), "last": last.isoformat()} | ({"sha256": sha256} if sha256 else {})
        return self._get("/media/plays", Page[PlayCount], query).items


def _pieces(response: requests.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_content(PIECE)
    except requests.RequestException as error:
        raise HallError("server_unreachable") from error
