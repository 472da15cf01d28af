"""``./run test``: every test, without a screen; arguments go to pytest."""

from __future__ import annotations

import os
import sys

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# Two processes: most of a test's time is waiting for real servers and windows. A file's tests stay in one process.
raise SystemExit(
    pytest.main(["-n", os.environ.get("ZHITING_TEST_PROCESSES", "2"), "--dist", "loadfile", *sys.argv[1:]])
)
