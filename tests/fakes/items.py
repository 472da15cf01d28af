"""An item system as the interface of guides wants it, and with all the faults one may have."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SECRET = "what both sides know"
# Of an answer: number of the question (from 0), status, page → status and body; None: silence.
Fault = Callable[[int, int, dict[str, Any]], tuple[int, Any] | None]


def item(code: str, **changed: Any) -> dict[str, Any]:
    """A good one, except for what is changed; None leaves it out."""
    said: dict[str, Any] = {
        "code": code, "name": f"事项{code}", "department": "云山区人力资源和社会保障局", "audience": ["person"],
        "themes": ["社会保障"], "legal_days": 20, "promised_days": 5,
        "materials": [{"name": "居民身份证", "copies": 1}], "steps": [{"name": "受理"}, {"name": "办结"}],
    }  # fmt: skip
    return {name: value for name, value in (said | changed).items() if value is not None}


class ItemSystem:
    """``items`` in their order; ``changed`` are the answers to a question for changes. ``asked``: all queries."""

    def __init__(self, count: int = 0, *, page: int = 3) -> None:
        self.items = [item(f"A{number:03}") for number in range(count)]
        self.changed: list[dict[str, Any]] = []
        self.page = page
        self.version = 1
        self.fault: Fault | None = None
        self.asked: list[dict[str, str]] = []
        self.signed = self.open = False
        self.gone = False
        self.url = ""
        self.on_ask: Callable[[int], None] = lambda number: None
        self.hold = threading.Event()

    def answer(self, path: str, query: str, headers: Any) -> tuple[int, Any] | None:
        asked = dict(parse_qsl(query))
        number = len(self.asked)
        self.asked.append(asked)
        if not self._known(path, query, headers):
            return 401, {"error": "who are you?"}
        self.on_ask(number)
        if asked["mode"] == "changes" and self.gone:
            return 410, {}
        found = self.items if asked["mode"] == "full" else self.changed
        begin = int(asked.get("page", "0"))
        end = begin + self.page
        said = {
            "format": "zhiting-guides/1", "snapshot": f"v{self.version}", "total": len(found),
            "items": found[begin:end], "next": str(end) if end < len(found) else None, "since": f"s{self.version}",
        }  # fmt: skip
        return self.fault(number, 200, said) if self.fault is not None else (200, said)

    def _known(self, path: str, query: str, headers: Any) -> bool:
        if self.open:
            return True
        if not self.signed:
            return str(headers.get("authorization")) == f"Bearer {SECRET}"
        said = f"{headers.get('x-zhiting-timestamp')}\nGET\n{path}?{query}"
        mac = hmac.new(SECRET.encode(), said.encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest(mac, str(headers.get("x-zhiting-signature")))


@contextmanager
def serving_items(system: ItemSystem) -> Iterator[ItemSystem]:
    """On this machine, at ``system.url``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            answered = system.answer(parts.path, parts.query, self.headers)
            if answered is None:
                system.hold.wait(60)
                return
            status, body = answered
            content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("location", "http://127.0.0.1:1/elsewhere")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, name="item-system")
    thread.start()
    system.url = f"http://127.0.0.1:{server.server_port}/items"
    try:
        yield system
    finally:
        system.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()
