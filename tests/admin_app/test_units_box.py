"""Choosing a unit by typing: characters, pinyin, initials, and what was typed in vain."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCompleter, QLineEdit
from pytestqt.qtbot import QtBot

from admin_app.units_view import UnitBox
from shared.ui.application import create_application

NAMES = ("人力资源和社会保障局", "公安局", "不动产登记中心", "重庆路办事处")


@pytest.fixture
def units() -> list[tuple[UUID, str]]:
    return [(uuid4(), name) for name in NAMES]


@pytest.fixture
def box(qtbot: QtBot, units: list[tuple[UUID, str]]) -> UnitBox:
    create_application("admin")
    made = UnitBox("box")
    qtbot.addWidget(made)
    made.fill(units, "哪里都不在")
    made.show()
    return made


def line(box: UnitBox) -> QLineEdit:
    edit = box.lineEdit()
    assert edit is not None
    return edit


def offered(box: UnitBox, typed: str) -> list[str]:
    line(box).clear()
    if typed.isascii():
        QTest.keyClicks(line(box), typed)
    else:
        said = QInputMethodEvent()
        said.setCommitString(typed)
        QCoreApplication.sendEvent(line(box), said)
    completer: QCompleter = line(box).completer()
    found = completer.completionModel()
    return [str(found.index(row, 0).data()) for row in range(found.rowCount())]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("保障", [0]), ("rlzy", [0]), ("gonganju", [1]), ("ju", [0, 1]), ("bdc", [2]), ("chongqing", [3]), ("cql", [3])],
)
def test_what_is_typed_is_found_and_settles_when_it_is_one(
    box: UnitBox, units: list[tuple[UUID, str]], typed: str, wanted: list[int]
) -> None:
    assert offered(box, typed) == [NAMES[place] for place in wanted]
    QTest.keyClick(line(box), Qt.Key.Key_Return)
    one = len(wanted) == 1
    assert box.currentData() == (str(units[wanted[0]][0]) if one else "")
    assert line(box).text() == (NAMES[wanted[0]] if one else "哪里都不在")


def test_one_of_the_offered_is_taken_by_the_mouse(box: UnitBox, units: list[tuple[UUID, str]]) -> None:
    assert offered(box, "ju") == [NAMES[0], NAMES[1]]
    popup = line(box).completer().popup()
    place = popup.visualRect(popup.model().index(1, 0)).center()
    QTest.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (box.currentData(), line(box).text()) == (str(units[1][0]), NAMES[1])


def test_what_fits_nothing_leaves_what_was_chosen(box: UnitBox, units: list[tuple[UUID, str]]) -> None:
    box.choose(str(units[1][0]))
    assert offered(box, "xyz") == []
    QTest.keyClick(line(box), Qt.Key.Key_Return)
    assert (box.currentData(), line(box).text()) == (str(units[1][0]), NAMES[1])
    box.fill(units[:1], "哪里都不在")
    assert offered(box, "gongan") == [], "what is gone is not found"
