"""One wall with a program of its own and no server, for ``./run bench signage``.

``python -m tests.bench.signage_wall first|rate|turns DATA [NUMBER]``; says ``right`` at the first right frame, else
prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.signage_app.walls import COLOURS, PLAYLIST, film, item, picture, program

HD = (1920, 1080)
MARGIN = 24
MEDIA = {"id": "m", "kind": "media", "x": 0, "y": 0, "width": 1920, "height": 980}
TICKER = {"id": "t", "kind": "ticker", "x": 0, "y": 980, "width": 1920, "height": 100}


def prepare(data: Path, kind: str) -> None:
    """The kept program as a display that was cut off finds it."""
    from shared.offline.kept_signage import KeptSignage, SignageCopy

    (data / "media").mkdir(parents=True, exist_ok=True)
    store = data / "media"
    red = item(picture(store, COLOURS[0], HD))
    if kind == "first":
        items = [red]
    elif kind == "rate":
        items = [item(film(store, COLOURS[1], 4, HD), kind="video", seconds=3600)]
    else:
        blue, green = picture(store, COLOURS[2], HD), film(store, COLOURS[1], 1, (1280, 720))
        items = [
            red,
            item(green, kind="video"),
            item(blue, transition="cut"),
            item(green, kind="video", transition="cut"),
        ]
    ticker = {**TICKER, "words": "请保管好随身物品。" * 12}
    made = program({PLAYLIST: items}, {"zones": [MEDIA, ticker]})
    SignageCopy(data / "signage.copy").save(KeptSignage(program=made))


def _wall(data: Path, elapsed: Any = None) -> Any:
    from shared.client.settings import TerminalSettings
    from shared.ui.application import create_application
    from signage_app.bootstrap import SignageApp

    create_application("signage")
    options = {"silent": True, "size": "1920x1080"}
    settings = TerminalSettings("signage", "bench", "http://127.0.0.1:9", "t", "zh-CN", {}, options, data)
    app = SignageApp(settings, elapsed=elapsed) if elapsed is not None else SignageApp(settings)
    app.start()
    return app


def _is(app: Any, colour: str) -> bool:
    from PySide6.QtGui import QColor

    seen, wanted = app.window.grabWindow().pixelColor(960, 300), QColor(colour)
    pairs = ((seen.red(), wanted.red()), (seen.green(), wanted.green()), (seen.blue(), wanted.blue()))
    return all(abs(a - b) < MARGIN for a, b in pairs)


def first(data: Path) -> None:
    from PySide6.QtTest import QTest

    app = _wall(data)
    while not _is(app, COLOURS[0]):
        QTest.qWait(5)
    print("right", flush=True)
    app.stop()


def rate(data: Path, seconds: float) -> dict[str, Any]:
    """Frames that were drawn while a film of 25 frames a second fills the wall and a line of words moves."""
    from PySide6.QtTest import QTest

    app = _wall(data)
    while not _is(app, COLOURS[1]):
        QTest.qWait(20)
    frames: list[float] = []
    app.window.frameSwapped.connect(lambda: frames.append(time.perf_counter()))
    began, cpu = time.perf_counter(), time.process_time()
    QTest.qWait(int(seconds * 1000))
    took, used = time.perf_counter() - began, time.process_time() - cpu
    gaps = sorted(after - before for before, after in pairwise(frames))
    app.stop()
    return {
        "frames_per_s": round(len(frames) / took, 1), "longest_gap_ms": round(1e3 * gaps[-1], 1),
        "p99_gap_ms": round(1e3 * gaps[int(0.99 * (len(gaps) - 1))], 1), "processor_s_per_s": round(used / took, 2),
    }  # fmt: skip


def turns(data: Path, count: int) -> dict[str, Any]:
    """Memory while so many items come up, pictures and films; time is wound on as soon as one is seen."""
    from PySide6.QtTest import QTest

    from tests.signage_app.stage import Elapsed

    elapsed = Elapsed()
    app = _wall(data, elapsed)
    sizes: list[tuple[int, float]] = []
    key, made = 0, 0
    began = time.perf_counter()
    while made < count:
        QTest.qWait(20)
        zone = next(one for one in app.program.state.zones if one.kind == "media")
        if zone.item is not None and zone.item.key != key:
            key = zone.item.key
            made += 1
            QTest.qWait(300)
            elapsed.pass_by(1)
            if made % 20 == 0:
                sizes.append((made, _rss_mb()))
    settled = [one for one in sizes if one[0] >= count / 3]
    app.stop()
    slope = 1024 * _slope(settled)
    # A leak goes on in the second half; what the memory only arranges itself in does not.
    halves = [[one for one in sizes if (one[0] > count / 2) is late] for late in (False, True)]
    return {
        "transitions": made, "seconds": round(time.perf_counter() - began), "slope_kb": round(slope, 2),
        "halves_kb": [round(1024 * _slope(half), 2) for half in halves],
        "first_mb": sizes[0][1], "last_mb": sizes[-1][1], "largest_mb": max(size for _, size in sizes),
    }  # fmt: skip


def _slope(points: list[tuple[int, float]]) -> float:
    """Least squares."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    square = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / square if square else 0.0


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1024**2, 2)


if __name__ == "__main__":
    what, folder, *number = sys.argv[1:]
    if what == "first":
        first(Path(folder))
    else:
        done = rate(Path(folder), float(number[0])) if what == "rate" else turns(Path(folder), int(number[0]))
        print(json.dumps(done), flush=True)
