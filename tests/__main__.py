"""``./run test``: every test, without a screen; arguments go to pytest."""

from __future__ import annotations

import os
import sys
import tempfile

import pytest

# What a process and the programs it starts take at most.
MEMORY_EACH = 4_000_000_000


def processes() -> int:
    """Two a core: more than half of a test's time is waiting for real servers and windows."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    return max(2, min(2 * (os.cpu_count() or 1), memory // MEMORY_EACH))


def open_many() -> None:
    """A process runs a thousand tests, each with servers, streams and files: as many of these as the machine allows."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


os.environ["QT_QPA_PLATFORM"] = "offscreen"
open_many()
# A file's tests stay in one process, and files come in their own order: sorted by the number of tests, those with one
# long test would be left for the end.
spread = ["-n", os.environ.get("ZHITING_TEST_PROCESSES", str(processes())), "--dist", "loadfile"]
slowest = ["--durations=12", "--durations-min=8"]
# What is made once for all of these processes.
with tempfile.TemporaryDirectory(prefix="zhiting-tests-") as shared:
    os.environ["ZHITING_TEST_SHARED"] = shared
    code = pytest.main([*spread, "--no-loadscope-reorder", *slowest, *sys.argv[1:]])
raise SystemExit(code)
