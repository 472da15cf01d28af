"""Connections of people who mean no good: an endless head, a head that never ends, silence."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
import uvloop

from server import connections
from server.connections import HEAD_LIMIT, Connection
from server.event_log import EventStream, Hub
from tests.fakes.hall import ROOT
from tests.fakes.screens_on_a_hub import HALL, NEVER_S, everything, logged

PATIENCE_S = 30.0


async def hello(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message["body"]
        if not message["more_body"]:
            break
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
    await send({"type": "http.response.body", "body": f"{len(body):06}".encode()})


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[int]:
    """A server that has such connections; its port."""
    config = uvicorn.Config(
        app, http=Connection, log_config=None, access_log=False, lifespan="off", port=0, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await server.shutdown()


def with_server(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]) -> Any:
    """Run a talk with a server that has such connections."""

    async def run() -> Any:
        async with served(hello) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return await asyncio.wait_for(talk(reader, writer), PATIENCE_S)
            finally:
                writer.close()

    return asyncio.run(run())


def test_an_endless_header_is_cut_off() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        writer.write(b"GET / HTTP/1.1\r\nHost: hall\r\nX: ")
        sent = 0
        try:
            while sent < 4 * 1024 * 1024:
                writer.write(b"x" * 65536)
                await writer.drain()
                sent += 65536
                await asyncio.sleep(0)
                if reader.at_eof():
                    break
        except ConnectionError:
            pass
        return sent

    assert with_server(talk) < 4 * 1024 * 1024


def test_a_long_head_is_told_why() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET / HTTP/1.1\r\nHost: hall\r\nX: " + b"x" * HEAD_LIMIT)
        return await reader.read()

    assert with_server(talk).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nHost:", b"GET / HTTP/1.1\r\nHost: hall\r\n\r\nGET /"])
def test_silence_ends_a_connection(monkeypatch: pytest.MonkeyPatch, beginning: bytes) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.3)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> float:
        began = time.monotonic()
        writer.write(beginning)
        await reader.read()
        return time.monotonic() - began

    assert with_server(talk) < 5


def test_a_slow_body_and_a_second_request_are_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.3)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes]:
        answers = []
        for _ in range(2):
            writer.write(b"POST / HTTP/1.1\r\nHost: hall\r\nContent-Length: 200000\r\n\r\n" + b"y" * 100_000)
            await asyncio.sleep(0.5)
            writer.write(b"y" * 100_000)
            answers.append((await reader.readuntil(b"\r\n\r\n"))[:15])
            assert await reader.readexactly(6) == b"200000"
        return answers

    assert with_server(talk) == [b"HTTP/1.1 200 OK", b"HTTP/1.1 200 OK"]


@pytest.mark.parametrize("size", [b"Content-Length: 200000\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_a_body_that_comes_in_drops_ends_a_connection(monkeypatch: pytest.MonkeyPatch, size: bytes) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.3)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> int:
        writer.write(b"POST / HTTP/1.1\r\nHost: hall\r\n" + size + b"\r\n")
        answer = asyncio.ensure_future(reader.read())
        for drops in range(200):
            if answer.done():
                return drops
            writer.write(b"y" if b"Length" in size else b"1\r\ny\r\n")
            await asyncio.wait([answer], timeout=0.1)
        return 200

    assert with_server(talk) < 100


def test_a_server_may_open_more_files_than_a_shell_allows() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    script = (
        "import resource; from server.connections import allow_many\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard})); allow_many()\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    wanted = connections.OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, connections.OPEN_FILES)
    assert int(done.stdout) == wanted, done.stderr


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_a_stream_left_with_a_request_behind_it_takes_nothing_from_the_others(run: Callable[[Any], Any]) -> None:
    """A piece is written while all streams are served: one that can't be must not stop the others."""

    async def story() -> list[bytes]:
        hub = Hub(asyncio.get_running_loop(), HALL, limit=100, heartbeat_s=NEVER_S)

        async def streams(scope: Any, receive: Any, send: Any) -> None:
            await EventStream(hub, everything, lambda: ([], 4, 10), may_read_now=lambda: True)(scope, receive, send)

        async with served(streams) as port:
            screens = []
            for requests in (2, 1, 2, 1):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET /events HTTP/1.1\r\nhost: hall\r\n\r\n" * requests)
                await reader.readuntil(b"id: 4:10\n\n")
                screens.append((requests, reader, writer))
            for requests, _, writer in screens:
                if requests > 1:
                    writer.transport.abort()
            seen = []
            for seq in (11, 12, 13, 14):
                hub.publish([logged(seq)])
                for requests, reader, _ in screens:
                    if requests == 1:
                        seen.append(await reader.readuntil(b"id: 4:%d\n" % seq))
            hub.close()
            for _, _, writer in screens:
                writer.close()
            return seen

    assert len(run(asyncio.wait_for(story(), PATIENCE_S))) == 8
