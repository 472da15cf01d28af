"""Orders from the console or by rule: this terminal starts again, shows its screen, is louder, goes off; or why not."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final, get_args

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from shared.client.hall_client import HallClient
from shared.client.service_manager import is_supervised
from shared.domain.errors import HallError
from shared.schemas.orders import CONTENT_LIMIT, LEVELS, Order, OrderKind, OrderOutcome
from shared.ui.background import run_in_background
from shared.ui.errands import Errands, Kind
from shared.ui.machine import Machine
from shared.ui.recent_log import recent_log

log = logging.getLogger(__name__)
ASKED: Final = "terminal_order.asked"
# The exit code of a program that was told to start again: its service manager does that, and counts no crash.
AGAIN: Final = 75
GRAB_S: Final = 10.0
KINDS: Final = frozenset(get_args(OrderKind))


class Orders(Errands[Order, OrderOutcome]):
    """Of one program. Main thread only; the work is done on a worker."""

    _grab_wanted = Signal()

    def __init__(
        self, client: HallClient, grab: Callable[[], QImage] | None, hindrance: Callable[[], str],
        parent: QObject | None = None, *, machine: Machine | None = None,
        supervised: Callable[[], bool] = is_supervised,
        leave: Callable[[int], object] = QCoreApplication.exit,
    ) -> None:  # fmt: skip
        """``grab``: the screen, on the main thread; None where it shows what is nobody else's business. ``hindrance``:
        why nothing may be done to it now, a key of ``orders.why``; empty: nobody is served here. ``machine``: what is
        louder, brighter, or off.
        """
        kind: Kind[Order, OrderOutcome] = Kind("terminal order", client.own_orders, self._do, client.settle_order)
        super().__init__(kind, parent, done=self._told)
        self._client, self._grab, self._hindrance = client, grab, hindrance
        self._supervised, self._leave = supervised, leave
        self._machine = machine
        self._again_wanted = self._off_wanted = False
        self._grabbed: tuple[QImage | None, str] = (None, "")
        self._has_grabbed = threading.Event()
        self._grab_wanted.connect(self._grab_now, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def hear(self, event: object) -> None:
        """An event of the hall's stream."""
        if getattr(event, "kind", "") == ASKED:
            self.look()

    def _do(self, asked: Order) -> OrderOutcome:
        try:
            code = self._obey(asked)
        except HallError:
            code = "not_sent"
        except Exception:
            log.exception("order %s failed", asked.kind)
            code = "broke"
        return OrderOutcome(result="failed" if code else "done", code=code or None)

    def _obey(self, asked: Order) -> str:
        """On a worker: empty when it is done, else why it is not."""
        if asked.kind not in KINDS:
            # A newer server's; what is known of the others is done all the same.
            return "unsupported"
        if asked.kind == "log":
            self._client.bring_order_content(asked.id, recent_log.text().encode()[-CONTENT_LIMIT // 8 :])
            return ""
        machine = self._machine
        if asked.kind in LEVELS:
            return "unsupported" if machine is None else machine.obey(asked)
        image, hindrance = self._on_main()
        if asked.kind == "screenshot":
            if self._grab is None:
                return "private_screen"
            if hindrance:
                return hindrance
            if image is None or image.isNull():
                return "no_picture"
            self._client.bring_order_content(asked.id, _png(image))
            return ""
        if asked.kind != "restart":
            # Nobody is left in the dark who is served here.
            code = hindrance or ("unsupported" if machine is None else machine.obey(asked))
            self._off_wanted = self._off_wanted or (asked.kind == "power_off" and not code)
            return code
        if not self._supervised():
            return "not_supervised"
        self._again_wanted = not hindrance
        return hindrance

    def _on_main(self) -> tuple[QImage | None, str]:
        """The screen and what stands against it, asked on the main thread, which must not wait for this one."""
        self._has_grabbed.clear()
        self._grab_wanted.emit()
        for _ in range(round(GRAB_S * 10)):
            if self._has_grabbed.wait(0.1):
                return self._grabbed
            if self.stopped:
                break
        return None, "no_picture"

    @Slot()
    def _grab_now(self) -> None:
        try:
            hindrance = self._hindrance()
            image = None if hindrance or self._grab is None else self._grab()
            self._grabbed = (image, hindrance)
        except Exception:
            log.exception("no picture of the screen")
            self._grabbed = (None, "no_picture")
        self._has_grabbed.set()

    def _told(self) -> None:
        """The server knows that it is done: only now the program may go."""
        if self._again_wanted and not self.stopped:
            log.warning("starts again, as ordered")
            self._leave(AGAIN)
        machine = self._machine
        if self._off_wanted and machine is not None and not self.stopped:
            self._off_wanted = False
            log.warning("the machine goes off, as ordered")
            run_in_background(machine.go_off, owner=self)


def _png(image: QImage) -> bytes:
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(raw.data())
