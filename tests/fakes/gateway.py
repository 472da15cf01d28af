"""A message gateway as halls meet them: it takes, refuses, keeps silent, or answers rubbish."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Taken:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Gateway:
    """``mood``: takes, refuses (200 with a code of its own), away (500), rubbish, silent."""

    address: str = ""
    mood: str = "takes"
    asked: list[Taken] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self) -> tuple[int, bytes]:
        if self.mood == "refuses":
            return 200, json.dumps({"result": {"code": 1007, "msg": "no balance"}}).encode()
        if self.mood == "away":
            return 500, b""
        if self.mood == "rubbish":
            return 200, b"<html>\xff\x00 welcome"
        if self.mood == "silent":
            self.closing.wait(30)
        return 200, json.dumps({"result": {"code": 0}}).encode()


@contextmanager
def message_gateway() -> Iterator[Gateway]:
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            gateway.asked.append(Taken(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status, content = gateway.answer()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="message-gateway")
    thread.start()
    gateway.address = f"http://127.0.0.1:{server.server_port}/send"
    try:
        yield gateway
    finally:
        gateway.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
