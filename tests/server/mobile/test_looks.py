"""When a phone's stream looks at its ticket, and that looks keep nobody waiting."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from server.database import LoggedEvent, Reader
from server.event_log import Hub
from server.mobile.looks import Looks
from server.mobile.stream import Live, PhoneStream, rest_of
from shared.domain.errors import HallError
from tests.server.conftest import Desk

PATIENCE_S = 30.0
MINE, LINE, ANOTHER = (str(UUID(int=number)) for number in (11, 12, 13))


class QuietLine:
    """A phone's stream on a hub of its own; ``looks`` counts how often it was computed."""

    def __init__(self, hub: Hub, *, ahead: int) -> None:
        self.hub, self.looks, self.seq = hub, 0, 0
        self.told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.ahead = ahead
        self.state = "waiting"
        self.task = asyncio.ensure_future(PhoneStream(hub, "mine", self._look)({}, _for_ever, self._send))

    async def _look(self, own: bool, before: Live | None) -> Live:
        self.looks += 1
        message = {"state": self.state, "look": self.looks}
        return Live(message, "", MINE, LINE, rest_of(self.ahead), over=self.state == "called")

    async def _send(self, message: dict[str, Any]) -> None:
        body = message.get("body", b"")
        if b"event: ticket" in body:
            await self.told.put(json.loads(body.split(b"data: ")[1]))

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.told.get(), PATIENCE_S)

    def happens(self, kind: str, ticket: str) -> None:
        self.seq += 1
        data = json.dumps({"ticket_id": ticket, "service_id": LINE, "waiting": 9})
        self.hub.publish([LoggedEvent(UUID(int=1), 1, self.seq, kind, datetime.now(UTC), data)])


async def _for_ever() -> dict[str, str]:
    await asyncio.Event().wait()
    return {}


def quiet_line(ahead: int, story: Callable[[QuietLine], Awaitable[None]]) -> None:
    async def run() -> None:
        hub = Hub(asyncio.get_running_loop(), UUID(int=1), limit=1, heartbeat_s=60)
        phone = QuietLine(hub, ahead=ahead)
        await phone.next()
        await story(phone)
        hub.close()
        await phone.task

    asyncio.run(run())


def test_who_is_served_already_makes_nobody_look() -> None:
    async def story(phone: QuietLine) -> None:
        for kind in ("ticket.started", "ticket.finished", "ticket.recalled", "call.receipt"):
            phone.happens(kind, ANOTHER)
        phone.happens("ticket.called", ANOTHER)
        assert (await phone.next())["look"] == 2, "the call moved the line; nothing before it did"

    quiet_line(0, story)


def test_a_phone_far_back_lets_news_gather_but_hears_its_own_at_once() -> None:
    async def story(phone: QuietLine) -> None:
        for _ in range(20):
            phone.happens("ticket.called", ANOTHER)
        phone.state = "called"
        began = time.monotonic()
        phone.happens("ticket.called", MINE)
        assert await phone.next() == {"state": "called", "look": 2, "at": ""}
        assert time.monotonic() - began < rest_of(phone.ahead) / 2

    quiet_line(400, story)


def test_a_line_rests_the_longer_the_more_are_ahead() -> None:
    rests = [rest_of(ahead) for ahead in range(400)]
    assert rests == sorted(rests)
    assert (rests[0], rests[4], rests[16], rests[-1]) == (0.5, 0.5, 2.0, 4.0)


def test_phones_that_look_keep_nobody_else_waiting(desk: Desk) -> None:
    looking = threading.Event()
    looks = Looks(desk.database)

    def look(reader: Reader) -> str:
        assert looking.wait(PATIENCE_S)
        return f"{reader.clocks.seq}"

    try:
        asked = [looks.ask(look) for _ in range(100)]
        assert desk.read(lambda reader: reader.hall_id), "a counter reads meanwhile"
        looking.set()
        assert {one.result(PATIENCE_S) for one in asked} == {f"{desk.read(lambda reader: reader.clocks.seq)}"}
    finally:
        looking.set()
        looks.close()


def test_a_look_that_fails_fails_alone(desk: Desk) -> None:
    looks = Looks(desk.database)

    def unknown(reader: Reader) -> str:
        raise HallError("ticket_code_unknown", status=404)

    try:
        bad, good = looks.ask(unknown), looks.ask(lambda reader: "seen")
        assert good.result(PATIENCE_S) == "seen"
        with pytest.raises(HallError, match="ticket_code_unknown"):
            bad.result(PATIENCE_S)
    finally:
        looks.close()


def test_who_asked_before_the_end_is_left_hanging_by_nobody(desk: Desk) -> None:
    looking, seen = threading.Event(), threading.Event()
    looks = Looks(desk.database)

    def look(reader: Reader) -> str:
        looking.set()
        assert seen.wait(PATIENCE_S)
        return "seen"

    first = looks.ask(look)
    assert looking.wait(PATIENCE_S)
    late = looks.ask(look)
    looks.close()
    assert late.cancelled()
    seen.set()
    assert first.result(PATIENCE_S) == "seen"
