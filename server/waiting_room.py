"""A server that finds its disk full when it starts waits for room, and says so to whoever asks."""

from __future__ import annotations

import errno
import logging
import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from server.errors import language_of, problem
from shared.client import service_manager

log = logging.getLogger(__name__)
# What SQLite needs before it answers its first question, and some more: bytes.
NEEDED: Final = 1 << 20
LOOK_S: Final = 0.5
RETRY_S: Final = 5
READ_MOST: Final = 1 << 20


def wait_for_room(data: Path, listening: socket.socket) -> None:
    """Until something can be written to the folder; at once where it can."""
    if has_room(data):
        return
    log.error("no room on the disk: waiting for some")
    # Started, as far as the service manager is concerned: it would else end us for taking so long.
    service_manager.tell("READY=1", "STATUS=no room on the disk: waiting for some")
    with _refusing(listening):
        while not has_room(data):
            service_manager.tell("WATCHDOG=1")
            time.sleep(LOOK_S)
    log.warning("there is room on the disk again")


def has_room(folder: Path) -> bool:
    """Whether ``NEEDED`` bytes can be written: what the file system says of its free space is not always ours."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(NEEDED))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno not in (errno.ENOSPC, errno.EDQUOT)
    return True


@contextmanager
def _refusing(listening: socket.socket) -> Iterator[None]:
    listening.listen()
    server = _Refusing(("", 0), _Refusal, bind_and_activate=False)
    server.socket.close()
    server.socket = listening.dup()
    thread = threading.Thread(target=server.serve_forever, args=(LOOK_S,), name="waiting-room")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Refusing(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """Somebody went away while we answered."""


class _Refusal(BaseHTTPRequestHandler):
    """One answer to everything. The connection ends with it: the next one may find the server itself."""

    protocol_version = "HTTP/1.1"
    timeout = 5

    def _refuse(self) -> None:
        # What is not read would end the connection before the answer was.
        length = self.headers.get("content-length", "")
        self.rfile.read(min(int(length), READ_MOST) if length.isascii() and length.isdigit() else 0)
        refusal = problem(507, "disk_full", {}, language_of(self.headers.get("accept-language", "")))
        self.send_response(refusal.status_code)
        for name, value in (*refusal.headers.items(), ("retry-after", str(RETRY_S)), ("connection", "close")):
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(bytes(refusal.body))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _refuse

    def do_HEAD(self) -> None:
        self.send_response(507)
        self.send_header("connection", "close")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """The access log has no room either."""
