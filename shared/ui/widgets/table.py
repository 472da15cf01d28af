"""A table over plain dict rows: sorts, filters, remembers its columns, copies and exports what is shown."""

import csv
import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QObject,
    QSettings,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QStyle,
    QStyleOptionHeader,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from shared.i18n import DEFAULT_LANGUAGE, text
from shared.ui.icons import icon
from shared.ui.theme.widgets import mark, tokens
from shared.ui.widgets.buttons import button
from shared.ui.widgets.rows import ROW_ROLE, Column, Row, RowsModel, title_of
from shared.ui.widgets.shown_rows import ShownRows


class SearchableTable(QWidget):
    """Filter box, count, export button and the table; `key` names the column that tells rows apart."""

    row_activated = Signal(object)
    row_selected = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        settings_key: str = "",
        *,
        key: str = "id",
        language: str = DEFAULT_LANGUAGE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._settings_key = f"tables/{settings_key}/header" if settings_key else ""
        self._language = language
        self._fitting = self._chosen_widths = False
        self.model = RowsModel(columns, self)
        self._shown = ShownRows(self)
        self._shown.setSourceModel(self.model)
        self.filter_box = QLineEdit(self)
        self.filter_box.setPlaceholderText(text("ui.table.filter", language))
        self.filter_box.setClearButtonEnabled(True)
        self.filter_box.addAction(
            icon("search", str(tokens()["muted"])),
            QLineEdit.ActionPosition.LeadingPosition,
        )
        self.filter_box.textChanged.connect(self._filter)
        self.count = QLabel(self)
        mark(self.count, "muted")
        self.export_button = button(text("ui.table.export", language), "download", on_click=self._ask_export)
        self.view = QTableView(self)
        # Said in the table's own room: nothing is there, or nothing fits. Until rows were given nobody knows.
        self.nothing = QLabel(self.view.viewport())
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.nothing.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.nothing.hide()
        mark(self.nothing, "muted")
        self._given = False
        self._arrange()
        self._restore_columns(columns)
        self._tell_count()

    def _arrange(self) -> None:
        view, gap = self.view, int(tokens()["space_s"])
        view.setModel(self._shown)
        view.setSortingEnabled(True)
        view.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        view.setAlternatingRowColors(True)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(int(tokens()["touch_target"]))
        view.horizontalHeader().setStretchLastSection(True)
        view.horizontalHeader().setHighlightSections(False)
        # Qt's own least width is more than a short number needs.
        view.horizontalHeader().setMinimumSectionSize(2 * int(tokens()["text_body"]))
        # A title of two lines is taken for one that is too long, and would end in dots.
        two = any("\n" in title_of(column) for column in self.model.columns)
        view.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideNone if two else Qt.TextElideMode.ElideRight)
        if two:
            line = view.horizontalHeader().fontMetrics().lineSpacing()
            view.horizontalHeader().setMinimumHeight(2 * line + 2 * int(tokens()["space_xs"]))
        view.horizontalHeader().setSectionsMovable(True)
        view.doubleClicked.connect(lambda index: self.row_activated.emit(index.data(ROW_ROLE)))
        view.selectionModel().currentRowChanged.connect(lambda now, _: self.row_selected.emit(now.data(ROW_ROLE)))
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), view)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy_selection)
        head = QHBoxLayout()
        head.setSpacing(gap)
        head.addWidget(self.filter_box, 1)
        head.addWidget(self.count)
        head.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addLayout(head)
        column.addWidget(view, 1)

    def _restore_columns(self, columns: Sequence[Column]) -> None:
        for number, column in enumerate(columns):
            if column.width:
                self.view.setColumnWidth(number, column.width)
        header = self.view.horizontalHeader()
        if self._settings_key:
            saved = QSettings().value(self._settings_key)
            if saved is not None:
                header.restoreState(saved)
            self._chosen_widths = QSettings().value(f"{self._settings_key}_widths") is not None
            header.sectionMoved.connect(self._save_columns)
            header.sortIndicatorChanged.connect(self._save_columns)
        header.sortIndicatorChanged.connect(self._fit_columns)
        header.sectionResized.connect(self._resized)
        self.view.viewport().installEventFilter(self)

    def _save_columns(self) -> None:
        QSettings().setValue(self._settings_key, self.view.horizontalHeader().saveState())

    def _resized(self, column: int) -> None:
        header = self.view.horizontalHeader()
        # The last one only takes what the others leave.
        if self._fitting or header.visualIndex(column) == header.count() - 1:
            return
        self._chosen_widths = True
        if self._settings_key:
            QSettings().setValue(f"{self._settings_key}_widths", "chosen")
            self._save_columns()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.view.viewport():
            self._fit_columns()
            self.nothing.setGeometry(self.view.viewport().rect())
        return False

    def _fit_columns(self) -> None:
        """Until somebody chooses widths: what the columns want, less where there is less, down to their titles."""
        if self._chosen_widths:
            return
        header = self.view.horizontalHeader()
        titles = [self._title_width(n) for n in range(header.count())]
        wanted = [max(column.width, title) for column, title in zip(self.model.columns, titles, strict=True)]
        # A number is read whole, a state by its sign and its word; names may end in dots.
        sign = 2 * int(tokens()["text_body"])
        least = [
            want
            if column.right or column.whole
            else min(want, title + sign if column.tone is not None else max(title, column.width * 2 // 3))
            for column, want, title in zip(self.model.columns, wanted, titles, strict=True)
        ]
        over = max(0, sum(wanted) - self.view.viewport().width())
        spare = sum(wanted) - sum(least)
        share = min(1.0, over / spare) if spare else 0.0
        self._fitting = True
        for n, (want, room) in enumerate(zip(wanted, least, strict=True)):
            header.resizeSection(n, want - math.ceil((want - room) * share))
        self._fitting = False

    def _title_width(self, number: int) -> int:
        """As Qt measures it; but Qt keeps room for the arrow of the order in every title, also where none is."""
        header, option = self.view.horizontalHeader(), QStyleOptionHeader()
        header.initStyleOption(option)
        font = header.font()
        font.setBold(True)
        option.fontMetrics = QFontMetrics(font)
        option.text = title_of(self.model.columns[number])
        if header.sortIndicatorSection() == number:
            option.sortIndicator = QStyleOptionHeader.SortIndicator.SortDown
        kind = QStyle.ContentsType.CT_HeaderSection
        return header.style().sizeFromContents(kind, option, QSize(), header).width()

    def put_tools(self, row: QHBoxLayout) -> None:
        """Filter, count and export stand in somebody else's row, such as the head of a card."""
        for tool, stretch in ((self.filter_box, 1), (self.count, 0), (self.export_button, 0)):
            row.addWidget(tool, stretch)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """New content; selection stays on the row with the same key, and what one looks at stays in sight."""
        selected, bar = self.selected_row(), self.view.verticalScrollBar()
        place = bar.value()
        self.model.set_rows(rows)
        self._given = True
        if selected is not None:
            self.select(selected.get(self._key))
        bar.setValue(place)
        self._tell_count()

    def shown_rows(self) -> list[Row]:
        """The rows as filtered and sorted now."""
        return [self._shown.index(n, 0).data(ROW_ROLE) for n in range(self._shown.rowCount())]

    def selected_row(self) -> Row | None:
        """The current row, if one is selected."""
        rows = self.view.selectionModel().selectedRows()
        return rows[0].data(ROW_ROLE) if rows else None

    def select(self, key: object) -> bool:
        """Selects the row with this key; False when it is not shown."""
        now = self.selected_row()
        if now is not None and now.get(self._key) == key:
            # Selected once more, it would be scrolled to.
            return True
        for number, row in enumerate(self.model.rows):
            if row.get(self._key) == key:
                shown = self._shown.mapFromSource(self.model.index(number, 0))
                if shown.isValid():
                    self.view.selectRow(shown.row())
                    return True
        self.view.clearSelection()
        return False

    def copy_selection(self) -> None:
        """Selected rows to the clipboard, as a spreadsheet takes them."""
        rows = [index.data(ROW_ROLE) for index in self.view.selectionModel().selectedRows()]
        lines = ["\t".join(" ".join(_harmless(cell).split()) for cell in self._cells(row)) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def export_csv(self, path: Path) -> int:
        """Writes what is shown, in the order shown, for Excel (UTF-8 with mark); gives the number of rows."""
        rows = self.shown_rows()
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(column.title for column in self._visible_columns())
            writer.writerows([_harmless(cell) for cell in self._cells(row)] for row in rows)
        return len(rows)

    def _visible_columns(self) -> list[Column]:
        header = self.view.horizontalHeader()
        order = [header.logicalIndex(n) for n in range(header.count())]
        return [self.model.columns[n] for n in order if not header.isSectionHidden(n)]

    def _cells(self, row: Row) -> list[str]:
        return [column.show(row.get(column.key)) for column in self._visible_columns()]

    def _ask_export(self) -> None:
        dialog = QFileDialog(self, text("ui.table.export_title", self._language))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(text("ui.table.csv_files", self._language))
        # The dialog adds it, so that it asks before it writes over a file of that name.
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """As ``export_csv``; says so when the file cannot be written."""
        try:
            self.export_csv(path)
        except OSError as error:
            words = text("ui.table.export_failed", self._language, file=str(path), fault=error.strerror or str(error))
            told = QMessageBox(
                QMessageBox.Icon.Warning, text("ui.table.export_title", self._language), words,
                QMessageBox.StandardButton.Ok, self,
            )  # fmt: skip
            told.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            told.open()

    def _filter(self, words: str) -> None:
        self._shown.set_filter(words)
        self._tell_count()

    def _tell_count(self) -> None:
        total, shown = len(self.model.rows), self._shown.rowCount()
        key = "ui.table.rows" if shown == total else "ui.table.rows_filtered"
        if self._shown.near:
            key = "ui.table.rows_near"
        self.count.setText(text(key, self._language, n=shown, total=total))
        self.nothing.setText(text("ui.table.none_fits" if total else "ui.table.empty", self._language))
        self.nothing.setVisible(self._given and not shown)


def _harmless(cell: str) -> str:
    # A spreadsheet runs a cell that starts like a formula, some also behind a tab or with full-width signs; names and
    # notes come from outside.
    start = unicodedata.normalize("NFKC", cell.lstrip())[:1]
    number = cell.lstrip("+-").replace(".", "", 1).isdigit()
    return "'" + cell if start in ("=", "+", "-", "@") and not number else cell
