"""Gives contents by HTTP as the hall's server does, on a bad line: cut off, stalled, with bytes that are not right."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECE = 16 * 1024
STALL_S = 0.1


class MediaServer(ThreadingHTTPServer):
    """``faults``: how often of a hundred answers something is wrong; ``pause_s`` after each piece."""

    daemon_threads = False

    def __init__(self, seed: int = 1) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.contents: dict[str, bytes] = {}
        self.faults, self.pause_s, self.ranges = 0, 0.0, True
        self.sent: list[tuple[int, int]] = []
        self.did: dict[str, int] = {"cut": 0, "stall": 0, "wrong": 0}
        self._random = random.Random(seed)
        self._turn = threading.Lock()

    def add(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        self.contents[name] = content
        return name

    def fault(self) -> str:
        with self._turn:
            if self._random.randrange(100) >= self.faults:
                return ""
            found = self._random.choice(("cut", "stall", "wrong"))
            self.did[found] += 1
            return found

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever was killed hangs up."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: MediaServer

    def do_GET(self) -> None:
        content = self.server.contents.get(self.path.rpartition("/")[2])
        if content is None:
            self.send_error(404)
            return
        asked, begin = self.headers.get("Range", ""), 0
        if asked and self.server.ranges:
            begin = int(asked.removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        fault, sent = self.server.fault(), begin
        with suppress(OSError):
            while sent < len(content):
                piece = content[sent : sent + PIECE]
                if fault == "wrong":
                    piece = bytes(byte ^ 0x55 for byte in piece)
                self.wfile.write(piece)
                sent += len(piece)
                if fault in ("cut", "stall") and sent - begin >= (len(content) - begin) // 2:
                    if fault == "stall":
                        time.sleep(STALL_S)
                    break
                if self.server.pause_s:
                    time.sleep(self.server.pause_s)
        self.server.sent.append((begin, sent))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def media_server(seed: int = 1) -> Iterator[MediaServer]:
    server = MediaServer(seed)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
