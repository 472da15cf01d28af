"""The only way out for a browser that photographs a page: a proxy that knows which hosts it may reach.

A page may say anything: redirect to this hall's own network, load from it, or have its name answer with a private
address the second time it is asked. So each connection is judged here, by the address that is then really used.
"""

from __future__ import annotations

import logging
import selectors
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from server.features.signage.web_setting import WebSetting
from server.places import LookUp, Nature, look_up, nature
from shared.schemas.upstreams import is_here

log = logging.getLogger(__name__)
HEAD: Final = 32 * 1024
CONNECT_S, IDLE_S = 8.0, 30.0
# Connections at once, and bytes of one page with all it loads.
MOST, LARGEST = 64, 64 * 1024**2
PORTS: Final = frozenset({80, 443})
Address = tuple[int, str, int]


def reachable(setting: WebSetting, host: str, port: int, names: LookUp = look_up) -> list[Address]:
    """The addresses of a host that may be used: family, address, port; none where it may not be reached at all.

    This very machine only where its own name is what is allowed, not another one that leads here.
    """
    if not setting.allows(host) or (port not in PORTS and not setting.private_networks):
        return []
    try:
        known = names(host, port)
    except (OSError, UnicodeError):
        return []
    good = {Nature.PUBLIC}
    if setting.private_networks:
        good |= {Nature.INSIDE, Nature.HERE} if is_here(f"//{host}") and host in setting.allowed else {Nature.INSIDE}
    # One that may not be used among them is no accident.
    if not all(nature(address) in good for address in known):
        return []
    return [(int(socket.AF_INET6 if ":" in address else socket.AF_INET), address, port) for address in known]


class Guard:
    """For one page: `with Guard(setting) as guard`, then ``guard.address`` is the proxy's."""

    def __init__(self, setting: WebSetting) -> None:
        self._setting = setting
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._passed = 0
        self._closed = False
        # Hosts that were asked for and not let through: why a page may look bare.
        self.refused: set[str] = set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name="web-guard", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
            ends = [self._listener, *self._open]
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                full = len(self._open) >= 2 * MOST or self._closed
                if not full:
                    self._open.add(near)
            if full:
                near.close()
                continue
            threading.Thread(target=self._serve, args=(near,), name="web-guard-line", daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        far: socket.socket | None = None
        try:
            near.settimeout(CONNECT_S)
            head, rest = _head(near)
            first, _, others = head.partition("\r\n")
            method, target, version = first.split(" ", 2)
            far = self._reach(method, target)
            if far is None:
                near.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            if method == "CONNECT":
                near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                far.sendall(rest)
            else:
                # One request for each connection, so that a second one on it cannot name another host.
                parts = urlsplit(target)
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                dropped = ("proxy-", "connection:", "keep-alive:")
                kept = [line for line in others.split("\r\n") if line and not line.lower().startswith(dropped)]
                lines = [f"{method} {path} {version}", *kept, "Connection: close"]
                far.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + rest)
            self._pass(near, far, both=method == "CONNECT" or method in ("POST", "PUT", "PATCH"))
        except (OSError, ValueError, UnicodeError) as error:
            log.debug("a connection of a page ended", extra={"fault": type(error).__name__})
        finally:
            for end in (near, far):
                if end is not None:
                    with self._lock:
                        self._open.discard(end)
                    end.close()

    def _reach(self, method: str, target: str) -> socket.socket | None:
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        host = parts.hostname or ""
        usual = 443 if method == "CONNECT" else 80
        for family, address, port in reachable(self._setting, host, parts.port or usual):
            far = socket.socket(family, socket.SOCK_STREAM)
            far.settimeout(CONNECT_S)
            try:
                far.connect((address, port))
            except OSError:
                far.close()
                continue
            with self._lock:
                self._open.add(far)
            return far
        self.refused.add(host)
        return None

    def _pass(self, near: socket.socket, far: socket.socket, *, both: bool) -> None:
        # Not ``select``: a full hall's server has more files open than that can look at.
        with selectors.DefaultSelector() as watch:
            for source in (near, far) if both else (far,):
                watch.register(source, selectors.EVENT_READ, far if source is near else near)
            while not self._closed:
                ready = watch.select(IDLE_S)
                if not ready:
                    return
                for key, _ in ready:
                    source = near if key.fileobj is near else far
                    data = source.recv(65536)
                    with self._lock:
                        self._passed += len(data)
                        too_much = self._passed > LARGEST
                    if not data or too_much:
                        return
                    key.data.sendall(data)


def _head(near: socket.socket) -> tuple[str, bytes]:
    """The lines before the body, and what of the body came with them; ValueError when it is none."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = near.recv(4096)
        if not piece or len(got) > HEAD:
            raise ValueError("no request")
        got += piece
    head, _, rest = got.partition(b"\r\n\r\n")
    return head.decode("latin-1"), rest
