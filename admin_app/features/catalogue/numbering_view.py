"""Number formats: the hall's to the left, each series that may differ in a table to the right, with what it gives.

numbering_tab numbering_digits numbering_separator numbering_start numbering_leased numbering_table numbering_now
numbering_tomorrow numbering_reload numbering_problem numbering_told numbering_planned
numbering_prefix_<series> numbering_booked_<series> numbering_digits_<series> numbering_start_<series>
"""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.catalogue.numbering import NumberingPresenter
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.domain.numbering import SEPARATORS
from shared.i18n import text
from shared.schemas.numbering import SeriesFormat
from shared.ui.widgets import button, inset

COLUMNS = ("series", "prefix", "booked_prefix", "digits", "start", "sample", "booked_sample", "spoken")
DIGITS, START, LEASED = (2, 5), (1, 9999), (5, 200)


class NumberingTab(QWidget):
    """Fills its fields when an answer comes; what is edited is previewed at once and stays until it is saved."""

    def __init__(self, presenter: NumberingPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("numbering_tab")
        self._presenter = presenter
        self._language = language
        self._revision = -1
        self._filling = False
        self._rows: dict[str, tuple[QLineEdit, QLineEdit, QSpinBox, QSpinBox]] = {}
        self._problem, self._told = Banner("numbering_problem"), Banner("numbering_told")
        self._planned = label("", "warn", wrap=True, name="numbering_planned")
        column = QVBoxLayout(self)
        pad(column, "space_s", "space_s")
        column.addLayout(self._head())
        column.addWidget(label(self._t("intro"), "muted", wrap=True))
        for made in (self._problem, self._told, self._planned):
            column.addWidget(made)
        card = Card()
        card.body.addLayout(self._hall())
        card.body.addWidget(self._table(), 1)
        column.addWidget(card, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._presenter.state.loaded:
            self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"numbering.{key}", self._language, **params)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("title"), "lead"), 1)
        presenter = self._presenter
        self._reload = named(button(self._t("reload"), "refresh", on_click=presenter.load), "numbering_reload")
        self._now = named(button(self._t("begin_now"), "save", "", lambda: presenter.save("now")), "numbering_now")
        self._tomorrow = named(
            button(self._t("begin_tomorrow"), "save", "primary", lambda: presenter.save("tomorrow")),
            "numbering_tomorrow",
        )
        for made in (self._reload, self._now, self._tomorrow):
            row.addWidget(made)
        return row

    def _hall(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        self._digits, self._start, self._separator = _number(DIGITS), _number(START), QComboBox()
        self._leased = _number(LEASED)
        for separator in SEPARATORS:
            self._separator.addItem(separator or self._t("separator_none"), separator)
        fields = (
            ("digits", self._digits), ("separator", self._separator), ("start", self._start), ("leased", self._leased),
        )  # fmt: skip
        for key, made in fields:
            made.setObjectName(f"numbering_{key}")
            row.addWidget(label(self._t(f"hall_{key}")))
            row.addWidget(made)
        self._digits.valueChanged.connect(self._edited)
        self._start.valueChanged.connect(self._edited)
        self._leased.valueChanged.connect(self._edited)
        self._separator.currentIndexChanged.connect(self._edited)
        row.addStretch(1)
        return row

    def _table(self) -> QTableWidget:
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setObjectName("numbering_table")
        self.table.setHorizontalHeaderLabels([self._t(f"column_{key}") for key in COLUMNS])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(round(size("touch_target") * 1.25))
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        return self.table

    def _fill(self) -> None:
        state = self._presenter.state
        self._filling = True
        draft = state.draft
        own = {one.series: one for one in draft.series}
        self._digits.setValue(draft.digits)
        self._start.setValue(draft.start)
        self._leased.setValue(draft.leased)
        self._separator.setCurrentIndex(max(0, self._separator.findData(draft.separator)))
        self.table.setRowCount(len(state.samples))
        self._rows.clear()
        for row, (series, _) in enumerate(state.samples):
            for column, key in enumerate(COLUMNS):
                if key in ("series", "sample", "booked_sample", "spoken"):
                    self.table.setItem(row, column, QTableWidgetItem(series if key == "series" else ""))
            self._rows[series] = self._fields(row, series, own.get(series, SeriesFormat(series=series)))
        self._filling = False

    def _fields(self, row: int, series: str, one: SeriesFormat) -> tuple[QLineEdit, QLineEdit, QSpinBox, QSpinBox]:
        prefix, booked = QLineEdit(one.prefix), QLineEdit(one.booked_prefix)
        prefix.setPlaceholderText(series)
        booked.setPlaceholderText(self._t("as_prefix"))
        # The least value of a box stands for "as the hall".
        digits, start = _number((DIGITS[0] - 1, DIGITS[1])), _number((START[0] - 1, START[1]))
        for box, value in ((digits, one.digits), (start, one.start)):
            box.setSpecialValueText(self._t("as_hall"))
            box.setValue(box.minimum() if value is None else value)
            box.valueChanged.connect(self._edited)
        for line in (prefix, booked):
            line.setMaxLength(3)
            line.textEdited.connect(lambda words, line=line: line.setText(words.upper()))
            line.textChanged.connect(self._edited)
        for column, (key, made) in enumerate(
            (("prefix", prefix), ("booked", booked), ("digits", digits), ("start", start)), 1
        ):
            made.setObjectName(f"numbering_{key}_{series}")
            self.table.setCellWidget(row, column, made)
        return prefix, booked, digits, start

    def _edited(self) -> None:
        if self._filling:
            return
        kept = {one.series: one.separator for one in self._presenter.state.draft.series}
        series: list[dict[str, Any]] = []
        for name, (prefix, booked, digits, start) in self._rows.items():
            own = {
                "series": name, "prefix": prefix.text(), "booked_prefix": booked.text(), "separator": kept.get(name),
                "digits": None if digits.value() == digits.minimum() else digits.value(),
                "start": None if start.value() == start.minimum() else start.value(),
            }  # fmt: skip
            if any(value not in (None, "") for key, value in own.items() if key != "series"):
                series.append(own)
        self._presenter.edit(
            {
                "digits": self._digits.value(), "start": self._start.value(),
                "separator": self._separator.currentData(), "leased": self._leased.value(), "series": series,
            }
        )  # fmt: skip

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        later = state.found.from_day if state.found and state.found.later else None
        self._planned.setText(self._t("planned", day=later.isoformat()) if later else "")
        self._planned.setVisible(later is not None)
        if state.revision != self._revision and state.loaded:
            self._revision = state.revision
            self._fill()
        for row, (_, sample) in enumerate(state.samples):
            for column, words in ((5, sample.walk_in), (6, sample.booked), (7, sample.spoken)):
                item = self.table.item(row, column)
                if item is not None and item.text() != words:
                    item.setText(words)
        can = state.loaded and not state.busy and state.may_change
        for made in (self.table, self._digits, self._start, self._separator, self._leased):
            made.setEnabled(can)
        for act in (self._now, self._tomorrow):
            act.setVisible(state.may_change)
            act.setEnabled(can and state.dirty and not state.problem)


def _number(bounds: tuple[int, int]) -> QSpinBox:
    box = QSpinBox()
    inset(box)
    box.setRange(*bounds)
    return box
