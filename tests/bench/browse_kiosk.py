"""One touch browser that is used, for ``./run bench browse``.

``python -m tests.bench.browse_kiosk URL DATA ROUNDS``; the last line is a JSON object of lists of milliseconds. Without
rounds there is no server, and only the start from its own copy is timed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

from kiosk_app import touch
from kiosk_app.features.browsing.presenter import BrowsingPresenter
from shared.client.hall_client import HallClient
from shared.client.settings import TerminalSettings
from shared.schemas.hall import CounterEdit
from shared.ui.application import create_application

WORDS = ("shenfenzheng", "yibao", "gjj", "gongjijin", "zhuxiao", "hukou", "jszjs", "shbxdj")
READINGS = 5
PATIENCE_S = 300
TICK_MS = 5


class Watch:
    """Touches, and the milliseconds until their frame stood on the screen."""

    def __init__(self, app: touch.TouchApp) -> None:
        self._app, self._frames = app, list[float]()
        self.found: dict[str, list[float]] = {}
        app.window.frameSwapped.connect(lambda: self._frames.append(time.perf_counter()))

    def note(self, what: str, since: float, until: float | None = None) -> None:
        self.found.setdefault(what, []).append(1000 * ((until or time.perf_counter()) - since))

    def timed(self, what: str, touch_it: Callable[[], None]) -> None:
        self._frames.clear()
        before, began = self._app.browsing.state, time.perf_counter()
        touch_it()
        if self._app.browsing.state == before:
            return
        wait(lambda: self._frames)
        self.note(what, began, self._frames[0])
        QTest.qWait(30)


def wait(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("the touch browser does not do what was waited for")
        QTest.qWait(TICK_MS)


def main() -> None:
    url, data, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    create_application("kiosk")
    data.mkdir(parents=True, exist_ok=True)
    options = {"mode": "touch", "size": "1080x1920", "touch_guard_ms": 0, "attract_seconds": 3600}
    settings = TerminalSettings("kiosk", "bench", url, os.environ["ZHITING_TOKEN"], options=options, data=data)
    began = time.perf_counter()
    app = touch.build(settings)
    watch = Watch(app)
    app.start()
    wait(lambda: app.content.library.content.guides)
    watch.note("ready" if rounds else "alone_ready", began)
    wait(lambda: app.browsing.state.place == "start")
    if rounds:
        _use(app.browsing, watch, rounds)
        _read_anew(app, watch, HallClient(url, os.environ["ZHITING_ADMIN"]))
    app.stop()
    print(json.dumps(watch.found), flush=True)


def _use(desk: BrowsingPresenter, watch: Watch, rounds: int) -> None:
    for number in range(rounds):
        watch.timed("open", lambda: desk.open("themes/"))
        watch.timed("open", partial(desk.open, desk.state.tiles[number % len(desk.state.tiles)].key))
        watch.timed("turn", lambda: desk.turn_page(1))
        watch.timed("open", lambda: desk.open(desk.state.tiles[0].key))
        desk.home()
        watch.timed("open", lambda: desk.open("search/"))
        for letter in WORDS[number % len(WORDS)]:
            watch.timed("letter", partial(desk.search_key, letter))
        if desk.state.strip.candidates:
            watch.timed("candidate", lambda: desk.take_candidate(desk.state.strip.candidates[0].text))
        desk.home()


def _read_anew(app: touch.TouchApp, watch: Watch, client: HallClient) -> None:
    """What a counter that is renamed costs the touch browser."""
    told, ticks = list[float](), list[float]()
    app.content.changed.connect(lambda: told.append(time.perf_counter()))
    clock = QTimer()
    clock.setInterval(TICK_MS)
    clock.timeout.connect(lambda: ticks.append(time.perf_counter()))
    for number in range(READINGS):
        counter = client.counters()[0]
        told.clear()
        client.edit_counter(counter.id, CounterEdit(name_en=f"Window {number}", version=counter.version))
        ticks.clear()
        clock.start()
        began = time.perf_counter()
        wait(lambda: told)
        clock.stop()
        watch.note("anew", began, told[0])
        gaps = [after - before for before, after in pairwise(ticks)]
        watch.found.setdefault("still", []).append(1000 * max(gaps))
    client.close()


if __name__ == "__main__":
    main()
