"""One phone's stream: what it shows is computed again when something it depends on happened.

What happens to the phone's own ticket is told at once; what happens in its line is gathered, the longer the more people
are ahead: a line of three hundred phones would otherwise look three hundred times at each call.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError

from server.database import LoggedEvent
from server.event_log import WIRE, Hub, Subscriber, Wire, hang_up
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
# Seconds between two looks at a line: for four people ahead, and at most.
REST_S = 0.5
REST_PER_AHEAD_S = REST_S / 4
LONGEST_REST_S = 4.0
# A phone's radio should sleep: a sign of life with each third beat of the hub, a fresh look with each twelfth.
BEATS_PER_SIGN = 3
BEATS_PER_LOOK = 12
AFTER_FAULT_S = 3.0
PER_TICKET = 8
PER_PROCESS = 4000
_SIGN = b"event: beat\ndata: {}\n\n"
_END = b"event: end\ndata: {}\n\n"
# News of somebody who is out of the line already: nobody's place in it changes.
_PAST_THE_LINE = frozenset({
    "ticket.started", "ticket.finished", "ticket.recalled", "ticket.rated", "ticket.no_show", "ticket.held",
    "ticket.parked", "ticket.unparked", "ticket.next_item", "call.receipt",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Live:
    """What a phone is told. ``own`` is the ticket's id, ``line`` its service's while it waits, else empty; ``rest_s``
    is how long the news of the line may gather. ``over`` ends the stream for good. ``page`` is what its page
    shows, when that is more than other figures; ``known`` is what the next look may begin with.
    """

    message: dict[str, Any]
    at: str
    own: str
    line: str
    rest_s: float
    over: bool
    page: dict[str, str] | None = None
    known: Any = None


def rest_of(ahead: int) -> float:
    """Seconds for which the news of a line may gather when so many are ahead."""
    return min(LONGEST_REST_S, max(REST_S, ahead * REST_PER_AHEAD_S))


def joins_at_the_end(entry: LoggedEvent) -> bool:
    """A new ticket behind everybody else of its line: the most frequent event, and no phone's business."""
    if entry.kind != "ticket.issued":
        return False
    data = json.loads(entry.data)
    return bool(data.get("ahead") == data["waiting"] - 1)


class Pulse(Subscriber):
    """A subscriber that keeps no events, only that there were some: it can't overflow."""

    def __init__(self, key: str) -> None:
        super().__init__(self.concerns, limit=0)
        self.key = key
        # Before the first look anything may matter: each text holds the empty one, and each event names it.
        self.own = self.line = ""
        self.touched = False
        self._at_once = asyncio.Event()

    @property
    def ids(self) -> frozenset[str]:
        """What is told to this phone by name: its ticket, and its line while it stands in one."""
        return frozenset({self.own, self.line or self.own})

    def concerns(self, entry: LoggedEvent) -> bool:
        # The text is searched instead of parsed: an event of a line passes every phone of it.
        if self.own in entry.data:
            return True
        moves = self.line and self.line in entry.data and entry.kind not in _PAST_THE_LINE
        return bool(moves) and not joins_at_the_end(entry)

    def push(self, entry: LoggedEvent, encoded: bytes) -> None:
        self.touched = True
        if self.own in entry.data:
            self._at_once.set()
        self.wake()

    def close(self) -> None:
        super().close()
        self._at_once.set()

    def looks(self) -> bool:
        """What happens from now on is news again; answers whether there was some of the ticket itself."""
        own = self._at_once.is_set()
        self.touched = False
        if not self.closed:
            self._at_once.clear()
        return own

    @property
    def ready(self) -> bool:
        return self.touched or super().ready

    async def rest(self, seconds: float) -> None:
        """Let the line's events gather; ends at once for the ticket's own, and with the stream."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._at_once.wait(), seconds)


class PhoneStream(Response):
    """The answer to ``GET /t/<opaque>/events``; ``look`` computes what the phone shows: whether something
    happened to the ticket itself, and what was shown before."""

    def __init__(self, hub: Hub, key: str, look: Callable[[bool, Live | None], Awaitable[Live]]) -> None:
        super().__init__()
        self.hub = hub
        self.key = key
        self.look = look

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        others = [other.key for other in self.hub.attending if isinstance(other, Pulse)]
        if len(others) >= PER_PROCESS or others.count(self.key) >= PER_TICKET:
            await Response(status_code=503, headers={"retry-after": "30"})(scope, receive, send)
            return
        pulse = Pulse(self.key)
        self.hub.attend(pulse, pulse.ids)
        listener = asyncio.ensure_future(hang_up(receive, pulse))
        try:
            live = await self.look(False, None)
            headers = [
                (b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"), (b"x-content-type-options", b"nosniff"),
            ]  # fmt: skip
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            # Not all phones of a hall come back in one instant after a restart.
            retry = f"retry: {random.randint(1000, 3000)}\n\n".encode()
            await send({"type": "http.response.body", "body": retry, "more_body": True})
            wire: Wire | None = scope.get(WIRE)
            await self._tell(pulse, live, send if wire is None else wire.send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            pass  # the phone went away while we wrote
        finally:
            self.hub.attend(pulse, frozenset())
            listener.cancel()

    async def _tell(self, pulse: Pulse, live: Live, send: Any) -> None:
        told: dict[str, Any] | None = None
        beats = 0
        while not pulse.closed:
            # Other ids than before, a transfer: what happened to them during this look was not heard.
            pulse.touched = pulse.touched or (told is not None and pulse.line != live.line)
            pulse.own, pulse.line = live.own, live.line
            self.hub.attend(pulse, pulse.ids)
            if live.message != told or live.page is not None:
                told = live.message
                whole = {**told, **(live.page or {}), "at": live.at}
                data = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
                await _send(send, f"event: ticket\ndata: {data}\n\n".encode())
            if live.over:
                await _send(send, _END)
                return
            await pulse.rest(live.rest_s)
            while not (pulse.touched or pulse.closed):
                await pulse.wait()
                if pulse.beat:
                    pulse.beat = False
                    beats += 1
                    if beats % BEATS_PER_SIGN == 0:
                        await _send(send, _SIGN)
                    pulse.touched = pulse.touched or beats % BEATS_PER_LOOK == 0
            if pulse.closed:
                return
            own = pulse.looks()
            try:
                live = await self.look(own, live)
            except (HallError, DBAPIError) as error:
                log.warning("a phone's look failed", extra={"reason": type(error).__name__})
                await pulse.rest(AFTER_FAULT_S)
                pulse.touched = True


async def _send(send: Any, chunk: bytes) -> None:
    await send({"type": "http.response.body", "body": chunk, "more_body": True})
