"""Pages the server itself serves to a phone: those of the features, and what all of them need."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from server.features.accounts.account_pages import router as account_pages
from server.features.accounts.register_pages import router as register_pages
from server.features.accounts.sign_in_pages import router as sign_in_pages
from server.features.booking.appointment_pages import router as appointment_pages
from server.features.booking.hold_pages import router as hold_pages
from server.features.booking.pages import router as booking_pages
from server.features.feedback.pages import router as feedback_pages
from server.features.guides.pages import router as guide_pages
from server.features.introduction.pages import router as introduction_pages
from server.features.notices.pages import router as notice_pages
from server.features.publicity.pages import router as publicity_pages
from server.features.queueing.pages import router as ticket_pages
from server.features.queueing.why_pages import pages as why_pages
from server.features.reminders.pages import router as reminder_pages
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
router.include_router(why_pages)
router.include_router(feedback_pages)
router.include_router(reminder_pages)
router.include_router(sign_in_pages)
router.include_router(register_pages)
router.include_router(account_pages)
router.include_router(booking_pages)
router.include_router(hold_pages)
router.include_router(appointment_pages)
router.include_router(guide_pages)
router.include_router(notice_pages)
router.include_router(introduction_pages)
router.include_router(publicity_pages)
