"""People sign in before the console, see what they may, and leave."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from sqlalchemy import update

from admin_app.doorway import Doorway
from server.features.access.models import AccountRow
from server.features.setup.demo_accounts import PASSWORD_FILE
from shared.client.settings import TerminalSettings
from shared.ui.application import create_application
from shared.ui.background import wait_for_background
from tests.fakes.hall import RunningHall

OWN = "Correct-Horse-7"


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        QTest.qWait(10)


@pytest.fixture
def door(qapp: object, shared_hall: RunningHall, tmp_path: Path) -> Iterator[Doorway]:
    create_application("admin")
    opened = Doorway(TerminalSettings("admin", "test", shared_hall.url, "", "en", data=tmp_path))
    opened.start()
    yield opened
    opened.stop()
    wait_for_background(10)


def sign_in(door: Doorway, name: str, password: str) -> None:
    for field, words in (("sign_in_name", name), ("sign_in_password", password)):
        found = door.window.findChild(QLineEdit, field)
        assert found is not None
        found.setText(words)
    go(door)


def go(door: Doorway) -> None:
    found = door.window.findChild(QPushButton, "sign_in_go")
    assert found is not None
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    until(lambda: not door.presenter.state.busy)


def problem(door: Doorway) -> str:
    found = door.window.findChild(QLabel, "sign_in_problem_words")
    assert found is not None
    return found.text()


def test_wrong_then_right_then_out_then_somebody_else(door: Doorway, shared_hall: RunningHall) -> None:
    password = (shared_hall.data / PASSWORD_FILE).read_text().strip()
    sign_in(door, "", "")
    assert "Enter" in problem(door)
    sign_in(door, "admin", "not it")
    assert problem(door)
    assert door.console is None
    sign_in(door, "admin", password)
    until(lambda: door.console is not None and door.console.frame.state.hall_name != "")
    assert door.console is not None
    assert not door.window.isVisible()
    assert {"catalogue", "devices"} <= set(door.console.frame.state.allowed)
    found = door.window.findChild(QLineEdit, "sign_in_password")
    assert found is not None
    assert found.text() == ""
    door.sign_out()
    until(lambda: door.console is None and door.window.isVisible())
    sign_in(door, "ys1004", password)
    until(lambda: door.console is not None and door.console.frame.state.hall_name != "")
    assert "catalogue" not in door.console.frame.state.allowed


def test_the_first_password_is_changed_and_the_end_of_a_session_is_told(
    door: Doorway, shared_hall: RunningHall
) -> None:
    password = (shared_hall.data / PASSWORD_FILE).read_text().strip()
    shared_hall.execute(update(AccountRow).where(AccountRow.username == "ys1005").values(must_change=True))
    sign_in(door, "ys1005", password)
    until(lambda: door.presenter.state.step == "new_password")
    for again, kept in (("other", False), (OWN, True)):
        for field, words in (("sign_in_new", OWN), ("sign_in_again", again)):
            found = door.window.findChild(QLineEdit, field)
            assert found is not None
            found.setText(words)
        go(door)
        assert (door.console is not None) is kept, problem(door)
    assert door.console is not None
    until(lambda: door.console is not None and door.console.frame.state.connected is True)
    door.signed_in._ask("revoke", {"token": door.signed_in._kept().refresh})
    until(door.window.isVisible)
    assert "signed out" in problem(door)
    sign_in(door, "ys1005", OWN)
    until(lambda: not door.window.isVisible())
    until(lambda: door.console is not None and door.console.frame.state.connected is True)
