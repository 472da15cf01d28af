"""HTTP of the second machine's pictures and videos: it may fetch what the hall has, and see nothing else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from server.auth import Principal, Require
from server.database import Reader
from server.features.media import service
from server.features.media.files import MediaFiles
from server.features.media.serving import BINARY, send
from server.web import answer, look
from shared.schemas.base import Page
from shared.schemas.safety import StandbyMedia

router = APIRouter(prefix="/standby/media", tags=["standby"])
Following = Annotated[Principal, Depends(Require("server:follow"))]
Content = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("", response_model=Page[StandbyMedia])
async def what_there_is(request: Request, principal: Following) -> Response:
    """Every content whose file the hall keeps."""

    def found(reader: Reader) -> Page[StandbyMedia]:
        kept = service.all_media(reader)
        return Page(items=[StandbyMedia(sha256=one.sha256, size=one.size, thumbnail=one.thumbnail) for one in kept])

    return answer(await look(request, found))


@router.get("/{sha256}", response_class=Response, responses=BINARY)
async def content(request: Request, principal: Following, sha256: Content) -> Response:
    row = await look(request, lambda reader: service.find(reader, sha256))
    return send(request, _files(request).path(sha256), row.media_type, sha256)


@router.get("/{sha256}/thumbnail", response_class=Response, responses=BINARY)
async def thumbnail(request: Request, principal: Following, sha256: Content) -> Response:
    await look(request, lambda reader: service.find(reader, sha256))
    return send(request, _files(request).thumbnail(sha256), "image/jpeg", f"{sha256}-thumbnail")


def _files(request: Request) -> MediaFiles:
    found: MediaFiles = request.app.state.media_files
    return found
