"""Blocking work off the UI thread; its callbacks come back on the main thread."""

import logging
import secrets
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import (
    QCoreApplication,
    QObject,
    Qt,
    QThread,
    QThreadPool,
    Signal,
    Slot,
)

from shared.domain.errors import HallError

Result = TypeVar("Result")
MAX_THREADS = 8

_log = logging.getLogger(__name__)


def _weak(callback: Callable[[Any], object] | None, owner: QObject) -> Callable[[], Callable[[Any], object] | None]:
    # A bound method of the owner must not keep the owner alive: a closed screen has to be able to go.
    if getattr(callback, "__self__", None) is owner:
        return weakref.WeakMethod(callback)  # type: ignore[type-var]
    return lambda: callback


class Reads:
    """Questions after one thing, asked again whenever it may have changed.

    Threads answer in any order: an answer that a later question's has overtaken is dropped, and so is all that was
    asked before ``outdate``. What fails overtakes nothing.
    """

    def __init__(self) -> None:
        self._asked = self._passed = 0

    def outdate(self) -> None:
        """Something newer is known, or something else is wanted: who needs an answer asks again."""
        self._passed = self._asked

    def _ask(self) -> int:
        self._asked += 1
        return self._asked

    def _still(self, number: int, *, answered: bool) -> bool:
        if number <= self._passed:
            return False
        if answered:
            self._passed = number
        return True


class _Job:
    """One piece of work and who wants to hear of it."""

    def __init__(
        self,
        work: Callable[[], Any],
        on_done: Callable[[Any], object] | None,
        on_error: Callable[[HallError], object] | None,
        owner: QObject,
        reads: Reads | None,
    ) -> None:
        self._work: Callable[[], Any] | None = work
        self._done = _weak(on_done, owner)
        self._error = _weak(on_error, owner)
        self._owner = weakref.ref(owner)
        self._reads = reads
        self._number = reads._ask() if reads is not None else 0
        self._result: Any = None
        self._failure: HallError | None = None

    def run(self) -> None:
        work, self._work = self._work, None
        assert work is not None
        try:
            self._result = work()
        except HallError as error:
            self._failure = error
        except Exception:
            incident = secrets.token_hex(4)
            _log.exception("background work failed, incident %s", incident)
            self._failure = HallError("internal_error", incident=incident)

    def deliver(self) -> None:
        owner = self._owner()
        if owner is None or not shiboken6.isValid(owner):
            return
        if self._reads is not None and not self._reads._still(self._number, answered=self._failure is None):
            return
        if self._failure is None:
            done = self._done()
            if done is not None:
                done(self._result)
            return
        error = self._error()
        if error is not None:
            error(self._failure)
        else:
            _log.warning("background work failed with %s and nobody handles it", self._failure)


class _Dispatcher(QObject):
    """Lives on the main thread and hands finished jobs over."""

    finished = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.pool = QThreadPool()
        self.pool.setMaxThreadCount(MAX_THREADS)
        self.pool.setExpiryTimeout(2000)
        self.finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self, job: _Job) -> None:
        self.pool.start(lambda: self._run(job))

    def _run(self, job: _Job) -> None:
        trace = threading.gettrace()
        if trace is not None:
            sys.settrace(trace)
        job.run()
        self.finished.emit(job)

    @Slot(object)
    def _deliver(self, job: _Job) -> None:
        try:
            job.deliver()
        except Exception:
            _log.exception("a callback of background work failed")
            raise


_dispatcher: _Dispatcher | None = None


def _current() -> _Dispatcher:
    global _dispatcher
    if _dispatcher is None or not shiboken6.isValid(_dispatcher):
        app = QCoreApplication.instance()
        if app is None or QThread.currentThread() is not app.thread():
            raise RuntimeError("run_in_background is called from the main thread of a running application")
        _dispatcher = _Dispatcher()
    return _dispatcher


def run_in_background(
    fn: Callable[[], Result],
    on_done: Callable[[Result], object] | None = None,
    on_error: Callable[[HallError], object] | None = None,
    *,
    owner: QObject,
    reads: Reads | None = None,
) -> None:
    """Runs `fn` on a worker thread; `on_done(result)` or `on_error(HallError)` follows on the main thread.

    An exception that is not a HallError is a bug: it is logged with its trace and arrives as "internal_error".
    When `owner` is gone by then, both callbacks are dropped; so they are when other `reads` of the same have overtaken
    this one.
    """
    _current().start(_Job(fn, on_done, on_error, owner, reads))


def wait_for_background(timeout: float = 5.0) -> bool:
    """Waits up to `timeout` seconds until no work runs, then delivers what is finished; False if work still runs."""
    if _dispatcher is None or not shiboken6.isValid(_dispatcher):
        return True
    finished = _dispatcher.pool.waitForDone(int(timeout * 1000))
    QCoreApplication.sendPostedEvents(_dispatcher)
    return finished
