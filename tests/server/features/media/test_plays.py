"""kill -9 of a display at any moment: each showing it kept is counted by the hall once, and none twice."""

from __future__ import annotations

import datetime as dt
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import select as choose

from server.auth import Principal
from server.features.media.models import PlayRow
from server.features.media.plays import OLDEST, take_plays
from server.housekeeping import sweep
from shared.schemas.media import PlayBatch
from tests.fakes.forked import ROOT
from tests.fakes.hall import RunningHall
from tests.server.conftest import Desk
from tests.server.features.media.player import SHA256
from tests.server.features.media.uploading import Wire

KILLS = 40


def test_a_killed_display_loses_no_showing_and_tells_none_twice(shared_hall: RunningHall, tmp_path: Path) -> None:
    chance = random.Random(7)
    job: dict[str, Any] = {"url": shared_hall.url, "token": shared_hall.token("display"), "folder": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", "from tests.server.features.media.player import serve; serve()"], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None

    def run(within_s: float | None, *, ends: bool) -> int:
        import json

        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(job | {"ends": ends}).encode() + b"\n")
        process.stdin.flush()
        pid = int(process.stdout.readline())
        if not select.select([process.stdout], [], [], within_s)[0]:
            os.kill(pid, signal.SIGKILL)
        return int(process.stdout.readline())

    try:
        for _ in range(KILLS):
            assert run(0.02 + chance.random() * 0.15, ends=False) == -signal.SIGKILL
        assert run(None, ends=True) == 0
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()
    witnessed = (tmp_path / "witness").read_text().split()
    with closing(sqlite3.connect(tmp_path / "plays.db")) as journal:
        kept = [id_ for (id_,) in journal.execute("SELECT id FROM entries")]
    told = [str(row.id) for row in shared_hall.execute(choose(PlayRow.id).where(PlayRow.sha256 == SHA256))]
    assert sorted(told) == sorted(kept) and set(witnessed) <= set(told)
    assert len(witnessed) > KILLS and len(kept) - len(set(witnessed)) <= KILLS
    wire = Wire(shared_hall)
    day = shared_hall.execute(choose(PlayRow.day).limit(1))[0].day
    (count,) = wire.ask("GET", "/plays", params={"first": str(day), "last": str(day), "sha256": SHA256}).json()["items"]
    assert (count["plays"], count["terminal"], count["shown_ms"]) == (len(kept), "display:display", 10_000 * len(kept))
    wire.close()


def test_a_showing_proves_something_for_thirteen_months(desk: Desk) -> None:
    wall = Principal.of_machine("display", "wall", 2e9)
    batch = PlayBatch.model_validate(
        {
            "entries": [
                {
                    "id": f"00000000-0000-7000-8000-{n + 1:012}", "at": desk.clock.now,
                    "body": {
                        "sha256": SHA256, "place": "wall", "began_at": desk.clock.now + dt.timedelta(days=n),
                        "shown_ms": 1000, "whole": True,
                    },
                }
                for n in (-1, 0)
            ]
        }
    )  # fmt: skip
    verdicts = desk.database.write(lambda w: take_plays(w, wall, batch)).entries
    assert [one.verdict for one in verdicts] == ["taken", "taken"]

    def kept() -> int:
        desk.database.write(sweep)
        return len(desk.read(lambda r: r.session.scalars(choose(PlayRow.id)).all()))

    desk.clock.forward(days=OLDEST.days)
    assert kept() == 1
    desk.clock.forward(days=1)
    assert kept() == 0
    again = desk.database.write(lambda w: take_plays(w, wall, batch)).entries
    assert {one.code for one in again} == {"entry_too_old"}, "and does not come back"
