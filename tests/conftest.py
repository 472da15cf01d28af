"""Every test runs without a screen, and leaves no thread behind."""

from __future__ import annotations

import gc
import itertools
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QSG_RENDER_LOOP", "basic")
os.environ.setdefault("QT_QUICK_BACKEND", "software")
# As ``./run`` does: programs that compile themselves at every start take twice as long.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from tests.fakes.engines import Embedded, Engine
from tests.fakes.hall import RunningHall, running_hall
from tests.fakes.postgres import PrivatePostgres, private_postgres
from tests.fakes.small_disk import SmallDisk

sys.dont_write_bytecode = False

# Files of tests are in memory where there is room and programs may lie there: each database is made, synced and dropped
# again in a moment.
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 3_000_000_000


def memory_is_good() -> bool:
    if not MEMORY.is_dir():
        return False
    facts = os.statvfs(MEMORY)
    return facts.f_bavail * facts.f_frsize > MEMORY_BYTES and not facts.f_flag & os.ST_NOEXEC


if memory_is_good():
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

# A busy machine is no fault of what is tested.
settings.register_profile("hall", deadline=None)
settings.load_profile("hall")

# Threads of libraries that live as long as the process.
LASTING = ("MainThread", "pydevd", "Dummy-", "server-output", "ThreadPoolExecutor", "asyncio_", "QThread", "AnyIO")
THREADS_GONE_S = 20
# Files of half a minute and more, by the end of their path.
LONG = (
    "bench/test_survive.py", "updates/test_end_to_end.py", "standby/test_takeover.py", "domain/test_signage.py",
    "offline/test_simulation.py", "media/test_kills.py",
)  # fmt: skip
PATIENCE_MS = 30_000
SMALL_DISK_MB = 12
FILES_A_SWEEP = 12
MUCH_GARBAGE = 400_000
_FILES = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long first: alone at the end, one long file would leave every other process idle."""
    items.sort(key=lambda item: ("journeys" not in item.path.parts, not str(item.path).endswith(LONG)))


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A test fails when threads it started still run at its end."""
    before = set(threading.enumerate())
    yield
    # A file of a thousand requests would else hold gigabytes until its end.
    if gc.get_count()[0] > MUCH_GARBAGE:
        gc.collect()
    deadline = time.monotonic() + THREADS_GONE_S
    while left := [t for t in threading.enumerate() if t not in before and not t.name.startswith(LASTING)]:
        if time.monotonic() > deadline:
            pytest.fail("threads left: " + ", ".join(thread.name for thread in left))
        left[0].join(0.05)


@pytest.fixture(autouse=True, scope="module")
def garbage_on_the_main_thread() -> Iterator[None]:
    """A worker of some test that happens to collect would free another test's windows on its own thread."""
    gc.disable()
    # What earlier files and their imports left is walked no more by each file, which took half a second: what of it has
    # become garbage goes now and then.
    if next(_FILES) % FILES_A_SWEEP == 0:
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    yield
    if "PySide6.QtCore" in sys.modules:
        delete_later_now()
    gc.collect()
    left = running_timers()
    if left:
        pytest.fail(f"timers left running: {', '.join(sorted(left))}")


def delete_later_now() -> None:
    """What a program that ended has handed over to be deleted goes now, as at the end of its event loop."""
    from PySide6.QtCore import QCoreApplication, QEvent

    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def running_timers() -> list[str]:
    """Repeating Qt timers of this file that nobody stopped: they would call into other tests for ever."""
    core, shiboken = sys.modules.get("PySide6.QtCore"), sys.modules.get("shiboken6")
    if core is None or shiboken is None:
        return []
    return [
        f"{type(timer.parent()).__name__ if timer.parent() else 'no parent'} every {timer.interval()} ms"
        for timer in gc.get_objects()
        # By its own type: asking a dead weak proxy for its class raises.
        if issubclass(type(timer), core.QTimer)
        and shiboken.isValid(timer)
        and timer.isActive()
        and not timer.isSingleShot()
    ]


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    """Waits as long as a busy machine may need; a test that measures says its own limit."""
    from pytestqt.qtbot import QtBot

    class Patient(QtBot):  # type: ignore[misc]
        def waitUntil(self, callback: Any, *, timeout: int = PATIENCE_MS) -> None:
            super().waitUntil(callback, timeout=timeout)

        def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **how: Any) -> Any:
            return super().waitSignal(signal, timeout=timeout, **how)

    return Patient(request)


@contextmanager
def postgres_or_skip(*, durable: bool = False) -> Iterator[PrivatePostgres]:
    try:
        with private_postgres(durable=durable) as cluster:
            yield cluster
    except FileNotFoundError:
        if os.environ.get("CI"):
            raise
        pytest.skip("PostgreSQL is not installed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """One cluster for all tests of this process; each takes a database of its own."""
    with postgres_or_skip() as cluster:
        yield cluster


@pytest.fixture
def own_postgres() -> Iterator[PrivatePostgres]:
    """A cluster that a test may stop and crash: it writes to the disk as a hall's does."""
    with postgres_or_skip(durable=True) as cluster:
        yield cluster


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A file system that a test may fill."""
    disk = SmallDisk(tmp_path / "disk", SMALL_DISK_MB)
    if not disk.mounted:
        pytest.skip("no small file system can be mounted here")
    yield disk
    disk.close()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[RunningHall]:
    """A fresh demonstration hall on the embedded database."""
    with running_hall(tmp_path) as started:
        yield started


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Server tests run on both engines; ``on_sqlite`` and ``on_postgresql`` mark what only one of them has."""
    if request.param == "sqlite":
        return Embedded()
    cluster: PrivatePostgres = request.getfixturevalue("postgres")
    return cluster


@pytest.fixture
def database_url(engine: Engine) -> Iterator[str]:
    """The test's own database with the demonstration hall, on each engine; empty for the embedded one."""
    url = engine.hall()
    yield url
    engine.drop(url)


@pytest.fixture(scope="module")
def shared_hall(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    """One demonstration hall for all tests of a file, on each engine; who stops it starts it again."""
    url = engine.hall()
    with running_hall(tmp_path_factory.mktemp("hall"), database_url=url) as started:
        yield started
    engine.drop(url)
