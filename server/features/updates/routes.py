"""HTTP of new versions for terminals."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import ValidationError

from server import audit
from server.auth import Principal, Require
from server.database import Reader
from server.features.media.files import MediaFiles
from server.features.media.routes import NO_ROOM
from server.features.media.serving import BINARY, send
from server.features.updates import releases, rollouts
from server.web import Asked, answer, change, look
from shared.domain.errors import HallError
from shared.schemas.base import Page
from shared.schemas.media import CHUNK_BYTES
from shared.schemas.updates import (
    SIGNED_LIMIT,
    Release,
    Rollout,
    RolloutAsk,
    SignedManifest,
    UpdateAnswer,
    UpdateReport,
)

router = APIRouter(prefix="/updates", tags=["updates"])
RELEASES: Final = "/updates/releases"
# A manifest of many files, wrapped in JSON; below it the pieces of an archive.
RELEASES_LIMIT, PIECES_LIMIT = 2 * SIGNED_LIMIT, CHUNK_BYTES
Reporting = Annotated[Principal, Depends(Require("terminals:report"))]
Seeing = Annotated[Principal, Depends(Require("terminals:view"))]
Managing = Annotated[Principal, Depends(Require("terminals:manage"))]
Content = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


def files_of(request: Request) -> MediaFiles:
    found: MediaFiles = request.app.state.release_files
    return found


@router.get("/releases", response_model=Page[Release])
async def all_releases(request: Request, principal: Seeing, part: Asked) -> Response:
    """The newest first, the retired among them."""
    files = files_of(request)
    return answer(part.of(Page[Release], await look(request, lambda reader: releases.all_releases(reader, files))))


@router.post("/releases", status_code=201, response_model=Release)
async def add_release(request: Request, principal: Managing) -> Response:
    """A signed manifest (``SignedManifest`` as JSON in the body); ``offset`` says from where its archive is wanted."""
    try:
        signed = SignedManifest.model_validate_json(await request.body())
    except ValidationError as error:
        raise HallError("release_unreadable", status=422) from error
    who, files = audit.actor(request, principal), files_of(request)
    await asyncio.to_thread(releases.drop_damaged, files, signed)
    keys = await asyncio.to_thread(releases.trusted, request.app.state.settings.data)
    return await change(
        request, principal, lambda writer: releases.add(writer, files, who, signed, keys), status=201
    )  # fmt: skip


@router.get("/releases/{release_id}/manifest", response_model=SignedManifest)
async def manifest(request: Request, principal: Reporting, release_id: Content) -> Response:
    """What was signed, as it was made."""
    return answer(await look(request, lambda reader: releases.manifest(reader, release_id)))


@router.patch("/releases/{release_id}/archive", response_model=Release, responses=NO_ROOM)
async def append(
    request: Request, principal: Managing, release_id: Content, offset: Annotated[int, Query(ge=0, le=2**40)]
) -> Response:  # fmt: skip
    """The next piece of its archive as the body, at most 1 MB; it is on the disk when this is answered."""
    content, files, who = await request.body(), files_of(request), audit.actor(request, principal)
    row = await look(request, lambda reader: releases.find(reader, release_id))
    if await asyncio.to_thread(releases.append, files, row, offset, content):
        return await change(request, principal, lambda writer: releases.arrived(writer, files, who, release_id))
    return answer(releases.view(files, row))


@router.post("/releases/{release_id}/retire", response_model=Release)
async def retire(request: Request, principal: Managing, release_id: Content) -> Response:
    """Stage it no more."""
    who, files = audit.actor(request, principal), files_of(request)
    return await change(request, principal, lambda writer: releases.retire(writer, files, who, release_id))


@router.get("/archives/{sha256}", response_class=Response, responses=BINARY)
async def archive(request: Request, principal: Reporting, sha256: Content) -> Response:
    """A release's archive, whole or by ``Range``."""

    def known(reader: Reader) -> None:
        if not releases.knows_archive(reader, sha256):
            raise HallError("release_unknown", status=404)

    await look(request, known)
    return send(request, files_of(request).path(sha256), "application/gzip", sha256)


@router.get("/rollouts", response_model=Page[Rollout])
async def all_rollouts(request: Request, principal: Seeing) -> Response:
    """The newest first, fifty at most, without their terminals."""
    return answer(Page[Rollout](items=await look(request, rollouts.rollouts)))


@router.get("/rollouts/{rollout_id}", response_model=Rollout)
async def one_rollout(request: Request, principal: Seeing, rollout_id: UUID) -> Response:
    return answer(await look(request, lambda reader: rollouts.rollout(reader, rollout_id)))


@router.post("/rollouts", status_code=201, response_model=Rollout)
async def begin(request: Request, principal: Managing, body: RolloutAsk) -> Response:
    """Bring a release to terminals, wave by wave; one rollout of a hall at a time."""
    who, files = audit.actor(request, principal), files_of(request)
    return await change(request, principal, lambda writer: rollouts.begin(writer, files, who, body), status=201)


@router.post("/rollouts/{rollout_id}/stop", response_model=Rollout)
async def stop(request: Request, principal: Managing, rollout_id: UUID) -> Response:
    """Who has not switched yet stays as they are; harmless when repeated."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: rollouts.stop(writer, who, rollout_id))


@router.get("/mine", response_model=UpdateAnswer)
async def mine(request: Request, principal: Reporting) -> Response:
    """What the calling terminal shall come to run."""
    return answer(await look(request, lambda reader: rollouts.wanted(reader, principal)))


@router.put("/mine", response_model=UpdateAnswer)
async def report(request: Request, principal: Reporting, body: UpdateReport) -> Response:
    """How far the calling terminal is."""
    who = audit.actor(request, principal)
    return await change(request, principal, lambda writer: rollouts.report(writer, who, principal, body))
