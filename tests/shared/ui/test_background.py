"""Work off the UI thread comes back on it, once, or not at all when nobody is left."""

import gc
import logging
import threading

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QThread
from pytestqt.qtbot import QtBot

from shared.domain.errors import HallError
from shared.ui import background
from shared.ui.background import Reads, run_in_background, wait_for_background


class Screen(QObject):
    """Collects what it is told and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.results: list[object] = []
        self.errors: list[HallError] = []
        self.threads: list[QThread] = []

    def done(self, result: object) -> None:
        """A result came."""
        self.results.append(result)
        self.threads.append(QThread.currentThread())

    def failed(self, error: HallError) -> None:
        """An error came."""
        self.errors.append(error)
        self.threads.append(QThread.currentThread())


def _raise(error: Exception) -> None:
    raise error


def test_result_arrives_on_the_main_thread(qtbot: QtBot) -> None:
    screen = Screen()
    run_in_background(threading.get_ident, screen.done, screen.failed, owner=screen)
    qtbot.waitUntil(lambda: len(screen.results) == 1)
    assert screen.results[0] != threading.get_ident()
    assert screen.threads == [screen.thread()]


def test_hall_error_arrives_as_it_is(qtbot: QtBot) -> None:
    screen = Screen()
    run_in_background(lambda: _raise(HallError("printer_empty", n=2)), screen.done, screen.failed, owner=screen)
    qtbot.waitUntil(lambda: len(screen.errors) == 1)
    assert (screen.errors[0].code, screen.errors[0].params) == ("printer_empty", {"n": 2})
    assert screen.results == []


def test_a_bug_is_logged_and_arrives_as_internal_error(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    screen = Screen()
    with caplog.at_level(logging.ERROR):
        run_in_background(lambda: _raise(ZeroDivisionError("oops")), screen.done, screen.failed, owner=screen)
        qtbot.waitUntil(lambda: len(screen.errors) == 1)
    assert screen.errors[0].code == "internal_error"
    assert "ZeroDivisionError: oops" in caplog.text
    assert str(screen.errors[0].params["incident"]) in caplog.text


def test_callbacks_are_dropped_when_the_owner_is_destroyed(qtbot: QtBot) -> None:
    screen = Screen()
    told: list[object] = []
    go = threading.Event()
    run_in_background(lambda: go.wait(5), told.append, told.append, owner=screen)
    shiboken6.delete(screen)
    go.set()
    assert wait_for_background(5)
    assert told == []


def test_work_does_not_keep_a_closed_screen_alive(qtbot: QtBot) -> None:
    screen = Screen()
    gone = []
    screen.destroyed.connect(lambda: gone.append(True))
    go = threading.Event()
    run_in_background(lambda: go.wait(5), screen.done, screen.failed, owner=screen)
    del screen
    gc.collect()
    assert gone == [True]
    go.set()
    assert wait_for_background(5)


def test_waiting_delivers_what_is_finished(qtbot: QtBot) -> None:
    screen = Screen()
    for number in range(20):
        run_in_background(lambda n=number: n, screen.done, owner=screen)  # type: ignore[misc]
    assert wait_for_background(5)
    assert sorted(screen.results) == list(range(20))  # type: ignore[type-var]


def test_waiting_gives_up_and_says_so(qtbot: QtBot) -> None:
    screen = Screen()
    go = threading.Event()
    run_in_background(lambda: go.wait(5), screen.done, owner=screen)
    assert not wait_for_background(0.05)
    go.set()
    assert wait_for_background(5)
    assert screen.results == [True]


def test_starting_from_a_worker_thread_is_possible_once_running(qtbot: QtBot) -> None:
    screen = Screen()

    def chain() -> str:
        run_in_background(lambda: "second", screen.done, owner=screen)
        return "first"

    run_in_background(chain, screen.done, owner=screen)
    qtbot.waitUntil(lambda: len(screen.results) == 2)
    assert set(screen.results) == {"first", "second"}
    assert set(screen.threads) == {screen.thread()}


class Late:
    """Questions whose answers come in the order the test likes, each delivered before the next."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.screen, self.reads = qtbot, Screen(), Reads()
        self.gates: dict[str, threading.Event] = {}

    def ask(self, name: str, error: HallError | None = None) -> None:
        gate = self.gates[name] = threading.Event()

        def work() -> str:
            assert gate.wait(20)
            if error is not None:
                raise error
            return name

        screen = self.screen
        run_in_background(work, screen.done, screen.failed, owner=screen, reads=self.reads)

    def answer(self, name: str) -> None:
        dispatcher = background._current()
        left = dispatcher.pool.activeThreadCount() - 1
        self.gates[name].set()
        self.qtbot.waitUntil(lambda: dispatcher.pool.activeThreadCount() == left, timeout=20_000)
        QCoreApplication.sendPostedEvents(dispatcher)


def test_an_answer_that_a_later_one_has_overtaken_is_dropped(qtbot: QtBot) -> None:
    late = Late(qtbot)
    for name in ("first", "second", "third"):
        late.ask(name)
    for name in ("second", "first", "third"):
        late.answer(name)
    assert late.screen.results == ["second", "third"]


def test_what_was_asked_before_something_was_done_is_dropped(qtbot: QtBot) -> None:
    late = Late(qtbot)
    late.ask("before")
    late.ask("refused", HallError("printer_empty"))
    late.reads.outdate()
    late.ask("after")
    for name in ("before", "refused", "after"):
        late.answer(name)
    assert (late.screen.results, late.screen.errors) == (["after"], [])


def test_what_fails_overtakes_nothing(qtbot: QtBot) -> None:
    late = Late(qtbot)
    late.ask("first")
    late.ask("second", HallError("server_unreachable"))
    late.answer("second")
    late.answer("first")
    assert late.screen.results == ["first"] and len(late.screen.errors) == 1
    late.ask("third", HallError("server_unreachable"))
    late.ask("fourth")
    late.answer("fourth")
    late.answer("third")
    assert late.screen.results == ["first", "fourth"] and len(late.screen.errors) == 1
