"""A scanner on the device board. Fault: unplugged."""

from __future__ import annotations

from shared.devices.board_line import BoardLine
from shared.devices.listened import ListenedDevice
from shared.devices.scanner.protocol import CodeScanned, ScannerBack, ScannerEvent, ScannerLost
from shared.schemas.device_health import DeviceHealth


class SimulatedScanner(ListenedDevice[ScannerEvent]):
    """Hands over the codes shown to it on the board."""

    def __init__(self, board: str, name: str) -> None:
        self._line = BoardLine(board, name, "scanner")
        super().__init__("scanner", "simulator", f"scanner {name}")
        self._lost: bool | None = None

    def wake(self) -> None:
        self._line.close()

    def health(self) -> DeviceHealth:
        return self.standing(None if self._lost is None else "scanner_unplugged" if self._lost else "")

    def work(self) -> None:
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
                    self.tell(CodeScanned(message["text"]))
            lost = not linked or fault == "unplugged"
            if lost != self._lost:
                self._lost = lost
                self.tell(ScannerLost("scanner_unplugged") if lost else ScannerBack())
        self._line.hang_up()
