"""``./run test``: every test, without a screen; arguments go to pytest."""

from __future__ import annotations

import os
import sys

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# Two processes: most of a test's time is waiting for real servers and windows. A file's tests stay in one process, and
# files come in their own order: sorted by the number of tests, those with one long test would be left for the end.
spread = ["-n", os.environ.get("ZHITING_TEST_PROCESSES", "2"), "--dist", "loadfile", "--no-loadscope-reorder"]
slowest = ["--durations=12", "--durations-min=8"]
raise SystemExit(pytest.main([*spread, *slowest, *sys.argv[1:]]))
