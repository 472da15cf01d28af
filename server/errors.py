"""Every refusal leaves as application/problem+json in the caller's language."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from shared.domain.errors import HallError
from shared.i18n import languages, text

log = logging.getLogger(__name__)
_BY_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


def language_of(header: str) -> str:
    """The first language of an Accept-Language header that the catalogue has; Chinese otherwise."""
    for part in header.split(","):
        wanted = part.split(";")[0].strip().lower()
        for language in languages():
            if wanted and (language.lower() == wanted or language.lower().split("-")[0] == wanted.split("-")[0]):
                return language
    return "zh-CN"


def problem(status: int, code: str, params: dict[str, Any], language: str = "zh-CN") -> Response:
    """A problem document; ``detail`` is what a person reads."""
    body = {
        "type": f"urn:zhiting:problem:{code}",
        "title": code,
        "status": status,
        "code": code,
        "params": params,
        "detail": text(f"errors.{code}", language=language, **params),
    }
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return Response(
        json.dumps(body, ensure_ascii=False, default=str), status, headers, media_type="application/problem+json"
    )


def install(app: FastAPI) -> None:
    def asked(request: Request) -> str:
        return language_of(request.headers.get("accept-language", ""))

    @app.exception_handler(HallError)
    async def _hall_error(request: Request, error: HallError) -> Response:
        return problem(error.status or 409, error.code, error.params, asked(request))

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        faults = error.errors()
        if any(fault["type"] == "json_invalid" for fault in faults):
            return problem(400, "malformed_json", {}, asked(request))
        # The input itself is left out: it may be somebody's number.
        fields = [{"field": ".".join(map(str, fault["loc"][1:])), "fault": fault["type"]} for fault in faults]
        names = ", ".join(sorted({entry["field"] for entry in fields if entry["field"]}))
        return problem(422, "invalid_request", {"fields": fields, "names": names}, asked(request))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        code = _BY_STATUS.get(error.status_code, "malformed_json" if error.status_code == 400 else "http_error")
        answer = problem(error.status_code, code, {"status": error.status_code}, asked(request))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> Response:
        incident = uuid.uuid4().hex[:8]
        log.error("bug", exc_info=error, extra={"incident": incident, "route": route_of(request.scope)})
        return problem(500, "internal_error", {"incident": incident}, asked(request))


def route_of(scope: Any) -> str:
    """The route's pattern, never the path: a path may hold a ticket's secret id."""
    route = scope.get("route")
    return getattr(route, "path", "") or "(none)"
