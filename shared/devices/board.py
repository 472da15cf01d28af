"""The device board: a loopback server of JSON lines that simulated devices plug into, for the bench and for tests.

A device says `{"hello": "kiosk-1/card_reader", "kind": "card_reader"}`; from then on the board sends it
`{"do": name, ...}`, which the device confirms by `{"seen": true}` when it has obeyed, and the device sends
`{"event": name, ...}`. What was done to a device that is away
(a card lies there, paper is out) is told again when it comes back.
"""

from __future__ import annotations

import collections
import contextlib
import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from shared.devices.telling import tell

DEFAULT_PORT = 7790
_MAX_LINE = 1 << 20
_SEEN_S = 1.0
_PLUG_THREAD = "device-board-plug"


@dataclass(frozen=True)
class BoardEvent:
    """Something a device did; `name` is "connected", "disconnected" or the device's own word, e.g. "printed"."""

    device: str
    name: str
    data: Mapping[str, Any] = field(default_factory=dict)


class _Plug:
    """One connected device."""

    def __init__(self, device: str, kind: str, sock: socket.socket) -> None:
        self.device = device
        self.kind = kind
        self.sent = self.seen = 0
        self._sock = sock
        self._lock = threading.Lock()

    def send(self, message: Mapping[str, Any]) -> bool:
        try:
            with self._lock:
                self._sock.sendall(json.dumps(message, ensure_ascii=False).encode() + b"\n")
                self.sent += 1
            return True
        except OSError:
            return False

    def cut(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)


class DeviceBoard:
    """Serves simulated devices by name. Safe to call from any thread; `on_event` is called on a device's thread."""

    def __init__(
        self, port: int = 0, *, host: str = "127.0.0.1", on_event: Callable[[BoardEvent], None] | None = None
    ) -> None:
        self.history: collections.deque[BoardEvent] = collections.deque(maxlen=2000)
        self._on_event = on_event
        self._changed = threading.Condition()
        self._plugs: dict[str, _Plug] = {}
        self._cards: dict[str, dict[str, Any]] = {}
        self._faults: dict[str, str] = {}
        self._threads: list[threading.Thread] = []
        self._sockets: set[socket.socket] = set()
        self._closed = False
        self._server = socket.create_server((host, port))
        self._threads.append(threading.Thread(target=self._accept, name="device-board", daemon=True))
        self._threads[0].start()

    @property
    def address(self) -> str:
        """host:port, as the `board` setting of a simulated device wants it."""
        host, port = self._server.getsockname()[:2]
        return f"{host}:{port}"

    # ---- what a person at the bench does

    def insert_card(self, device: str, card: Mapping[str, Any]) -> None:
        """Lay a card down: kind, number, name, valid_to (ISO date, optional); a "staff" card has a number only."""
        with self._changed:
            self._cards[device] = dict(card)
            self._send(device, {"do": "insert_card", "card": dict(card)})

    def remove_card(self, device: str) -> None:
        """Take the card away."""
        with self._changed:
            self._cards.pop(device, None)
            self._send(device, {"do": "remove_card"})

    def scan(self, device: str, text: str) -> bool:
        """Show a code to a scanner; False when no such scanner is connected."""
        return self._send(device, {"do": "scan", "text": text})

    def set_fault(self, device: str, fault: str | None) -> None:
        """Break a device, or mend it with None; each simulator lists the faults it knows. Waits until it knows."""
        with self._changed:
            if fault is None:
                self._faults.pop(device, None)
            else:
                self._faults[device] = fault
            self._send(device, {"do": "set_fault", "fault": fault})
            plug = self._plugs.get(device)
            if plug is not None and threading.current_thread().name != _PLUG_THREAD:
                count = plug.sent
                self._changed.wait_for(lambda: plug.seen >= count or self._plugs.get(device) is not plug, _SEEN_S)

    def fault(self, device: str) -> str | None:
        """The fault set now."""
        with self._changed:
            return self._faults.get(device)

    # ---- what is plugged in, and what came from it

    def connected(self) -> dict[str, str]:
        """Names of the connected devices with their kinds."""
        with self._changed:
            return {name: plug.kind for name, plug in self._plugs.items()}

    def wait_connected(self, device: str, timeout: float = 5.0) -> bool:
        """Wait until a device of this name is connected."""
        with self._changed:
            return self._changed.wait_for(lambda: device in self._plugs, timeout)

    def wait_event(self, device: str, name: str, timeout: float = 5.0, *, count: int = 1) -> BoardEvent | None:
        """The count-th event of this name since the board began, or None when it does not come in time."""

        def matching() -> list[BoardEvent]:
            return [event for event in self.history if event.device == device and event.name == name]

        with self._changed:
            self._changed.wait_for(lambda: len(matching()) >= count, timeout)
            found = matching()
        return found[count - 1] if len(found) >= count else None

    def disconnect(self, device: str) -> None:
        """Cut a device's line, as a crash of the bench would; the device comes back by itself."""
        with self._changed:
            plug = self._plugs.get(device)
        if plug:
            plug.cut()

    def close(self) -> None:
        """Stop serving; every device sees its line cut."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            sockets = list(self._sockets)
        for sock in (self._server, *sockets):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in list(self._threads):
            thread.join(2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- inside

    def _send(self, device: str, message: Mapping[str, Any]) -> bool:
        with self._changed:
            plug = self._plugs.get(device)
        return plug.send(message) if plug else False

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._server.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(sock,), name=_PLUG_THREAD, daemon=True)
            with self._changed:
                if self._closed:
                    sock.close()
                    return
                self._sockets.add(sock)
                self._threads = [t for t in self._threads if t.is_alive()] + [thread]
                thread.start()

    def _serve(self, sock: socket.socket) -> None:
        plug: _Plug | None = None
        try:
            with sock, sock.makefile("rb") as lines:
                while (message := _message(lines.readline(_MAX_LINE))) is not None:
                    if plug is None and "hello" in message:
                        plug = _Plug(str(message["hello"]), str(message.get("kind", "")), sock)
                        self._plug_in(plug)
                    elif plug is not None and "seen" in message:
                        with self._changed:
                            plug.seen += 1
                            self._changed.notify_all()
                    elif plug is not None and "event" in message:
                        self._happened(BoardEvent(plug.device, str(message.pop("event")), message))
                        if "ack" in message:
                            plug.send({"do": "ack", "ack": message["ack"]})
                    else:
                        return
        except OSError:
            pass  # the device is gone; it connects anew
        finally:
            with self._changed:
                self._sockets.discard(sock)
                gone = plug is not None and self._plugs.get(plug.device) is plug
                if plug is not None and gone:
                    del self._plugs[plug.device]
            if plug is not None and gone:
                self._happened(BoardEvent(plug.device, "disconnected"))

    def _plug_in(self, plug: _Plug) -> None:
        with self._changed:
            card, fault = self._cards.get(plug.device), self._faults.get(plug.device)
            plug.send({"do": "welcome", "card": card, "fault": fault})
            self._plugs[plug.device] = plug
        self._happened(BoardEvent(plug.device, "connected", {"kind": plug.kind}))

    def _happened(self, event: BoardEvent) -> None:
        tell(self._on_event, event)
        with self._changed:
            self.history.append(event)
            self._changed.notify_all()


def _message(line: bytes) -> dict[str, Any] | None:
    """One line as an object; None at the end of the line or for anything else, which ends the connection."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
