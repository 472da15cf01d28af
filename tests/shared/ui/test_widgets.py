"""Widgets of staff screens."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QMargins, QSettings, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QMessageBox, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from shared.ui.theme import Look
from shared.ui.theme.widgets import mark, style_sheet
from shared.ui.widgets import (
    Column,
    Form,
    SearchableTable,
    StatusDot,
    Toast,
    button,
    integer,
    max_length,
    required,
    time_of_day,
)
from shared.ui.widgets import toast as toast_module

COLUMNS = (
    Column("id", "Number", width=80),
    Column("name", "Name"),
    Column("wait", "Wait", show=lambda n: "" if n is None else f"{n} min", right=True),
)
ROWS: list[dict[str, object]] = [
    {"id": "A3", "name": "Wang Li", "wait": 12},
    {"id": "A1", "name": "Li Na", "wait": 7},
    {"id": "A2", "name": "=HYPERLINK(1)", "wait": None},
]


@pytest.fixture
def table(qtbot: QtBot) -> SearchableTable:
    """A table of three rows."""
    made = SearchableTable(COLUMNS, language="en")
    qtbot.addWidget(made)
    made.set_rows(ROWS)
    return made


def _ids(table: SearchableTable) -> list[object]:
    return [row["id"] for row in table.shown_rows()]


def test_rows_stand_as_given_until_sorted(table: SearchableTable) -> None:
    assert _ids(table) == ["A3", "A1", "A2"]
    table.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert _ids(table) == ["A1", "A2", "A3"]


def test_numbers_sort_as_numbers_and_empty_ones_last(table: SearchableTable) -> None:
    table.view.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert _ids(table) == ["A1", "A3", "A2"]
    table.view.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert _ids(table) == ["A3", "A1", "A2"]


def test_filter_wants_every_word_somewhere(table: SearchableTable) -> None:
    QTest.keyClicks(table.filter_box, "li")
    assert _ids(table) == ["A3", "A1", "A2"]
    QTest.keyClicks(table.filter_box, " 12")
    assert _ids(table) == ["A3"]
    assert table.count.text() == "Rows: 1 of 3"


def test_a_table_without_rows_says_why(qtbot: QtBot) -> None:
    made = SearchableTable(COLUMNS, language="en")
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    assert not made.nothing.isVisible(), "nobody knows yet"
    made.set_rows([])
    assert made.nothing.isVisible() and made.nothing.text() == "Nothing here yet"
    assert made.nothing.geometry() == made.view.viewport().rect()
    made.set_rows([{"id": 1, "name": "Alpha"}])
    assert not made.nothing.isVisible()
    made.filter_box.setText("omega")
    assert made.nothing.isVisible() and "Clear the filter" in made.nothing.text()


def test_selection_stays_on_its_row_when_rows_change(table: SearchableTable) -> None:
    assert table.select("A1")
    table.set_rows([{"id": "A9", "name": "new", "wait": 1}, *ROWS])
    selected = table.selected_row()
    assert selected is not None
    assert selected["id"] == "A1"
    table.set_rows(ROWS[:1])
    assert table.selected_row() is None


def test_what_one_looks_at_stays_in_sight_when_rows_come_anew(table: SearchableTable) -> None:
    rows = [{"id": f"A{n:03}", "name": "x", "wait": n} for n in range(200)]
    table.set_rows(rows)
    table.resize(600, 400)
    table.show()
    QTest.qWaitForWindowExposed(table)
    assert table.select("A002")
    bar = table.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    assert place > 0
    for again in (rows, [*rows, {"id": "B", "name": "new", "wait": 1}]):
        table.set_rows(again)
        table.select("A002")
        assert bar.value() == place
    selected = table.selected_row()
    assert selected is not None and selected["id"] == "A002"


def test_export_writes_what_is_shown_and_no_formulas(table: SearchableTable, tmp_path: Path) -> None:
    table.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    file = tmp_path / "out.csv"
    assert table.export_csv(file) == 3
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").splitlines() == [
        "Number,Name,Wait",
        "A1,Li Na,7 min",
        "A2,'=HYPERLINK(1),",
        "A3,Wang Li,12 min",
    ]


def test_copy_takes_the_selected_rows(table: SearchableTable) -> None:
    table.select("A1")
    table.copy_selection()
    assert QGuiApplication.clipboard().text() == "A1\tLi Na\t7 min"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝"])
def test_nothing_that_leaves_the_table_runs_as_a_formula(table: SearchableTable, tmp_path: Path, start: str) -> None:
    table.set_rows([{"id": "A1", "name": f"{start}cmd|' /C calc'!A0\nsecond line", "wait": None}])
    table.export_csv(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream))[1][1].startswith("'")
    table.select("A1")
    table.copy_selection()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1, "one row stays one row"
    assert [cell[:1] for cell in lines[0].split("\t")] == ["A", "'", ""]


def test_a_file_that_cannot_be_written_is_told(table: SearchableTable, tmp_path: Path) -> None:
    """It is open in the spreadsheet, or the stick was pulled out."""
    table.export_to(tmp_path / "no such folder" / "out.csv")
    told = table.findChild(QMessageBox)
    assert told is not None
    assert "out.csv" in told.text()
    told.close()


def test_columns_fit_the_room_there_is(qtbot: QtBot) -> None:
    wide = (Column("id", "Number", width=200), Column("name", "Name of it", width=300), Column("wait", "Wait"))
    made = SearchableTable(wide, language="en")
    qtbot.addWidget(made)
    made.set_rows(ROWS)
    made.resize(400, 300)
    made.show()
    qtbot.waitUntil(lambda: 0 < made.view.horizontalHeader().length() <= made.view.viewport().width())
    qtbot.waitUntil(lambda: not made.view.horizontalScrollBar().isVisible())
    assert made.view.columnWidth(1) > made.view.columnWidth(0) > 50
    made.resize(900, 300)
    qtbot.waitUntil(lambda: made.view.columnWidth(1) == 300)
    made.view.setColumnWidth(0, 150)
    made.resize(401, 300)
    qtbot.waitUntil(lambda: made.view.viewport().width() < 401)
    assert made.view.columnWidth(0) == 150, "whoever has chosen a width keeps it"


def test_titles_are_read_whole_and_short_numbers_take_little_room(qtbot: QtBot) -> None:
    """Bugs: room for an arrow that is not there, and titles of numbers cut off at their beginning."""
    columns = (
        Column("id", "Name", width=120),
        *(Column(f"n{n}", title, right=True) for n, title in enumerate(("Wait", "No-show rate", "Within the promise"))),
    )
    made = SearchableTable(columns, language="en")
    qtbot.addWidget(made)
    made.set_rows([{"id": "x", "n0": 1, "n1": 2, "n2": 3}])
    made.resize(340, 200)
    made.show()
    header = made.view.horizontalHeader()
    qtbot.waitUntil(lambda: 0 < header.length() <= made.view.viewport().width())
    shown = [str(made.model.headerData(n, Qt.Orientation.Horizontal)) for n in range(4)]
    assert shown == ["Name", "Wait", "No-show\nrate", "Within the\npromise"]
    font = header.font()
    font.setBold(True)
    needed = [QFontMetrics(font).size(0, title) for title in shown]
    assert all(header.sectionSize(n) >= size.width() for n, size in enumerate(needed))
    assert header.height() >= max(size.height() for size in needed)
    # What is sorted by has an arrow, and room for it.
    before = header.sectionSize(1)
    made.view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert header.sectionSize(1) > before


def test_column_widths_are_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    first = SearchableTable(COLUMNS, "test")
    qtbot.addWidget(first)
    first.view.setColumnWidth(0, 173)
    second = SearchableTable(COLUMNS, "test")
    qtbot.addWidget(second)
    assert second.view.columnWidth(0) == 173


def test_double_click_opens_the_row(table: SearchableTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.row_activated) as caught:
        table.view.doubleClicked.emit(table.view.model().index(1, 0))
    assert caught.args[0]["id"] == "A1"


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    """A form with one field of each kind."""
    made = Form("en")
    qtbot.addWidget(made)
    made.add("name", "Name", QLineEdit(), required, max_length(5))
    made.add("opens", "Opens", QLineEdit("09:00"), time_of_day)
    made.add("seats", "Seats", QLineEdit("3"), integer(1, 9))
    made.add("limit", "Limit", QSpinBox())
    area = QComboBox()
    area.addItem("East", "e")
    area.addItem("West", "w")
    made.add("area", "Area", area)
    made.add("open", "Open", QCheckBox())
    return made


def test_form_is_valid_only_when_every_check_is(form: Form, qtbot: QtBot) -> None:
    assert not form.valid
    with qtbot.waitSignal(form.validity_changed) as caught:
        form.set_values({"name": "Hall"})
    assert caught.args == [True]
    assert form.values() == {"name": "Hall", "opens": "09:00", "seats": "3", "limit": 0, "area": "e", "open": False}


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("name", "", "Please fill this in"),
        ("name", "too long", "At most 5 characters"),
        ("opens", "9", "Please type a time like 09:00"),
        ("opens", "24:00", "Please type a time like 09:00"),
        ("seats", "x", "Please type a number"),
        ("seats", "10", "Please type a number from 1 to 9"),
    ],
)
def test_form_says_what_is_wrong(form: Form, key: str, value: str, told: str) -> None:
    form.set_values({"name": "Hall", key: value})
    assert form.fault(key) == told
    assert not form.complain()


def test_form_complains_only_of_what_was_touched(form: Form) -> None:
    name = form.findChildren(QLineEdit)[0]
    assert name.property("role") != "error"
    QTest.keyClicks(name, "abcdef")
    assert name.property("role") == "error"
    QTest.keyClick(name, Qt.Key.Key_Backspace)
    assert name.property("role") != "error"


def test_toast_undoes_once(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(600, 400)
    parent.show()
    toast, undone = Toast(parent, "en"), []
    toast.show_message("A017 is a no-show", undo=lambda: undone.append(1))
    undo = toast.findChildren(QPushButton)[0]
    assert undo.text().strip() == "Undo (10 s)"
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    toast.undo()
    assert undone == [1]
    assert not toast.isVisible()
    assert toast.message == "A017 is a no-show"


def test_toast_runs_out(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toast_module, "TICK_MS", 10)
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    toast, undone = Toast(parent), []
    with qtbot.waitSignal(toast.expired, timeout=2000):
        toast.show_message("gone", undo=lambda: undone.append(1), duration=2)
    toast.undo()
    assert undone == []


def test_status_has_a_word_and_knows_its_tones(qtbot: QtBot) -> None:
    dot = StatusDot("ok", "Working")
    qtbot.addWidget(dot)
    assert (dot.tone, dot.accessibleName()) == ("ok", "Working")
    with pytest.raises(ValueError, match="purple"):
        dot.show_state("purple", "?")


def test_button_tells_its_click(qtbot: QtBot) -> None:
    clicks: list[int] = []
    made = button("Call", "bell", "primary", lambda: clicks.append(1))
    qtbot.addWidget(made)
    QTest.mouseClick(made, Qt.MouseButton.LeftButton)
    assert clicks == [1]
    assert (made.accessibleName(), made.property("role")) == ("Call", "primary")


def test_filter_finds_by_sound_and_says_when_rows_only_come_near(table: SearchableTable) -> None:
    table.set_rows([{"id": "B1", "name": "章小红", "wait": 1}, {"id": "B2", "name": "李伟", "wait": 2}])
    QTest.keyClicks(table.filter_box, "xiaoh")
    assert _ids(table) == ["B1"]
    table.filter_box.setText("liwei b2")
    assert _ids(table) == ["B2"]
    table.filter_box.setText("xiaogong")
    assert _ids(table) == ["B1"]
    assert table.count.text() == "No exact match; similar rows: 1"
    table.set_rows([{"id": "B3", "name": "小龚", "wait": 1}, {"id": "B4", "name": "小工", "wait": 3}])
    assert _ids(table) == ["B3", "B4"], "new rows are looked through as well"
    assert table.count.text() == "Rows: 2"
    table.filter_box.setText("B5")
    assert _ids(table) == []
    assert table.count.text() == "Rows: 0 of 2"


def test_a_chosen_chip_shows_its_words_whole(qtbot: QtBot) -> None:
    chip = QPushButton("二楼（南区）MMMM")
    qtbot.addWidget(chip)
    chip.setCheckable(True)
    mark(chip, "chip")
    chip.setStyleSheet(style_sheet(Look(profile="desk")))
    chip.setChecked(True)

    def letters() -> int:
        """How wide what is written is, in pixels; the frame is left out."""
        image = chip.grab().toImage()
        middle = range(image.height() // 4, 3 * image.height() // 4)
        inner = range(4, image.width() - 4)
        ground = image.pixel(4, image.height() // 2)
        inked = [x for x in inner if any(image.pixel(x, y) != ground for y in middle)]
        return inked[-1] - inked[0]

    chip.resize(chip.sizeHint())
    hinted = letters()
    chip.resize(chip.sizeHint().grownBy(QMargins(20, 0, 20, 0)))
    assert hinted == letters() > 0
