"""A scanner on the device board. Fault: unplugged."""

from __future__ import annotations

import threading

from shared.devices.board_line import BoardLine
from shared.devices.scanner.protocol import CodeScanned, ScannerBack, ScannerEvent, ScannerListener, ScannerLost
from shared.devices.telling import tell
from shared.schemas.device_health import DeviceHealth


class SimulatedScanner:
    """Hands over the codes shown to it on the board."""

    def __init__(self, board: str, name: str) -> None:
        self._line = BoardLine(board, name, "scanner")
        self._listener: ScannerListener | None = None
        self._thread = threading.Thread(target=self._work, name=f"scanner {name}", daemon=True)
        self._lost: bool | None = None

    def open(self, listener: ScannerListener) -> None:
        self._listener = listener
        self._thread.start()

    def close(self) -> None:
        self._line.close()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(3)

    def health(self) -> DeviceHealth:
        if self._lost is None:
            return DeviceHealth(kind="scanner", driver="simulator", state="warning", code="starting")
        code = "scanner_unplugged" if self._lost else ""
        return DeviceHealth(kind="scanner", driver="simulator", state="error" if code else "ok", code=code)

    def _work(self) -> None:
        linked, fault = False, None
        while (message := self._line.receive()) is not None:
            match message["do"]:
                case "welcome":
                    linked, fault = True, message["fault"]
                case "gone":
                    linked = False
                case "set_fault":
                    fault = message["fault"]
                case "scan" if self._lost is False:
                    self._tell(CodeScanned(message["text"]))
            lost = not linked or fault == "unplugged"
            if lost != self._lost:
                self._lost = lost
                self._tell(ScannerLost("scanner_unplugged") if lost else ScannerBack())
        self._line.hang_up()

    def _tell(self, event: ScannerEvent) -> None:
        if not self._line.closed:
            tell(self._listener, event)
