"""Says ``interactive`` when a window has drawn its first frame and answers again.

``python -m tests.bench.first_frame kiosk|counter|signage|admin …`` runs the real program with its own options;
``bare_quick`` and ``bare_widgets`` open the least window of either kind, for comparison.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BARE_QML = """
import QtQuick
Rectangle {
    width: 540; height: 960
    Text { anchors.centerIn: parent; text: "智厅"; font.pixelSize: 40 }
}
"""


def announce(windows: Sequence[Any], quit_after: Any) -> None:
    """Every window on screen must have drawn a frame from now on; then the event loop must come round once more."""
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer
    from PySide6.QtQuick import QQuickWindow

    waiting = [window for window in windows if window.isVisible()]
    if not waiting:
        raise RuntimeError("the program shows no window")

    def drawn(window: Any) -> None:
        if window in waiting:
            waiting.remove(window)
            if not waiting:
                QTimer.singleShot(0, say)

    def say() -> None:
        print("interactive", flush=True)
        quit_after()

    class Painted(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                # A paint event comes before the painting.
                QTimer.singleShot(0, lambda: drawn(watched))
            return False

    for window in list(waiting):
        if isinstance(window, QQuickWindow):
            window.frameSwapped.connect(lambda window=window: drawn(window), Qt.ConnectionType.QueuedConnection)
            window.requestUpdate()
        else:
            window.installEventFilter(Painted(window))
            window.update()


def run_real(program_name: str, arguments: list[str]) -> None:
    from shared.ui import program

    def started(app: program.App) -> None:
        from PySide6.QtWidgets import QApplication

        announce(app.windows, QApplication.quit)

    program.observers.append(started)
    sys.argv = [program_name, *arguments]
    runpy.run_module(f"{program_name}_app", run_name="__main__", alter_sys=False)


def run_bare(kind: str, folder: str) -> None:
    from PySide6.QtWidgets import QApplication, QLabel

    application = QApplication(sys.argv[:1])
    window: Any
    if kind == "quick":
        from PySide6.QtCore import QUrl
        from PySide6.QtQuick import QQuickView

        qml = Path(folder) / "bare.qml"
        qml.write_text(BARE_QML, encoding="utf-8")
        window = QQuickView()
        window.setSource(QUrl.fromLocalFile(str(qml)))
    else:
        window = QLabel("智厅")
        window.resize(540, 960)
    window.show()
    announce([window], application.quit)
    application.exec()


if __name__ == "__main__":
    name, *rest = sys.argv[1:]
    if name.startswith("bare_"):
        run_bare(name.removeprefix("bare_"), rest[0])
    else:
        run_real(name, rest)
