"""Everything people have tried to get out of a public screen, each as one action on the window that is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QEvent, QMetaObject, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QHelpEvent,
    QInputMethodEvent,
    QKeyEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtQuick import QQuickView
from PySide6.QtTest import QTest

Action = Callable[[QQuickView], object]
Named = tuple[str, Action]
KEY, MOD = Qt.Key, Qt.KeyboardModifier
NONE = MOD.NoModifier
# Functions of media keyboards, remote controls and office keyboards.
SPECIAL_KEYS = """
Escape Menu Meta Super_L Super_R Hyper_L Hyper_R Help Print SysReq Pause Insert ScrollLock NumLock Back Forward
Stop Refresh HomePage Favorites Search Standby OpenUrl LaunchMail LaunchMedia Launch0 Launch1 Launch9 LaunchA
LaunchB MediaPlay MediaStop MediaPrevious MediaNext MediaRecord MediaTogglePlayPause VolumeDown VolumeUp
VolumeMute MonBrightnessUp MonBrightnessDown KeyboardBrightnessUp PowerOff WakeUp Eject ScreenSaver WWW Memo
LightBulb Shop History AddFavorite HotLinks Finance Community AudioRewind BackForward ApplicationLeft
ApplicationRight Book CD Calculator ToDoList ClearGrab Close Copy Cut Display DOS Documents Excel Explorer Game
Go iTouch LogOff Market Meeting MenuKB MenuPB MySites News OfficeHome Option Paste Phone Calendar Reply Reload
RotateWindows RotationPB RotationKB Save Send Spell SplitScreen Support TaskPane Terminal Tools Travel Video
Word Xfer ZoomIn ZoomOut Away Messenger WebCam MailForward Pictures Music Battery Bluetooth WLAN UWB
AudioForward Sleep Hibernate TopMenu PowerDown Suspend Camera Call Hangup Flip Undo Redo Open Find New Exit
Cancel Printer Execute Select Play Zoom Guide Info Settings MicMute TouchpadToggle Execute
"""
CONTROLLED = """
A C V X Z Y P O S N W Q T F H J K L U R D I E B G Plus Minus 0 Tab Escape F4 Insert Home
"""
OF_THE_DESKTOP = """
D E L M R S I X U P K A V Tab Space Up Down Left Home Print Period Comma 1
"""


def keys() -> Iterator[Named]:
    """Single keys and combinations that desktops, browsers and systems listen to."""

    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> Action:
        return lambda window: QTest.keyClick(window, key, modifiers)

    for number in range(1, 25):
        yield f"F{number}", press(getattr(KEY, f"Key_F{number}"))
    for name in dict.fromkeys(SPECIAL_KEYS.split()):
        if (key := getattr(KEY, f"Key_{name}", None)) is not None:
            yield f"key {name}", lambda window, k=key: sent(window, k)
    alt, ctrl, shift, meta = MOD.AltModifier, MOD.ControlModifier, MOD.ShiftModifier, MOD.MetaModifier
    for name in ("F4", "Tab", "Escape", "Space", "Return", "F2", "F1", "Print", "Left", "Home", "D"):
        yield f"Alt+{name}", press(getattr(KEY, f"Key_{name}"), alt)
    for name in CONTROLLED.split():
        yield f"Ctrl+{name}", press(getattr(KEY, f"Key_{name}"), ctrl)
    for name in ("Escape", "N", "I", "J", "T", "W", "Delete", "Q", "P", "Tab"):
        yield f"Ctrl+Shift+{name}", press(getattr(KEY, f"Key_{name}"), ctrl | shift)
    for name in ("Delete", "Backspace", "T", "F1", "F2", "F7", "L", "Escape", "End", "Left", "Down", "Tab", "Insert"):
        yield f"Ctrl+Alt+{name}", press(getattr(KEY, f"Key_{name}"), ctrl | alt)
    for name in OF_THE_DESKTOP.split():
        yield f"Meta+{name}", press(getattr(KEY, f"Key_{name}"), meta)
    yield "Alt+Shift+Tab", press(KEY.Key_Tab, alt | shift)
    yield "Meta+Shift+S", press(KEY.Key_S, meta | shift)
    yield "Meta+Ctrl+D", press(KEY.Key_D, meta | ctrl)
    yield "Shift+F10", press(KEY.Key_F10, shift)
    yield "Shift five times", lambda window: [QTest.keyClick(window, KEY.Key_Shift) for _ in range(5)]
    yield "a key held down", lambda window: [QTest.keyPress(window, KEY.Key_Escape) for _ in range(50)]
    yield "a key that was never pressed", lambda window: QTest.keyRelease(window, KEY.Key_F4, alt)
    yield "Tab through everything", lambda window: [QTest.keyClick(window, KEY.Key_Tab) for _ in range(40)]


def sent(window: QQuickView, key: Qt.Key) -> None:
    """As a driver of a remote control does: a key that stands for no sign."""
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QGuiApplication.sendEvent(window, QKeyEvent(kind, key, NONE))


def at(window: QQuickView, x: float, y: float) -> QPoint:
    """A place by its share of the window."""
    return QPoint(round(x * (window.width() - 1)), round(y * (window.height() - 1)))


def mouse() -> Iterator[Named]:
    """Buttons, wheels and menus."""
    places = {"the middle": (0.5, 0.5), "the corner": (0.0, 0.0), "the foot": (0.5, 0.98)}
    for name in ("RightButton", "MiddleButton", "BackButton", "ForwardButton", "TaskButton", "ExtraButton4"):
        button = getattr(Qt.MouseButton, name)
        for place, share in places.items():
            yield (
                f"{name} at {place}",
                lambda window, b=button, s=share: QTest.mouseClick(window, b, NONE, at(window, *s)),
            )
        yield f"{name} twice", lambda window, b=button: QTest.mouseDClick(window, b, NONE, at(window, 0.5, 0.5))
    for name, modifiers in (("Ctrl", MOD.ControlModifier), ("Alt", MOD.AltModifier), ("Meta", MOD.MetaModifier)):
        yield (
            f"{name}+click in the empty corner",
            lambda window, m=modifiers: QTest.mouseClick(window, Qt.MouseButton.LeftButton, m, at(window, 1, 0)),
        )
        for turn in (120, -120):
            yield f"{name}+wheel {turn}", lambda window, t=turn, m=modifiers: wheel(window, t, m)
    for turn in (120, -120, 12000):
        yield f"wheel {turn}", lambda window, t=turn: wheel(window, t, NONE)
    for reason in ("Mouse", "Keyboard", "Other"):
        yield f"context menu by {reason}", lambda window, r=reason: menu(window, r)
    yield "what's this", lambda window: send(window, QHelpEvent(QEvent.Type.HelpRequest, QPoint(1, 1), QPoint(1, 1)))


def send(window: QQuickView, event: QEvent) -> bool:
    return QGuiApplication.sendEvent(window, event)


def wheel(window: QQuickView, turn: int, modifiers: Qt.KeyboardModifier) -> bool:
    place = QPointF(at(window, 0.5, 0.5))
    none = Qt.MouseButton.NoButton
    phase = Qt.ScrollPhase.NoScrollPhase
    return send(window, QWheelEvent(place, place, QPoint(), QPoint(0, turn), none, modifiers, phase, False))


def menu(window: QQuickView, reason: str) -> bool:
    place = at(window, 0.5, 0.5)
    return send(window, QContextMenuEvent(getattr(QContextMenuEvent.Reason, reason), place, place))


def gestures(finger: QPointingDevice) -> Iterator[Named]:
    """What fingers do on tablets and phones: swipes from the edges, several fingers, pinches, long presses."""

    def swipe(start: tuple[float, float], end: tuple[float, float], fingers: int = 1) -> Action:
        def run(window: QQuickView) -> None:
            for step in range(6):
                sequence = QTest.touchEvent(window, finger)
                for number in range(fingers):
                    x = start[0] + (end[0] - start[0]) * step / 5 + 0.01 * number
                    y = start[1] + (end[1] - start[1]) * step / 5
                    place = at(window, min(x, 1), y)
                    if step == 0:
                        sequence.press(number, place, window)
                    elif step == 5:
                        sequence.release(number, place, window)
                    else:
                        sequence.move(number, place, window)
                sequence.commit()

        return run

    edges = {
        "left": ((0.0, 0.5), (0.6, 0.5)), "right": ((1.0, 0.5), (0.4, 0.5)), "top": ((0.5, 0.0), (0.5, 0.6)),
        "bottom": ((0.5, 1.0), (0.5, 0.4)), "corner": ((1.0, 1.0), (0.4, 0.4)),
    }  # fmt: skip
    for name, (start, end) in edges.items():
        for fingers in (1, 2, 3, 4, 5):
            yield f"{fingers} fingers from the {name}", swipe(start, end, fingers)

    def long_press(window: QQuickView) -> None:
        QTest.touchEvent(window, finger).press(0, at(window, 0.5, 0.03), window).commit()
        QTest.qWait(900)
        QTest.touchEvent(window, finger).release(0, at(window, 0.5, 0.03), window).commit()

    yield "a long press", long_press
    for kind in ("Begin", "End", "Pan", "Zoom", "SmartZoom", "Rotate", "Swipe"):
        yield f"native gesture {kind}", lambda window, k=kind: native(window, finger, k)


def native(window: QQuickView, finger: QPointingDevice, kind: str) -> bool:
    place = QPointF(at(window, 0.5, 0.5))
    gesture = getattr(Qt.NativeGestureType, f"{kind}NativeGesture")
    return send(window, QNativeGestureEvent(gesture, finger, 3, place, place, place, 1.5, QPointF(5, 5)))


def things(folder: Path) -> Iterator[Named]:
    """Dropped, pasted, linked, typed by an input method."""
    file = folder / "evil.desktop"
    file.write_text("[Desktop Entry]\nExec=xterm\n")
    contents: dict[str, Callable[[QMimeData], None]] = {
        "text": lambda data: data.setText("rm -rf /"),
        "a file": lambda data: data.setUrls([QUrl.fromLocalFile(str(file))]),
        "many files": lambda data: data.setUrls([QUrl.fromLocalFile(str(file))] * 100),
        "a web address": lambda data: data.setUrls([QUrl("https://example.com/")]),
        "html": lambda data: data.setHtml("<a href='file:///'>x</a>"),
        "a colour": lambda data: data.setColorData("#ff0000"),
    }
    for name, fill in contents.items():
        yield f"drop {name}", lambda window, f=fill: drop(window, f)
        yield f"paste {name}", lambda window, f=fill: paste(window, f)
    for link in (
        "https://example.com/", "http://localhost:1/", "file:///etc/passwd", file.as_uri(), "mailto:a@example.com",
        "tel:110", "ftp://example.com/", "ms-settings:", "shell:startup", "data:text/html,x", "javascript:alert(1)",
    ):  # fmt: skip
        yield f"open {link.partition(':')[0]} {len(link)}", lambda window, u=link: QDesktopServices.openUrl(QUrl(u))
    yield "an input method composes", lambda window: compose(QInputMethodEvent("nihao", []))
    yield "an input method commits a command", lambda window: compose(committed("\x1b\x03"))
    yield "an input method is shown", lambda window: QGuiApplication.inputMethod().show()
    yield "a sign of control is typed", lambda window: typed(window, "\x1b")
    yield "a very long text is typed", lambda window: [typed(window, sign) for sign in "A" * 300]


def typed(window: QQuickView, text: str) -> bool:
    return send(window, QKeyEvent(QEvent.Type.KeyPress, 0, NONE, text))


def committed(text: str) -> QInputMethodEvent:
    event = QInputMethodEvent()
    event.setCommitString(text)
    return event


def compose(event: QInputMethodEvent) -> None:
    focus = QGuiApplication.focusObject()
    if focus is not None:
        QGuiApplication.sendEvent(focus, event)


def mime(fill: Callable[[QMimeData], None]) -> QMimeData:
    data = QMimeData()
    fill(data)
    return data


def drop(window: QQuickView, fill: Callable[[QMimeData], None]) -> None:
    data, left = mime(fill), Qt.MouseButton.LeftButton
    place = at(window, 0.5, 0.5)
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, left, NONE)
    send(window, enter)
    assert not enter.isAccepted()
    event = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, left, NONE)
    send(window, event)


def paste(window: QQuickView, fill: Callable[[QMimeData], None]) -> None:
    QGuiApplication.clipboard().setMimeData(mime(fill))
    QTest.keyClick(window, KEY.Key_V, MOD.ControlModifier)
    QTest.keyClick(window, KEY.Key_Insert, MOD.ShiftModifier)
    QGuiApplication.clipboard().clear()


def window_acts() -> Iterator[Named]:
    """What a window manager, a task bar or a remote control does to a window."""
    yield "close", lambda window: window.close()
    yield "close five times", lambda window: [window.close() for _ in range(5)]
    yield "a close event", lambda window: send(window, QEvent(QEvent.Type.Close))
    yield "minimise", lambda window: window.showMinimized()
    yield "maximise", lambda window: window.showMaximized()
    yield "a normal window", lambda window: window.showNormal()
    yield "hide", lambda window: window.hide()
    yield "lower", lambda window: window.lower()
    yield "minimised and restored", lambda window: (window.showMinimized(), window.showNormal())
    yield "state minimised", lambda window: window.setWindowState(Qt.WindowState.WindowMinimized)
    yield "state none", lambda window: window.setWindowState(Qt.WindowState.WindowNoState)
    yield "made small", lambda window: window.resize(300, 300)
    yield "pushed off the screen", lambda window: window.setPosition(5000, 5000)
    yield "asked to quit", lambda window: QMetaObject.invokeMethod(QGuiApplication.instance(), "quit")
    yield "system move", lambda window: window.startSystemMove()
    yield "system resize", lambda window: window.startSystemResize(Qt.Edge.LeftEdge)
