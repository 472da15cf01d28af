"""HTTP of the second machine: only a terminal of the kind ``standby`` may ask."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from server import peers
from server.auth import Principal, Require
from server.checkpoints import Checkpoints
from server.database import Database
from server.features.standby.shipping import Shipped, first_copy, next_part
from server.settings import Settings
from server.wal import Place
from shared.domain.errors import HallError

router = APIRouter(tags=["standby"])
Following = Annotated[Principal, Depends(Require("server:follow"))]
Hex = Annotated[str, Query(pattern=r"^([0-9a-f]{16})?$")]
Address = Annotated[str, Header(alias="zhiting-address", max_length=200, pattern=r"^(https?://\S+)?$")]
# How long a question for news is held, and how often it is looked meanwhile.
HELD_S: Final = 5.0
LOOK_S: Final = 0.02
BYTES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/octet-stream": {}}},
    409: {"description": "not to be followed, or not from there", "content": {"application/problem+json": {}}},
}


def _checkpoints(request: Request) -> Checkpoints:
    database: Database = request.app.state.database
    if database.checkpoints is None:
        raise HallError("standby_needs_sqlite", status=409)
    return database.checkpoints


@router.get("/standby/copy", response_class=Response, responses=BYTES)
async def copy(request: Request, principal: Following, address: Address = "") -> Response:
    """A backup file of the hall with its keys; ``zhiting-log`` names the log that goes on from it."""
    checkpoints, settings = _checkpoints(request), request.app.state.settings
    _remember(settings, address)
    make = partial(first_copy, settings, checkpoints, principal.label, address)
    salt, path = await asyncio.to_thread(make)
    return FileResponse(
        path, headers={"zhiting-log": salt.hex()}, media_type="application/octet-stream",
        background=BackgroundTask(_drop, path),
    )  # fmt: skip


@router.get("/standby/log", response_class=Response, responses=BYTES | {204: {"description": "nothing new"}})
async def log(
    request: Request, principal: Following, salt: Hex, page: Annotated[int, Query(ge=512, le=65536)],
    frames: Annotated[int, Query(ge=0, lt=2**31)], check: Hex = "", address: Address = "",
) -> Response:  # fmt: skip
    """What was committed after the place that the caller has on its disk; 204 when nothing is for some seconds."""
    checkpoints = _checkpoints(request)
    place = Place(bytes.fromhex(salt), frames, page, bytes.fromhex(check))
    checkpoints.follow(principal.label, place, address)
    until = time.monotonic() + HELD_S
    while time.monotonic() < until and not request.app.state.hub.closed:
        part: Shipped | None = await asyncio.to_thread(next_part, checkpoints, place)
        if part is not None:
            return Response(part.content, headers=part.headers, media_type="application/octet-stream")
        await asyncio.sleep(LOOK_S)
    return Response(status_code=204)


def _remember(settings: Settings, address: str) -> None:
    peers.remember(settings.data, address)


def _drop(path: Path) -> None:
    path.unlink(missing_ok=True)
