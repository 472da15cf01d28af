"""The log of a server whose disk is full: each line still goes to standard error, once and as it should be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.fakes.hall import ROOT

CODE = """
import logging, pathlib, sys
from server import logs
logs.install(pathlib.Path(sys.argv[1]))
logging.getLogger("hall").warning("no room", extra={"left": 0})
"""


def test_a_log_without_room_says_each_line_once(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    # A file that can be opened and never written to.
    (tmp_path / "logs" / "server.log").symlink_to("/dev/full")
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    (line,) = done.stderr.splitlines()
    assert json.loads(line) | {"at": ""} == {
        "at": "", "level": "warning", "logger": "hall", "message": "no room", "left": 0,
    }  # fmt: skip
