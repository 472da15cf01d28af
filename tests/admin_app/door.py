"""The console behind its sign-in window, worked as a person does."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from admin_app.doorway import Doorway


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        QTest.qWait(10)


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
