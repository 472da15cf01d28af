"""No way out of a public screen: what closes, leaves, covers, copies or opens elsewhere never reaches the program."""

from __future__ import annotations

import logging

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeyEvent, QMouseEvent, QWheelEvent, QWindow

log = logging.getLogger(__name__)
# What an attached keyboard, an accessible keypad or a scanner that types may send besides signs.
_KEYS = frozenset(
    {
        Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
        Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Shift, Qt.Key.Key_CapsLock,
    }
)  # fmt: skip
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_NEVER = frozenset(
    {
        QEvent.Type.Close, QEvent.Type.ContextMenu, QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.DragLeave,
        QEvent.Type.Drop, QEvent.Type.NativeGesture, QEvent.Type.WhatsThisClicked, QEvent.Type.HelpRequest,
    }
)  # fmt: skip
_KEY_EVENTS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride)
_MOUSE_EVENTS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)
_TOUCH_EVENTS = (QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel)
_INPUT = frozenset({*_KEY_EVENTS, *_MOUSE_EVENTS, *_TOUCH_EVENTS, QEvent.Type.Wheel, QEvent.Type.MouseMove})
_SCHEMES = ("http", "https", "file", "ftp", "mailto", "tel", "sms", "data", "qrc", "ms-settings", "shell", "javascript")
BACK_MS = 200


class Lockdown(QObject):
    """Keeps ``window`` full screen, in front and open until ``release``. Main thread only.

    ``deaf``: a screen that nobody works at takes no key, touch or mouse at all, and shows no pointer; nor does it take
    the focus from whoever works at another screen of the machine.
    """

    def __init__(self, window: QWindow, *, deaf: bool = False) -> None:
        super().__init__()
        self._window, self._deaf = window, deaf
        if deaf:
            window.setCursor(Qt.CursorShape.BlankCursor)
        self._back = QTimer(self, singleShot=True, interval=BACK_MS)
        self._back.timeout.connect(self._come_back)
        window.installEventFilter(self)
        window.visibilityChanged.connect(self._look)
        window.windowStateChanged.connect(self._look)
        window.activeChanged.connect(self._look)
        for scheme in _SCHEMES:
            # PySide says bytes and takes only str.
            QDesktopServices.setUrlHandler(scheme, self, "open_nothing")  # type: ignore[arg-type]

    def release(self) -> None:
        """The program itself ends: the window may close. Harmless when repeated."""
        self._back.stop()
        self._window.removeEventFilter(self)
        for signal in (self._window.visibilityChanged, self._window.windowStateChanged, self._window.activeChanged):
            signal.disconnect(self._look)
        for scheme in _SCHEMES:
            QDesktopServices.unsetUrlHandler(scheme)

    @Slot(QUrl)
    def open_nothing(self, url: QUrl) -> None:
        """Links lead nowhere on a public screen; the address stays out of the log, it may be personal."""
        log.warning("a link was not followed: %s", url.scheme())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _NEVER or (self._deaf and kind in _INPUT):
            event.ignore()
            return True
        if kind in _KEY_EVENTS and isinstance(event, QKeyEvent):
            return not _may_type(event)
        if kind in _MOUSE_EVENTS and isinstance(event, QMouseEvent):
            return event.button() != Qt.MouseButton.LeftButton
        if kind == QEvent.Type.Wheel and isinstance(event, QWheelEvent):
            return event.modifiers() != Qt.KeyboardModifier.NoModifier
        return False

    def _look(self, *_: object) -> None:
        if not self._is_home():
            self._back.start()

    def _is_home(self) -> bool:
        """Full screen and in front; a window of our own may cover it, such as the page of a machine that waits."""
        in_front = self._deaf or self._window.isActive() or QGuiApplication.focusWindow() is not None
        return self._window.visibility() == QWindow.Visibility.FullScreen and in_front

    def _come_back(self) -> None:
        if self._window.visibility() != QWindow.Visibility.FullScreen:
            self._window.showFullScreen()
        if not self._deaf and QGuiApplication.focusWindow() is None:
            self._window.raise_()
            self._window.requestActivate()
        if not self._is_home():
            self._back.start()


def _may_type(event: QKeyEvent) -> bool:
    """Signs and the few keys that move within a text; no command, no key that a system or a desktop listens to."""
    if event.modifiers() & _COMMANDS:
        return False
    return event.key() in _KEYS or (bool(event.text()) and event.text().isprintable())
