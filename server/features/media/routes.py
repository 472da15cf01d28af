"""HTTP of pictures and videos: what is taken, uploads, contents, and what was played."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from server import audit
from server.auth import Principal, Require
from server.database import Reader, Writer
from server.features.media import plays, service, uploads
from server.features.media.files import MediaFiles
from server.features.media.serving import BINARY, send
from server.web import Asked, answer, change, look
from shared.domain.errors import HallError
from shared.domain.media.formats import FORMATS
from shared.schemas.base import Page
from shared.schemas.island import EntryAnswers
from shared.schemas.media import (
    CHUNK_BYTES,
    Media,
    MediaEdit,
    MediaFormat,
    MediaFormats,
    MediaUpload,
    MediaUploadAsk,
    MediaUse,
    PlayBatch,
    PlayCount,
)

# Whoever has no token and may look at one content.
NOBODY = Principal("nobody", "", 0.0, frozenset())


class Shown(Require):
    """Who may see the hall; and without a token everybody, what stands on a page that everybody may see."""

    async def __call__(self, request: Request) -> Principal:
        sha256 = request.path_params["sha256"]
        if "authorization" not in request.headers and await look(
            request, lambda reader: service.is_published(reader, sha256)
        ):
            return NOBODY
        return await super().__call__(request)


router = APIRouter(prefix="/media", tags=["media"])
UPLOADS, UPLOADS_LIMIT = "/media/uploads", CHUNK_BYTES
Showing = Annotated[Principal, Depends(Shown("hall:view"))]
Seeing = Annotated[Principal, Depends(Require("content.media:view"))]
Changing = Annotated[Principal, Depends(Require("content.media:change"))]
Reporting = Annotated[Principal, Depends(Require("terminals:report"))]
Content = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
NO_ROOM: Final[dict[int | str, dict[str, Any]]] = {
    507: {"description": "the disk is full", "content": {"application/problem+json": {}}}
}
_FORMATS = MediaFormats(
    formats=[
        MediaFormat(
            media_type=one.media_type, suffixes=list(one.suffixes), largest_bytes=one.largest_bytes,
            most_pixels=one.most_pixels,
        )
        for one in FORMATS
    ],
    chunk_bytes=CHUNK_BYTES,
)  # fmt: skip


def files_of(request: Request) -> MediaFiles:
    found: MediaFiles = request.app.state.media_files
    return found


@router.get("/formats", response_model=MediaFormats)
async def formats(principal: Seeing) -> Response:
    """What is taken and how large it may be, so that a client refuses before it sends."""
    return answer(_FORMATS)


@router.get("", response_model=Page[Media])
async def all_media(request: Request, principal: Seeing, part: Asked) -> Response:
    """The newest first, the retired among them."""
    return answer(part.of(Page[Media], await look(request, service.all_media), "sha256"))


@router.post("/uploads", status_code=201, response_model=MediaUpload, responses=NO_ROOM)
async def begin(request: Request, principal: Changing, body: MediaUploadAsk) -> Response:
    """Begin an upload, or go on with the same content's: its ``offset`` says from where. Known content is ``media``."""
    who, files = audit.actor(request, principal), files_of(request)
    return await change(request, principal, lambda writer: uploads.begin(writer, files, who, body), status=201)


@router.get("/uploads/{upload_id}", response_model=MediaUpload)
async def progress(request: Request, principal: Changing, upload_id: UUID) -> Response:
    files = files_of(request)
    return answer(await look(request, lambda reader: uploads.progress(files, uploads.find(reader, upload_id))))


@router.patch("/uploads/{upload_id}", response_model=MediaUpload, responses=NO_ROOM)
async def append(
    request: Request, principal: Changing, upload_id: UUID, offset: Annotated[int, Query(ge=0, le=2**40)]
) -> Response:  # fmt: skip
    """The next piece as the body, at most ``chunk_bytes``; it is on the disk when this is answered."""
    content, files = await request.body(), files_of(request)
    row = await look(request, lambda reader: uploads.find(reader, upload_id))
    reached = await asyncio.to_thread(files.append, upload_id, offset, content, row.size)
    return answer(MediaUpload(id=row.id, sha256=row.sha256, size=row.size, offset=reached))


@router.delete("/uploads/{upload_id}", status_code=204)
async def give_up(request: Request, principal: Changing, upload_id: UUID) -> Response:
    """Nobody will go on with it; harmless when repeated."""
    files = files_of(request)
    return await change(request, principal, lambda writer: uploads.give_up(writer, files, upload_id))


@router.post("/uploads/{upload_id}/finish", status_code=201, response_model=Media, responses=NO_ROOM)
async def finish(request: Request, principal: Changing, upload_id: UUID) -> Response:
    """All was sent: its sum, its real type and its measures are checked, then the hall has it."""
    who, files = audit.actor(request, principal), files_of(request)
    try:
        row = await look(request, lambda reader: uploads.find(reader, upload_id))
        facts = await asyncio.to_thread(uploads.judged, files, row)
    except HallError as error:
        if error.code not in ("media_upload_unknown", "media_unfinished"):
            raise
        return await _finished_before(request, principal, upload_id, error)
    return await change(
        request, principal, lambda writer: uploads.keep(writer, files, who, row, facts), status=201
    )  # fmt: skip


async def _finished_before(request: Request, principal: Principal, upload_id: UUID, error: HallError) -> Response:
    """Who did not hear the answer asks again with its key, and has it; to everybody else there is nothing to finish."""

    def nothing_left(writer: Writer) -> Media:
        uploads.find(writer, upload_id)
        raise error

    return await change(request, principal, nothing_left, status=201)


@router.post("/plays", response_model=EntryAnswers)
async def take_plays(request: Request, principal: Reporting, body: PlayBatch) -> Response:
    """What a display's journal says it showed. Each entry is answered by its id, however often sent."""
    return await change(request, principal, lambda writer: plays.take_plays(writer, principal, body))


@router.get("/plays", response_model=Page[PlayCount])
async def play_counts(
    request: Request, principal: Seeing, first: date, last: date,
    terminal: Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")] = None,
    sha256: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")] = None,
) -> Response:  # fmt: skip
    """How often and how long each content was shown, by day and display; both days included, 92 at most."""
    items = await look(request, lambda reader: plays.counts(reader, first, last, terminal, sha256))
    return answer(Page[PlayCount](items=items))


@router.get("/{sha256}", response_class=Response, responses=BINARY)
async def content(request: Request, principal: Showing, sha256: Content) -> Response:
    """The content itself, whole or by ``Range``."""
    row = await look(request, lambda reader: service.find(reader, sha256))
    return send(request, files_of(request).path(sha256), row.media_type, sha256)


@router.get("/{sha256}/thumbnail", response_class=Response, responses=BINARY)
async def thumbnail(request: Request, principal: Showing, sha256: Content) -> Response:
    """A small JPEG of it, made when it was uploaded; 404 of a video on a server that can make none."""

    def known(reader: Reader) -> None:
        if not service.find(reader, sha256).has_thumbnail:
            raise HallError("media_unknown", status=404)

    await look(request, known)
    return send(request, files_of(request).thumbnail(sha256), "image/jpeg", f"{sha256}-thumbnail")


@router.get("/{sha256}/uses", response_model=Page[MediaUse])
async def uses(request: Request, principal: Seeing, sha256: Content) -> Response:
    """Everything that shows it."""
    return answer(Page[MediaUse](items=await look(request, lambda reader: service.uses(reader, sha256))))


@router.patch("/{sha256}", response_model=Media)
async def edit(request: Request, principal: Changing, sha256: Content, body: MediaEdit) -> Response:
    """Rename it, retire it, or offer it again. What shows it goes on showing it."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: service.edit(writer, who, sha256, body))
