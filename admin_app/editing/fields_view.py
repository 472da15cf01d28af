"""Fields of a form that hold more than a line: a list of rows, some of several choices, tags, a number or none.

<name>_table <name>_add <name>_remove <name>_up <name>_down <name>_picture
<name>_drop_picture (of a list)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QAbstractItemModel, QLocale, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from admin_app.media_choice import MediaChoice
from admin_app.media_choice_view import MediaChoiceDialog
from admin_app.parts_view import named, pad, size
from shared.i18n import text
from shared.ui.widgets import OwnField, button
from shared.ui.widgets.form import inset

Index = QModelIndex | QPersistentModelIndex
Kind = Literal["line", "text", "choice", "count", "money", "yes", "picture"]
_VALUE = Qt.ItemDataRole.EditRole
_BREAKS = ("\uff0c", "\uff1b", ";", ",", "\n")
TAG_BREAK = "\u3001"
_BEGINS = (
    QAbstractItemView.EditTrigger.DoubleClicked
    | QAbstractItemView.EditTrigger.SelectedClicked
    | QAbstractItemView.EditTrigger.EditKeyPressed
    | QAbstractItemView.EditTrigger.AnyKeyPressed
)


@dataclass(frozen=True)
class Cell:
    """A column of a list; ``start`` is what a new row holds, ``letters`` its width. ``money``: whole fen."""

    key: str
    title: str
    kind: Kind = "line"
    start: Any = ""
    choices: tuple[tuple[str, str], ...] = ()
    longest: int = 200
    letters: int = 8


class ListField(OwnField):
    """A value of rows, each a dict of its cells; ``plain``: of one cell only, so that a row is its text."""

    def __init__(
        self, name: str, cells: Sequence[Cell], language: str, *, plain: bool = False, high: int = 12,
        media: MediaChoice | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.setObjectName(name)
        self._cells, self._language, self._plain, self._media = tuple(cells), language, plain, media
        self._writing = False
        # What a row holds besides its cells stays as it is.
        self._rest: list[dict[str, Any]] = []
        self._model = QStandardItemModel(0, len(cells), self)
        self._model.setHorizontalHeaderLabels([cell.title for cell in cells])
        self._model.itemChanged.connect(lambda _: self._tell())
        self.table = QTableView()
        self.table.setObjectName(f"{name}_table")
        self.table.setModel(self._model)
        self.table.setItemDelegate(_CellDelegate(self._cells, self))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(_BEGINS)
        self.table.setWordWrap(True)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.verticalHeader().setMinimumSectionSize(size("touch_target"))
        head = self.table.horizontalHeader()
        for place, cell in enumerate(cells):
            # A heading of another language may be wider than what stands below it.
            head.resizeSection(place, max(size("text_body") * cell.letters, head.sectionSizeHint(place)))
        # Rows that were made while nobody saw them were measured in columns of another width.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(0)
        rows = self.table.verticalHeader()
        self._settle.timeout.connect(lambda: rows.resizeSections(QHeaderView.ResizeMode.ResizeToContents))
        head.sectionResized.connect(lambda *_: self._settle.start())
        widest = max(range(len(cells)), key=lambda place: cells[place].letters)
        head.setSectionResizeMode(widest, QHeaderView.ResizeMode.Stretch)
        head.setVisible(not plain)
        self.table.setMinimumHeight(size("text_body") * high)
        self._buttons = QHBoxLayout()
        pad(self._buttons)
        for what, sign, act in (
            ("add", "plus", self.add), ("remove", "trash", self.remove),
            ("up", "chevron-up", lambda: self.move_row(-1)), ("down", "chevron-down", lambda: self.move_row(1)),
        ):  # fmt: skip
            self._buttons.addWidget(
                named(button(text(f"admin.list.{what}", language), sign, "quiet", act), f"{name}_{what}")
            )
        if any(cell.kind == "picture" for cell in cells):
            words = text("admin.list.picture", language)
            self._buttons.addWidget(named(button(words, "picture", "quiet", self._ask_picture), f"{name}_picture"))
            words = text("admin.list.drop_picture", language)
            self._buttons.addWidget(named(button(words, "close", "quiet", self._drop_picture), f"{name}_drop_picture"))
        self._buttons.addStretch(1)
        column = QVBoxLayout(self)
        pad(column, gap="space_xs")
        column.addWidget(self.table)
        column.addLayout(self._buttons)

    @property
    def value(self) -> list[Any]:
        rows = [
            {cell.key: self._read(row, place) for place, cell in enumerate(self._cells)}
            for row in range(self._model.rowCount())
        ]
        if self._plain:
            return [row[self._cells[0].key] for row in rows]
        return [rest | row for rest, row in zip(self._rest, rows, strict=True)]

    def set_value(self, value: Any) -> None:
        self._fill(list(value or ()))

    def add(self) -> None:
        """A new row at the end, ready to be typed into."""
        fresh: Any = self._cells[0].start if self._plain else {cell.key: cell.start for cell in self._cells}
        self._fill([*self.value, fresh])
        self._tell()
        first = self._model.index(self._model.rowCount() - 1, 0)
        self.table.setCurrentIndex(first)
        self.table.setFocus()
        self.table.edit(first)

    def remove(self) -> None:
        row, rows = self.table.currentIndex().row(), self.value
        if row >= 0:
            self._fill(rows[:row] + rows[row + 1 :])
            self._tell()

    def move_row(self, by: int) -> None:
        row, rows = self.table.currentIndex().row(), self.value
        if row >= 0 and 0 <= row + by < len(rows):
            rows[row], rows[row + by] = rows[row + by], rows[row]
            self._fill(rows)
            self._tell()
            self.table.selectRow(row + by)

    def set_cell(self, row: int, key: str, value: Any) -> None:
        place = next(place for place, cell in enumerate(self._cells) if cell.key == key)
        self._model.item(row, place).setData(value, _VALUE)

    def _ask_picture(self) -> None:
        row = self.table.currentIndex().row()
        cell = next(cell for cell in self._cells if cell.kind == "picture")
        if row < 0 or self._media is None:
            return
        MediaChoiceDialog(
            self.window(), self._media, "picture", self._language, lambda one: self.set_cell(row, cell.key, one.sha256)
        ).open()  # fmt: skip

    def _drop_picture(self) -> None:
        row = self.table.currentIndex().row()
        if row >= 0:
            self.set_cell(row, next(cell.key for cell in self._cells if cell.kind == "picture"), "")

    def _fill(self, rows: list[Any]) -> None:
        self._writing = True
        self._model.setRowCount(0)
        keys = {cell.key for cell in self._cells}
        self._rest = [] if self._plain else [{k: v for k, v in row.items() if k not in keys} for row in rows]
        for row in rows:
            values = {self._cells[0].key: row} if self._plain else row
            self._model.appendRow([self._item(cell, values.get(cell.key, cell.start)) for cell in self._cells])
        self._writing = False

    @staticmethod
    def _item(cell: Cell, value: Any) -> QStandardItem:
        item = QStandardItem()
        if cell.kind == "yes":
            item.setCheckable(True)
            item.setEditable(False)
            item.setCheckState(Qt.CheckState.Checked if value else Qt.CheckState.Unchecked)
        else:
            item.setData(value, _VALUE)
            item.setEditable(cell.kind != "picture")
        return item

    def _read(self, row: int, place: int) -> Any:
        item = self._model.item(row, place)
        if self._cells[place].kind == "yes":
            return item.checkState() == Qt.CheckState.Checked
        return item.data(_VALUE)

    def _tell(self) -> None:
        if not self._writing:
            self.picked.emit()


class _CellDelegate(QStyledItemDelegate):
    """Each kind of cell in words, and with the field it is edited in."""

    def __init__(self, cells: tuple[Cell, ...], field: ListField) -> None:
        super().__init__(field)
        self._cells, self._language = cells, field._language

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        cell, value = self._cells[index.column()], index.data(_VALUE)
        if cell.kind == "choice":
            option.text = dict(cell.choices).get(value, str(value or ""))
        elif cell.kind == "money":
            option.text = yuan(value)
        elif cell.kind == "picture":
            option.text = text("admin.list.has_picture" if value else "admin.list.no_picture", self._language)

    def displayText(self, value: Any, locale: QLocale | QLocale.Language) -> str:
        # As Qt does it: a line that ends, and no letter that is not drawn.
        return str(value if value is not None else "").replace("\n", "\u2028")

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        cell = self._cells[index.column()]
        if cell.kind == "choice":
            box = QComboBox(parent)
            for key, words in cell.choices:
                box.addItem(words, key)
            return box
        if cell.kind == "count":
            number = QSpinBox(parent)
            number.setRange(0, 99)
            return number
        if cell.kind == "text":
            area = QPlainTextEdit(parent)
            area.setTabChangesFocus(True)
            return area
        line = QLineEdit(parent)
        line.setMaxLength(cell.longest)
        return line

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        value = index.data(_VALUE)
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(value)))
        elif isinstance(editor, QSpinBox):
            editor.setValue(int(value or 0))
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText(str(value or ""))
        elif isinstance(editor, QLineEdit):
            editor.setText(yuan(value) if self._cells[index.column()].kind == "money" else str(value or ""))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        value: Any = None
        if isinstance(editor, QComboBox):
            value = editor.currentData()
        elif isinstance(editor, QSpinBox):
            value = editor.value()
        elif isinstance(editor, QPlainTextEdit):
            value = editor.toPlainText().strip()
        elif isinstance(editor, QLineEdit):
            value = fen(editor.text()) if self._cells[index.column()].kind == "money" else editor.text().strip()
        if value != index.data(_VALUE):
            model.setData(index, value, _VALUE)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        super().updateEditorGeometry(editor, option, index)
        if isinstance(editor, QPlainTextEdit):
            editor.resize(editor.width(), max(editor.height(), size("text_body") * 6))


class FlagsField(OwnField):
    """Some of several choices, in their order."""

    def __init__(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setObjectName(name)
        row = QHBoxLayout(self)
        pad(row, gap="space_m")
        self.boxes: dict[str, QCheckBox] = {}
        for key, words in choices:
            box = QCheckBox(words)
            box.setObjectName(f"{name}_{key}")
            box.toggled.connect(lambda _: self.picked.emit())
            row.addWidget(box)
            self.boxes[key] = box
        row.addStretch(1)

    @property
    def value(self) -> list[str]:
        return [key for key, box in self.boxes.items() if box.isChecked()]

    def set_value(self, value: Any) -> None:
        for key, box in self.boxes.items():
            box.setChecked(key in (value or ()))


class TagsField(OwnField):
    """Words in one line, with marks between them."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setObjectName(name)
        self.line.setPlaceholderText(hint)
        self.line.textChanged.connect(lambda _: self.picked.emit())
        row = QHBoxLayout(self)
        pad(row)
        row.addWidget(self.line)

    @property
    def value(self) -> list[str]:
        said = self.line.text()
        for other in _BREAKS:
            said = said.replace(other, TAG_BREAK)
        return list(dict.fromkeys(word.strip() for word in said.split(TAG_BREAK) if word.strip()))

    def set_value(self, value: Any) -> None:
        if list(value or ()) != self.value:
            self.line.setText(TAG_BREAK.join(value or ()))


class NumberField(OwnField):
    """A whole number from 0, or none, which has words of its own."""

    def __init__(self, name: str, most: int, none: str, suffix: str = "") -> None:
        super().__init__()
        self.box = QSpinBox()
        self.box.setObjectName(name)
        self.box.setRange(-1, most)
        self.box.setSpecialValueText(none)
        self.box.setSuffix(suffix)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        inset(self.box)
        self.box.valueChanged.connect(lambda _: self.picked.emit())
        row = QHBoxLayout(self)
        pad(row)
        row.addWidget(self.box)
        row.addStretch(1)

    @property
    def value(self) -> int | None:
        return self.box.value() if self.box.value() >= 0 else None

    def set_value(self, value: Any) -> None:
        self.box.setValue(-1 if value is None else int(value))


def yuan(value: Any) -> str:
    """Fen as an amount; what is no amount stays as it was typed."""
    return f"{value // 100}.{value % 100:02}" if isinstance(value, int) else str(value or "")


def fen(said: str) -> int | str:
    """Exactly: money is never a float. What is no amount stays as it was typed, and is told as wrong."""
    whole, _, part = said.strip().partition(".")
    good = whole.isascii() and whole.isdigit() and len(whole) <= 8 and len(part) <= 2
    if not good or (part and not (part.isascii() and part.isdigit())):
        return said.strip()
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def roomy(area: QWidget, lines: int = 6) -> None:
    """Room for some lines in a form that is scrolled: the style's own least height counts more than the widget's."""
    box = area.parentWidget()
    assert box is not None, "it stands in its form"
    box.setMinimumHeight(size("text_body") * lines)
    area.setMaximumHeight(size("text_body") * lines)
