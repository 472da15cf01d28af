"""Updates of a program that a launcher started: fetched beside its work, and switched to when nobody needs it."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from shared.client.hall_client import HallClient
from shared.client.updates import ARCHIVES
from shared.domain.errors import HallError
from shared.offline.updates.settings import BUILT_IN_ENV, UpdateSettings
from shared.offline.updates.updater import Updater
from shared.ui.orders import AGAIN

log = logging.getLogger(__name__)
BEAT_MS: Final = 1_000
# A screen that has not beaten for so long is not drawn.
LATE_S: Final = 5.0
ROOT: Final = Path(__file__).resolve().parents[2]


class Updates(QObject):
    """Of one program; does nothing where no launcher started it. Main thread only.

    ``hindrance``: why it must not be ended now; asked each second on the main thread.
    """

    _leave_wanted = Signal()

    def __init__(
        self, client: HallClient, hindrance: Callable[[], str], parent: QObject | None = None, *,
        environment: Mapping[str, str] = os.environ, leave: Callable[[int], object] = QCoreApplication.exit,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._client, self._hindrance, self._leave = client, hindrance, leave
        self._environment = environment
        self._hindered, self._beaten = "starting", time.monotonic()
        self._awake, self._ending = threading.Event(), False
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._leave_wanted.connect(self._go, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Begin to ask the server, where this terminal is updated at all."""
        if self._thread is not None:
            return
        try:
            settings = UpdateSettings.here(self._environment)
            if settings is None:
                return
            updater = Updater(
                settings, self._client, partial(self._client.open_media, path=ARCHIVES),
                hindrance=lambda: self._hindered, alive=lambda: time.monotonic() - self._beaten < LATE_S,
                leave=self._leave_wanted.emit, lock=_packages(),
            )  # fmt: skip
        except (HallError, OSError) as error:
            # A terminal that can't be updated works all the same.
            log.error("no updates here: %s", error)
            return
        self._timer.start()
        self._beat()
        self._thread = threading.Thread(target=self._run, args=(updater,), name="updates", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends after the step that is under way; the client is closed by whoever made it."""
        self._ending = True
        self._timer.stop()
        self._awake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, updater: Updater) -> None:
        while not self._ending:
            try:
                pause = updater.step()
            except Exception:
                log.exception("updates")
                pause = 60.0
            self._awake.wait(pause)

    @Slot()
    def _beat(self) -> None:
        self._hindered, self._beaten = self._hindrance(), time.monotonic()

    @Slot()
    def _go(self) -> None:
        if not self._ending:
            log.warning("starts again with a new version")
            self._leave(AGAIN)


def _packages() -> str:
    """Which packages are installed beside this program: the sum of the list they were installed from."""
    # The programs' packages belong to what was installed by hand, whichever slot runs.
    lock = Path(os.environ.get(BUILT_IN_ENV, str(ROOT)), "requirements.lock")
    try:
        return hashlib.sha256(lock.read_bytes()).hexdigest()
    except OSError:
        return ""
