"""What every figure is compared with: the least a FastAPI program with SQLite can do for one durable insert."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel


class Request(BaseModel):
    service_id: str


def bare_app(folder: Path) -> FastAPI:
    """One insert, one FULL commit, one answer; no number, no token, no idempotency; pushes to a queue per client."""
    connection = sqlite3.connect(folder / "bare.db", check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS tickets (id TEXT PRIMARY KEY, service_id TEXT)")
    lock = threading.Lock()
    queues: set[asyncio.Queue[bytes]] = set()
    app = FastAPI()

    def insert(service_id: str) -> str:
        ticket_id = str(uuid.uuid4())
        with lock:
            connection.execute("INSERT INTO tickets VALUES (?, ?)", (ticket_id, service_id))
        return ticket_id

    @app.post("/tickets", status_code=201)
    def issue(request: Request) -> dict[str, str]:
        return {"id": insert(request.service_id), "service_id": request.service_id}

    @app.post("/calls")
    async def call(request: Request) -> dict[str, object]:
        ticket_id = await asyncio.to_thread(insert, request.service_id)
        at = datetime.now(UTC).isoformat()
        frame = f'id: 1\nevent: ticket.called\ndata: {{"call_id":"{ticket_id}","at":"{at}"}}\n\n'.encode()
        for queue in queues:
            queue.put_nowait(frame)
        return {"call": {"id": ticket_id}}

    @app.get("/events")
    async def events() -> StreamingResponse:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        queues.add(queue)

        async def frames() -> AsyncIterator[bytes]:
            try:
                yield b"retry: 1000\n\n"
                while True:
                    yield await queue.get()
            finally:
                queues.discard(queue)

        return StreamingResponse(frames(), media_type="text/event-stream")

    return app


if __name__ == "__main__":
    uvicorn.run(
        bare_app(Path(sys.argv[1])), port=int(sys.argv[2]), access_log=False, log_level="warning",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
