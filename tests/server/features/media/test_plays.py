"""kill -9 of a display at any moment: each showing it kept is counted by the hall once, and none twice."""

from __future__ import annotations

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

from server.features.media.models import PlayRow
from tests.fakes.forked import ROOT
from tests.fakes.hall import RunningHall
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
