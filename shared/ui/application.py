"""The application object of every app: font, rendering, messages of Qt into the log, a clean end on SIGTERM."""

import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    Qt,
    QTimerEvent,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QApplication

from shared.ui.background import wait_for_background

FONT_FAMILY = "Microsoft YaHei" if sys.platform == "win32" else "Noto Sans CJK SC"
STRICT_ENV = "ZHITING_STRICT"
EXIT_WARNINGS = 70
COLLECT_MS = 1000

_log = logging.getLogger("qt")
_levels = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
# The offscreen platform says this of windows with a fixed size, dialogs and pop-ups; it is no fault of ours.
_HARMLESS = tuple(
    f"This plugin does not support {what}"
    for what in ("propagateSizeHints()", "raise()", "lower()", "grabbing the keyboard")
)
# Qt asks for PipeWire first and then takes PulseAudio, which every Debian has.
_HARMLESS += ("Couldn't load pipewire-0.3 library", "Couldn't resolve pipewire-0.3 symbols")
# A machine without a graphics card turns a video's colours by the processor, as it draws everything else.
_HARMLESS += (
    "QRhi* {anonymous}::ThreadLocalRhiHolder::ensureRhi(QRhi::Implementation) : No RHI backend. Using CPU conversion.",
)

_warnings: list[str] = []


def qt_warnings() -> tuple[str, ...]:
    """What Qt complained about since the start; a test expects nothing here."""
    return tuple(_warnings)


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    level = _levels.get(kind, logging.WARNING)
    if message in _HARMLESS:
        level = logging.DEBUG
    if level >= logging.WARNING:
        _warnings.append(message)
    _log.log(level, "%s", message)


class _SignalQuit(QObject):
    """Ends the event loop on SIGTERM and SIGINT; Python would otherwise wait for the next Qt event."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._quit)

    def _drain(self) -> None:
        # Returning to Python here is what lets the handler of the signal run.
        self._reader.recv(64)

    def _quit(self, number: int, frame: object) -> None:
        logging.getLogger(__name__).info("signal %s: closing", number)
        # Not quit(): that asks the windows, and a window that lets nobody close it would say no.
        QApplication.exit(0)


class _Collector(QObject):
    """Runs Python's cycle collector, on the main thread only.

    Left alone it runs on whatever thread allocates next; a worker that frees a window or a timer crashes the program.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        gc.disable()
        self.startTimer(COLLECT_MS)

    def timerEvent(self, event: QTimerEvent) -> None:
        collect_garbage()


def collect_garbage() -> None:
    """What Python would do by itself: the oldest generation that is due."""
    for generation, (count, limit) in reversed(list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))):
        if count > limit:
            gc.collect(generation)
            return


def create_application(name: str, argv: Sequence[str] | None = None) -> QApplication:
    """The one QApplication of a program, ready for Widgets and Quick; call once, first."""
    os.environ.setdefault("QSG_RENDER_LOOP", "basic")
    os.environ.setdefault("QT_QUICK_CONTROLS_STYLE", "Basic")
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        _dress(existing, name)
        return existing
    qInstallMessageHandler(_on_qt_message)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(list(argv if argv is not None else sys.argv))
    _dress(app, name)
    _SignalQuit(app)
    _Collector(app)
    return app


def _dress(app: QApplication, name: str) -> None:
    app.setOrganizationName("ZhiTing")
    app.setApplicationName(name)
    app.setDesktopFileName(f"zhiting-{name}")
    app.setFont(QFont(FONT_FAMILY))


def run_application(app: QApplication) -> int:
    """Runs the event loop, waits for background work; exit code 70 in strict mode when Qt warned."""
    code = app.exec()
    if not wait_for_background(5.0):
        logging.getLogger(__name__).warning("background work still runs at the end")
    if code == 0 and os.environ.get(STRICT_ENV) and _warnings:
        return EXIT_WARNINGS
    return code
