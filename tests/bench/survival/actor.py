"""One terminal as a process without a window: the real parts of its program, and somebody who uses it.

``python -m tests.bench.survival.actor KIND NAME PLACE URL SEED DATA``; the token comes in the environment. ``PLACE`` is
the folder of the run, where everybody's witness lies; ``DATA`` the terminal's own disk.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final, Protocol

from PySide6.QtCore import QCoreApplication, QTimer

from shared.client.hall_client import HallClient
from shared.ui.background import wait_for_background
from tests.bench.survival.witness import Witness, put

TICK_MS: Final = 60
REPORT_MS: Final = 250
TOKEN_ENV: Final = "SURVIVE_TOKEN"
# The file whose being there means: begin nothing new.
REST: Final = "rest"


@dataclass(frozen=True)
class Post:
    """Where a terminal stands. ``random``: of this terminal alone, decided by the seed."""

    name: str
    place: Path
    data: Path
    client: HallClient
    witness: Witness
    random: Random

    @property
    def rests(self) -> bool:
        return (self.place / REST).exists()


class Actor(Protocol):
    """``tick`` is what somebody does next; ``report`` what the run wants to know of it."""

    def start(self) -> None: ...
    def tick(self) -> None: ...
    def report(self) -> dict[str, Any]: ...
    def stop(self) -> None: ...


def make(kind: str, post: Post) -> Actor:
    if kind == "kiosk":
        from tests.bench.survival.kiosk import KioskActor

        return KioskActor(post)
    if kind == "counter":
        from tests.bench.survival.counter import CounterActor

        return CounterActor(post)
    from tests.bench.survival.display import DisplayActor

    return DisplayActor(post)


def main(kind: str, name: str, place: Path, url: str, seed: str, data: Path) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    app = QCoreApplication([])
    client = HallClient(url, os.environ[TOKEN_ENV])
    data.mkdir(parents=True, exist_ok=True)
    # Another life is another person at it, but the same one each time the run is repeated.
    lives = place / f"{name}.lives"
    with lives.open("a") as file:
        file.write(".")
    post = Post(
        name, place, data, client, Witness(place / f"{name}.witness"), Random(f"{seed} {name} {lives.stat().st_size}")
    )
    actor = make(kind, post)
    signal.signal(signal.SIGTERM, lambda *_: app.quit())
    report = QTimer(app, interval=REPORT_MS)
    report.timeout.connect(lambda: put(place / f"{name}.report", {"pid": os.getpid(), **actor.report()}))
    tick = QTimer(app, interval=TICK_MS)
    tick.timeout.connect(actor.tick)
    actor.start()
    report.start()
    tick.start()
    code = app.exec()
    report.stop()
    tick.stop()
    actor.stop()
    wait_for_background()
    client.close()
    return code


if __name__ == "__main__":
    kind, name, place, url, seed, data = sys.argv[1:]
    raise SystemExit(main(kind, name, Path(place), url, seed, Path(data)))
