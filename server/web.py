"""Around every request: the size limit, the access log, and the one way a change is made and answered."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import demoted
from server.auth import Principal
from server.database import Database, Reader, Writer
from server.errors import language_of, problem, route_of
from server.fence import HEADER, Fence
from server.idempotency import fingerprint, first_answer, keep_answer
from shared.domain.errors import HallError
from shared.schemas.base import Page

log = logging.getLogger("server.access")
Result = TypeVar("Result")
Item = TypeVar("Item", bound=BaseModel)
SLOW_S = 0.5
_MARK = HEADER.encode()


class Edge:
    """Refuses too large a body before it is read, and all when another server has taken over; writes the access log."""

    def __init__(
        self, app: ASGIApp, body_limit: int, larger: Mapping[str, int] | None = None, fence: Fence | None = None
    ) -> None:
        """``larger``: paths that take more, such as files; one that ends in ``/`` stands for all below it."""
        self.app = app
        self.body_limit = body_limit
        self.larger = larger or {}
        self.fence = fence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0
        received = 0
        headers = dict(scope["headers"])
        too_large = False
        if self.fence is not None:
            if (mark := headers.get(_MARK)) is not None:
                self.fence.hear(mark.decode("latin-1"))
            if (refused := self.fence.refusal()) is not None:
                instead = demoted.answer_of(Request(scope), refused)
                if instead is not None:
                    await instead(scope, receive, send)
                    return
        limit = self._limit(scope["path"])

        async def limited_receive() -> Message:
            nonlocal received, too_large
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                too_large = True
                if status:
                    # A stream is being answered already: its client has broken the rules, so it has gone.
                    return {"type": "http.disconnect"}
                raise _TooLargeError
            return message

        async def watched_send(message: Message) -> None:
            nonlocal status
            if too_large and not status:
                return  # what the framework made of the broken-off body
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        length = headers.get(b"content-length", b"0")
        try:
            if length.isdigit() and int(length) > limit:
                raise _TooLargeError
            await self.app(scope, limited_receive, watched_send)
        except _TooLargeError:
            too_large = True
        if too_large and status == 0:
            status = 413
            language = language_of(headers.get(b"accept-language", b"").decode("latin-1"))
            answer = problem(413, "body_too_large", {"limit_kb": limit // 1024}, language)
            answer.headers["connection"] = "close"
            await answer(scope, receive, send)
        took = time.perf_counter() - began
        streaming = route_of(scope).endswith("/events")
        if status >= 400 or (took > SLOW_S and not streaming):
            log.info(
                "request",
                extra={
                    "method": scope["method"],
                    "route": route_of(scope),
                    "status": status,
                    "ms": round(took * 1e3, 1),
                },
            )

    def _limit(self, path: str) -> int:
        below = (most for start, most in self.larger.items() if start.endswith("/") and path.startswith(start))
        return self.larger.get(path) or next(below, self.body_limit)


class _TooLargeError(Exception):
    pass


def to_json(result: Any) -> str:
    """The wire form of a message, a plain structure, or nothing."""
    if result is None:
        return ""
    if isinstance(result, str):
        return result
    if isinstance(result, BaseModel):
        return result.model_dump_json()
    return json.dumps(result, ensure_ascii=False, separators=(",", ":"))


async def change(
    request: Request, principal: Principal, work: Callable[[Writer], Any], *, status: int = 200, can_wait: bool = False
) -> Response:
    """Run a change once and answer after its commit; None is answered as 204. ``can_wait``: as ``Database.submit``.

    With an ``Idempotency-Key`` the answer is kept in the same transaction and given again.
    """
    key = request.headers.get("idempotency-key")
    body = await request.body()
    print_ = fingerprint(request.app.state.keys.answers, request.method.encode(), request.url.path.encode(), body)
    if key is not None and not 1 <= len(key) <= 200:
        raise HallError("idempotency_key_invalid", status=422)

    def job(writer: Writer) -> tuple[int, str]:
        if key is not None and (kept := first_answer(writer, principal.label, key, print_)) is not None:
            return kept
        result = work(writer)
        answer = (204, "") if result is None else (status, to_json(result))
        if key is not None:
            keep_answer(writer, principal.label, key, print_, *answer)
        return answer

    database: Database = request.app.state.database
    code, text = await asyncio.wrap_future(database.submit(job, can_wait=can_wait))
    return Response(text or None, code, media_type="application/json" if text else None)


async def look(request: Request, work: Callable[[Reader], Result]) -> Result:
    """Run a read in a worker thread on a snapshot."""
    database: Database = request.app.state.database
    return await asyncio.get_running_loop().run_in_executor(None, partial(database.read, work))


def answer(result: Any) -> Response:
    """A read's answer, without a second validation of what we made ourselves."""
    return Response(to_json(result), media_type="application/json")


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for; without a limit all of it."""

    limit: int | None
    cursor: str | None

    def of(self, kind: type[Page[Item]], items: list[Item], key: str = "id") -> Page[Item]:
        """This part as a page; the cursor is the ``key`` of the last item seen."""
        keys = [str(getattr(item, key)) for item in items]
        if self.cursor and self.cursor not in keys:
            raise HallError("cursor_unknown", status=422)
        begin = keys.index(self.cursor) + 1 if self.cursor else 0
        end = len(items) if self.limit is None else begin + self.limit
        return kind(items=items[begin:end], next_cursor=keys[end - 1] if end < len(items) else None)


async def _part(
    limit: Annotated[int | None, Query(ge=1, le=1000)] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Part:
    return Part(limit, cursor)


Asked = Annotated[Part, Depends(_part)]
