"""A projector on the network that speaks PJLink class 1, and whatever else projectors do."""

from __future__ import annotations

import hashlib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RANDOM = "498e4a67"


class Projector:
    """``power`` as the standard counts: 0 off, 1 on, 2 cools down, 3 warms up. ``mood``: well, refusing (ERR3 to each
    command), broken (ERR4), silent (accepts and says nothing), rude (hangs up), odd (speaks something else).
    ``settles_after`` looks what warms up is on and what cools down is off.
    """

    def __init__(self) -> None:
        self.port = 0
        self.power = 0
        self.password = ""
        self.mood = "well"
        self.settles_after = 0
        self.heard: list[str] = []
        self.over = threading.Event()

    def answer(self, line: str) -> str:
        proof, percent, command = line.partition("%")
        if self.password:
            wanted = hashlib.md5((RANDOM + self.password).encode(), usedforsecurity=False).hexdigest()
            if proof != wanted:
                return "PJLINK ERRA"
        self.heard.append(percent + command)
        if command == "1POWR ?":
            return f"%1POWR={self._look()}"
        if self.mood == "broken":
            return "%1POWR=ERR4"
        if self.mood == "refusing" or self.power in (2, 3):
            return "%1POWR=ERR3"
        self.power = 3 if command == "1POWR 1" else 2
        return "%1POWR=OK"

    def _look(self) -> int:
        if self.power in (2, 3):
            if self.settles_after <= 0:
                self.power = self.power - 2
            self.settles_after -= 1
        return self.power


@contextmanager
def projector() -> Iterator[Projector]:
    state = Projector()

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if state.mood == "silent":
                state.over.wait(20)
            elif state.mood == "rude":
                return
            elif state.mood == "odd":
                self.wfile.write(b"SSH-2.0-OpenSSH_9.6\r")
            else:
                self.wfile.write(f"PJLINK 1 {RANDOM}\r".encode() if state.password else b"PJLINK 0\r")
                line = self._line()
                if line:
                    self.wfile.write(state.answer(line).encode() + b"\r")

        def _line(self) -> str:
            told = b""
            while not told.endswith(b"\r"):
                piece = self.rfile.read(1)
                if not piece:
                    return ""
                told += piece
            return told[:-1].decode()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield state
        finally:
            state.over.set()
            server.shutdown()
            thread.join(5)
