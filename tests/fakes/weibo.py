"""The microblog as its interface is documented: one short text, one's own page, and its numbers of errors."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "2.00weibo"


@dataclass
class Microblog:
    """``moods``: as ``WechatAccount.moods``; what can be called is called when the step is done, and then nothing is
    said. ``domain``: what was bound; a text without a link to it is refused."""

    address: str = ""
    domain: str = "hall"
    token: str = TOKEN
    moods: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Seconds that the token is still good for.
    left: int = 5 * 86400
    ids: Any = field(default_factory=lambda: count(4900000000000001))

    def answer(self, method: str, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        if fields.get("access_token") != self.token:
            return _error(path, 21332)
        step = {
            ("POST", "/2/statuses/share.json"): self._share, ("POST", "/2/statuses/destroy.json"): self._destroy,
            ("GET", "/2/statuses/user_timeline.json"): self._page, ("POST", "/oauth2/get_token_info"): self._life,
        }.get((method, path))  # fmt: skip
        return step(path, fields) if step is not None else _error(path, 10020)

    def _share(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        words = fields["status"]
        if not re.search(rf"https?://{re.escape(self.domain)}[/:]", words):
            return _error(path, 10017)
        short = re.sub(r"https?://\S+", "http://t.cn/A6xyz", words)
        if len(re.sub(r"https?://\S+", "", words)) > 140:
            return _error(path, 20012)
        if any(status["text"] == short for status in self.statuses.values()):
            return _error(path, 20019)
        id_ = str(next(self.ids))
        self.statuses[id_] = {"id": int(id_), "idstr": id_, "text": short, "pic": fields.get("pic"), "source": words}
        return self._told(id_)

    def _life(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        return {"uid": 1, "appkey": "1", "scope": None, "create_at": 1, "expire_in": self.left}

    def _told(self, id_: str) -> dict[str, Any]:
        return {key: self.statuses[id_][key] for key in ("id", "idstr", "text")}

    def _destroy(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        if fields["id"] not in self.statuses:
            return _error(path, 20101)
        told = self._told(fields["id"])
        del self.statuses[fields["id"]]
        return told

    def _page(self, path: str, fields: dict[str, Any]) -> dict[str, Any]:
        newest = list(self.statuses)[::-1][: int(fields["count"])]
        return {"statuses": [self._told(id_) for id_ in newest], "total_number": len(self.statuses)}


def _error(path: str, number: int) -> dict[str, Any]:
    return {"error": f"error {number}", "error_code": number, "request": path}


@contextmanager
def microblog() -> Iterator[Microblog]:
    blog = Microblog()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            blog.asked.append(parts.path)
            mood = blog.moods.get(parts.path, [])
            now = mood.pop(0) if mood else None
            if now == "lost":
                self.close_connection = True
                return
            if isinstance(now, int | dict):
                told = _error(parts.path, now) if isinstance(now, int) else now
            else:
                told = blog.answer(self.command, parts.path, self._fields(parts.query, body))
            if callable(now):
                now()
            if now == "silent" or callable(now):
                self.close_connection = True
                return
            content = json.dumps(told, ensure_ascii=False).encode()
            self.send_response(400 if "error_code" in told else 200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def _fields(self, query: str, body: bytes) -> dict[str, Any]:
            kind = self.headers.get("content-type", "")
            if not kind.startswith("multipart/"):
                return {name: values[0] for name, values in parse_qs(query or body.decode()).items()}
            parsed = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
            found: dict[str, Any] = {}
            for part in parsed.get_payload():  # type: ignore[union-attr]
                content = part.get_payload(decode=True)  # type: ignore[union-attr]
                name = str(part.get_param("name", header="content-disposition"))  # type: ignore[union-attr]
                found[name] = content if part.get_filename() else content.decode()  # type: ignore[union-attr]
            return found

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="microblog")
    thread.start()
    blog.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield blog
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
