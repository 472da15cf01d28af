"""What card readers and scanners have in common: one worker thread, one listener, a quick end, one way to be unwell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from shared.devices.telling import tell
from shared.schemas.device_health import DeviceHealth, DeviceKind, HealthState

_Event = TypeVar("_Event")
_CLOSE_S = 3.0


class ListenedDevice(Generic[_Event]):
    """Base of the drivers; they say what the worker does (`work`) and how the device is (`health`)."""

    def __init__(self, kind: DeviceKind, driver: str, thread: str, *, close_s: float = _CLOSE_S) -> None:
        """`close_s`: how long close() waits for a worker whose device hangs; it tells nothing any more."""
        self.stopping = threading.Event()
        self._kind, self._driver, self._close_s = kind, driver, close_s
        self._listener: Callable[[_Event], None] | None = None
        self._thread = threading.Thread(target=self.work, name=thread, daemon=True)

    def work(self) -> None:
        """On the worker, until `stopping` is set."""
        raise NotImplementedError

    def wake(self) -> None:
        """Called by close(), on any thread: ends what the worker waits for besides `stopping`."""

    def open(self, listener: Callable[[_Event], None]) -> None:
        self._listener = listener
        self._thread.start()

    def close(self) -> None:
        self.stopping.set()
        self.wake()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(self._close_s)

    def tell(self, event: _Event) -> None:
        """Hand over an event; nothing after close()."""
        if not self.stopping.is_set():
            tell(self._listener, event)

    def standing(self, lost: str | None, code: str = "", detail: str = "") -> DeviceHealth:
        """`lost`: why it is not there, empty when it is, None before that is known; `code`: what else is not well."""
        state: HealthState = "error" if lost else "warning" if lost is None or code else "ok"
        code = lost or ("starting" if lost is None and not code else code)
        return DeviceHealth(kind=self._kind, driver=self._driver, state=state, code=code, detail=detail)
