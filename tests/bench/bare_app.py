"""What every figure is compared with: the least a FastAPI program with SQLite can do for one durable insert."""

from __future__ import annotations

import sqlite3
import sys
import threading
import uuid
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Request(BaseModel):
    service_id: str


def bare_app(folder: Path) -> FastAPI:
    """One insert, one FULL commit, one answer; no number, no event, no token."""
    connection = sqlite3.connect(folder / "bare.db", check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS tickets (id TEXT PRIMARY KEY, service_id TEXT)")
    lock = threading.Lock()
    app = FastAPI()

    @app.post("/tickets", status_code=201)
    def issue(request: Request) -> dict[str, str]:
        ticket_id = str(uuid.uuid4())
        with lock:
            connection.execute("INSERT INTO tickets VALUES (?, ?)", (ticket_id, request.service_id))
        return {"id": ticket_id, "service_id": request.service_id}

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    return app



if __name__ == "__main__":
    uvicorn.run(bare_app(Path(sys.argv[1])), port=int(sys.argv[2]), access_log=False, log_level="warning")
