"""``./run bench attract``: from a touch on a kiosk that plays a film to the first frame of its start screen.

A real hall places a playlist of a film and a picture on its kiosks; the ticket kiosk and the touch browser, each a
process of its own, 1080 x 1920 pixels, drawn by software, fall into the loop and are touched again and again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

from shared.schemas.signage import ContentCreate, ContentPlaces
from tests.bench.goals import at_most, lines
from tests.bench.servers import machine_load
from tests.fakes import media
from tests.fakes.hall import ROOT, RunningHall, running_hall
from tests.fakes.pictures import upload

MODES: Final = ("tickets", "touch")
LONGEST_S: Final = 600


def run(folder: Path, say: Callable[[str], None], *, quick: bool = False) -> dict[str, Any]:
    load_before = machine_load()
    figures: dict[str, Any] = {}
    with running_hall(folder / "hall") as hall:
        media_of(hall)
        for mode in MODES:
            say(f"{mode}: touched while it plays")
            found = _touched(hall, folder / mode, mode, 6 if quick else 100)
            for what in ("film", "picture"):
                times = sorted(ms for kind, ms in found if kind == what)
                figures[f"{mode}, {what}"] = {
                    "touches": len(times), "median_ms": round(median(times), 1),
                    "p99_ms": round(times[int(0.99 * (len(times) - 1))], 1), "longest_ms": round(times[-1], 1),
                }  # fmt: skip
    goals = {f"touch to start, {name}, longest ms": at_most(one["longest_ms"], 200.0) for name, one in figures.items()}
    say("")
    for line in lines(goals):
        say(line)
    load = [load_before, machine_load()]
    say(f"  machine load {load[0]} before, {load[1]} after")
    return {"goals": goals, "figures": figures, "machine_load": load}


def media_of(hall: RunningHall) -> None:
    """A film of three seconds and a picture, drawn over the screen of every kiosk."""
    client = hall.client("admin")
    film = upload(client, "film.mp4", media.mp4(24, 40, frames=75, rate=25), "video/mp4")
    picture = upload(client, "picture.jpg", media.jpeg(1080, 1920), "image/jpeg")
    items = [{"media": film, "kind": "video"}, {"media": picture, "seconds": 2}]
    playlist = client.add_signage_content(ContentCreate(kind="playlist", name="bench", data={"items": items}))
    made = client.add_signage_content(
        ContentCreate(kind="schedule", name="bench", data={"playlist": str(playlist.id)})
    )  # fmt: skip
    client.place_signage_content(made.id, ContentPlaces(version=made.version, kiosks=True))


def _touched(hall: RunningHall, data: Path, mode: str, rounds: int) -> list[tuple[str, float]]:
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "QSG_RENDER_LOOP": "basic",
        "QT_QUICK_BACKEND": "software", "QT_LOGGING_RULES": "*.info=false;qt.multimedia.*=false",
        "ZHITING_TOKEN": hall.token("kiosk", f"bench-{mode}"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.attract_kiosk", hall.url, mode, str(data), str(rounds)], cwd=ROOT,
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=LONGEST_S, check=True,
    )  # fmt: skip
    return [(kind, ms) for kind, ms in json.loads(done.stdout.splitlines()[-1])]
