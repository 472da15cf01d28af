"""Reading the item system over HTTP, page by page, as ``INTERFACE.md`` describes it. All of it blocks.

Nothing is kept before the last page: who reads only a part has read nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from server.features.guides.service import MOST
from server.features.guides.sources import Source
from server.features.guides.staging import Staged, stage
from server.features.sign_on.outgoing import NoAnswerError, ask
from shared.client.line import Places
from shared.domain.errors import HallError

FORMAT: Final = "zhiting-guides/1"
PAGE_ITEMS: Final = 200
PAGE_BYTES: Final = 4 * 1024 * 1024
ALL_BYTES: Final = 64 * 1024 * 1024
PAGES: Final = 2_000
WHOLE_S: Final = 240.0
# Seconds before each further attempt at one page.
PAUSES_S: Final[tuple[float, ...]] = (1.0, 4.0, 15.0)
# How often all is begun again because the other side changed meanwhile.
AGAIN: Final = 3
_TOKEN: Final = 500


class _ChangedError(Exception):
    """It is no longer what the first page was of."""


class GoneError(Exception):
    """The other side does not know any more what changed since then: all has to be read."""


@dataclass(slots=True)
class Reader:
    """One reading. ``pause`` waits, and raises when the server ends; ``deadline`` by ``time.monotonic``."""

    source: Source
    pause: Callable[[float], None]
    deadline: float
    pauses: Sequence[float] = PAUSES_S
    places: Places | None = None
    left: int = ALL_BYTES

    def read(self, mode: str) -> Staged:
        """``full`` or ``changes``; HallError with what went wrong, ``GoneError``."""
        for _ in range(AGAIN):
            try:
                return self._pages(mode)
            except _ChangedError:
                continue
        raise HallError("guides_changed_while_read")

    def _pages(self, mode: str) -> Staged:
        items: list[object] = []
        seen = set[str]()
        page, snapshot, total = "", "", 0
        for number in range(PAGES):
            found = self._page(mode, page)
            if number == 0:
                snapshot, total = found["snapshot"], found["total"]
            elif (found["snapshot"], found["total"]) != (snapshot, total):
                raise _ChangedError
            items += found["items"]
            if len(items) > MOST:
                raise HallError("guides_too_many", most=MOST)
            if not found["next"]:
                return self._all(items, total, found["since"])
            page = found["next"]
            if page in seen:
                # Round and round: the next page would be one that has been.
                raise HallError("guides_upstream_wrong", why="page_repeats")
            seen.add(page)
        raise HallError("guides_too_many", most=MOST)

    @staticmethod
    def _all(items: list[object], total: int, since: str) -> Staged:
        # A page that came twice is no harm; one that never came is: what it held would be taken for gone.
        if len({_key(item) for item in items}) != total:
            raise HallError("guides_upstream_wrong", why="incomplete")
        once: dict[str, object] = {}
        for item in items:
            once.setdefault(json.dumps(item, sort_keys=True), item)
        staged = stage(once.values())
        staged.since = since
        return staged

    def _page(self, mode: str, page: str) -> dict[str, Any]:
        query = {"mode": mode, "limit": str(PAGE_ITEMS)}
        if mode == "changes":
            query["since"] = self.source.since
        if page:
            query["page"] = page
        told = urlencode(query)
        for pause in (*self.pauses, None):
            why = ""
            try:
                status, body = self._ask(told)
            except NoAnswerError as error:
                why = error.why
            else:
                if status == 200:
                    self.left -= len(body)
                    if self.left < 0:
                        raise HallError("guides_too_many", most=MOST)
                    return _checked(body)
                if status == 410 and mode == "changes":
                    raise GoneError
                why = f"status {status}"
                if status not in (408, 425, 429) and status < 500:
                    break
            if pause is None or time.monotonic() + pause > self.deadline:
                break
            self.pause(pause)
        raise HallError("guides_unreachable", why=why)

    def _ask(self, query: str) -> tuple[int, bytes]:
        if time.monotonic() > self.deadline:
            raise HallError("guides_unreachable", why="too slow")
        headers = {"accept": "application/json"}
        if self.source.auth == "bearer":
            headers["authorization"] = f"Bearer {self.source.secret}"
        elif self.source.auth == "signed":
            headers |= signature(self.source, query, str(int(time.time())))
        return ask(
            "GET", self.source.address, headers=headers, query=query, largest=PAGE_BYTES, places=self.places
        )  # fmt: skip


def _key(item: object) -> str:
    """What tells an item from the others: its code, or all of it when it has none."""
    code = item.get("code") if isinstance(item, dict) else None
    return code.strip() if isinstance(code, str) and code.strip() else json.dumps(item, sort_keys=True)


def signature(source: Source, query: str, stamp: str) -> dict[str, str]:
    """Proves the secret without sending it: over the moment, the path and the query."""
    said = f"{stamp}\nGET\n{urlsplit(source.address).path}?{query}"
    mac = hmac.new(source.secret.encode(), said.encode(), hashlib.sha256).hexdigest()
    return {"X-ZhiTing-Timestamp": stamp, "X-ZhiTing-Signature": mac}


def _checked(body: bytes) -> dict[str, Any]:
    """The envelope of a page; what its items say is looked at later, one by one."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise HallError("guides_upstream_wrong", why="not_json") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise HallError("guides_upstream_wrong", why="format")
    page = {
        "items": found.get("items"), "total": found.get("total"), "next": found.get("next") or "",
        "snapshot": found.get("snapshot"), "since": found.get("since") or "",
    }  # fmt: skip
    words = (page["next"], page["snapshot"], page["since"])
    if any(not isinstance(word, str) or len(word) > _TOKEN for word in words):
        raise HallError("guides_upstream_wrong", why="format")
    if not isinstance(page["items"], list) or not isinstance(page["total"], int) or isinstance(page["total"], bool):
        raise HallError("guides_upstream_wrong", why="format")
    return page
