"""The accounts page under a test's hands."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton

from shared.schemas.access import Role
from tests.admin_app.stage import Console


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        QTest.qWait(10)


def choose(console: Console, account_id: UUID) -> None:
    console.app.frame.open("accounts", f"account:{account_id}")
    console.wait(lambda: shown(console) == account_id)


def shown(console: Console) -> UUID | None:
    account = console.app.accounts.one.state.account
    return account.id if account is not None else None


def press(console: Console, name: str) -> None:
    console.wait(lambda: console.there(name) and console.find(QPushButton, name).isEnabled())
    console.click(name)


def gone(console: Console, name: str) -> None:
    console.wait(lambda: not console.there(name))


def pick(console: Console, name: str, key: str) -> None:
    box = console.find(QComboBox, name)
    console.wait(lambda: box.findData(key) >= 0)
    box.setCurrentIndex(box.findData(key))
    box.activated.emit(box.currentIndex())


def roles(console: Console) -> dict[str, Role]:
    return {role.key: role for role in console.app.accounts.one.state.roles}
