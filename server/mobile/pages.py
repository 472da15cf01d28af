"""What each phone page needs, and the page of a ticket; those of the other features are in ``server.later``."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from server.features.queueing.pages import router as ticket_pages
from server.mobile.rendering import STATIC, language, page, static_files

router = APIRouter(include_in_schema=False)


@router.api_route("/t/", methods=["GET", "HEAD"])
@router.api_route("/t", methods=["GET", "HEAD"])
async def last_ticket(request: Request) -> Response:
    """Leads to the ticket this phone saw last; the phone remembers it, the server does not."""
    return page("last.html", language(request), hall="")


@router.api_route(STATIC + "/{name}", methods=["GET", "HEAD"])
async def static_file(request: Request, name: str) -> Response:
    """The style sheet, the script, the icon: a name never changes its content."""
    for file in static_files().values():
        if file.name == name:
            headers = {
                "cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff",
                "vary": "accept-encoding",
            }  # fmt: skip
            packed = "gzip" in request.headers.get("accept-encoding", "")
            if packed:
                headers["content-encoding"] = "gzip"
            return Response(file.packed if packed else file.body, 200, headers, media_type=file.media_type)
    raise HTTPException(404)


@router.get("/robots.txt")
async def robots() -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


router.include_router(ticket_pages)
