"""What a server answers that another one has replaced: nothing of the hall, and where the hall is now."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from server.errors import language_of, problem
from server.mobile.rendering import STATIC, language, page
from shared.domain.errors import HallError


def answer_of(request: Request, refused: HallError) -> Response | None:
    """A page for people, a problem for programs. None: how a page looks is answered as ever.

    Reads are refused like changes: a line as it stood when the other server took over looks like one that stands now.
    """
    if request.url.path.startswith(f"{STATIC}/"):
        return None
    if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
        return _page(request, str(refused.params.get("server", "")))
    return problem(503, refused.code, refused.params, language_of(request.headers.get("accept-language", "")))


def _page(request: Request, server: str) -> Response:
    """``server``: where the hall is now, with the way to the same page there; empty when nobody has said."""
    where = urlsplit(server)
    onward = ""
    if where.scheme in ("http", "https") and where.netloc:
        onward = f"{where.scheme}://{where.netloc}{request.url.path}"
        onward += f"?{request.url.query}" if request.url.query else ""
    return page("demoted.html", language(request), status=503, hall="", onward=onward, host=where.netloc)
