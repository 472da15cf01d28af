"""One kiosk that plays its schedule and is touched, for ``./run bench attract``.

``python -m tests.bench.attract_kiosk URL tickets|touch DATA TOUCHES``; the last line is a JSON list of what was on and
the milliseconds to the first frame of the start screen.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kiosk_app import bootstrap, touch
from shared.client.settings import TerminalSettings
from shared.ui.application import create_application

# In the middle of what plays, each time at another moment of it.
SHOWN_MS = 350
STEP_MS = 37
PATIENCE_S = 60


def wait(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("the kiosk does not do what was waited for")
        QTest.qWait(5)


def main() -> None:
    url, mode, data, touches = sys.argv[1:]
    create_application("kiosk")
    Path(data).mkdir(parents=True, exist_ok=True)
    options = {"mode": mode, "size": "1080x1920", "touch_guard_ms": 0}
    settings = TerminalSettings("kiosk", "bench", url, os.environ["ZHITING_TOKEN"], options=options, data=Path(data))
    app = touch.build(settings) if mode == "touch" else bootstrap.build(settings)
    desk = app.browsing if isinstance(app, touch.TouchApp) else app.queueing

    def at() -> str:
        return app.browsing.state.place if isinstance(app, touch.TouchApp) else app.queueing.state.step

    app.start()
    wait(lambda: at() == "start" and len(app.media.reel()) == 2)
    desk.rests_after = lambda: 0.05
    desk.rest_anew()
    frames: list[float] = []
    app.window.frameSwapped.connect(lambda: frames.append(time.perf_counter()) if at() == "start" else None)
    found: list[tuple[str, float]] = []
    for number in range(int(touches)):
        wait(lambda: at() == "attract")
        wanted = "film" if number % 2 else "picture"
        wait(lambda wanted=wanted: ("film" if app.attract.state.slide.film else "picture") == wanted)
        QTest.qWait(SHOWN_MS + number % 20 * STEP_MS)
        if ("film" if app.attract.state.slide.film else "picture") != wanted or at() != "attract":
            continue
        desk.rests_after = lambda: 3600.0
        frames.clear()
        began = time.perf_counter()
        QTest.mouseClick(app.window, Qt.MouseButton.LeftButton, pos=QPoint(540, 700))
        wait(lambda: frames)
        found.append((wanted, 1000 * (frames[0] - began)))
        QTest.qWait(100)
        desk.rests_after = lambda: 0.05
        desk.rest_anew()
    app.stop()
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
