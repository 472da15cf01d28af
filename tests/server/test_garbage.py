"""A full collection stops a full hall for as long as there is garbage: what requests leave behind goes by itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.fakes.hall import ROOT, demo_data, free_port
from tests.server.garbage import ROUNDS


def test_requests_pages_and_streams_leave_nothing_to_the_garbage_collection(tmp_path: Path) -> None:
    data = shutil.copytree(demo_data(), tmp_path / "hall")
    command = [sys.executable, "-m", "tests.server.garbage", str(data), str(free_port())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    left: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    # A handful of a kind may be the server's own turn of the hand; what each request leaves comes in twenties.
    assert {kind: count for kind, count in left.items() if count >= ROUNDS} == {}
