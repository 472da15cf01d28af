"""The bench's window: cards on the left, the newest paper in the middle, LED strip and newest sheet on the right.

objectName: card_<place>, take_card, reader_fault, printer_status, paper, take_paper, scanner, code, show_code, plugged,
strip, sheet, sheet_about, take_sheet
"""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from shared.domain.id_numbers import mask
from shared.i18n import text
from shared.ui.device_bench.presenter import BenchPresenter
from shared.ui.theme.widgets import mark

Named = TypeVar("Named", bound=QWidget)
READER_FAULTS = ("", "unplugged", "unplugged_mid_read", "slow", "unreadable")
PRINTER_STATES = ("ok", "near_end", "paper_out", "cover_open", "offline")
PAPER_WIDTH = 360


class BenchWindow(QWidget):
    """Everything a visitor would do with a hand: lay a card, take the paper, show its code."""

    def __init__(self, presenter: BenchPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.setWindowTitle(_t("title"))
        columns = QHBoxLayout(self)
        left = QVBoxLayout()
        left.addWidget(self._cards())
        left.addWidget(self._codes())
        left.addWidget(self._faults())
        left.addStretch(1)
        self.plugged = _named(QLabel(wordWrap=True), "plugged")
        mark(self.plugged, "muted")
        left.addWidget(self.plugged)
        columns.addLayout(left)
        columns.addWidget(self._paper())
        right = QVBoxLayout()
        right.addWidget(self._strip())
        right.addWidget(self._sheet(), 1)
        columns.addLayout(right)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _cards(self) -> QGroupBox:
        box = QGroupBox(_t("cards"))
        rows = QVBoxLayout(box)
        self.card_buttons = []
        for place, card in enumerate(self.presenter.cards):
            about = _t("staff_card") if card.get("kind") == "staff" else mask(str(card["number"]))
            button = _named(QPushButton(f"{card['name']}   {about}"), f"card_{place}")
            button.clicked.connect(lambda _=False, place=place: self.presenter.lay_card(place))
            self.card_buttons.append(button)
            rows.addWidget(button)
        self.take_card = _named(QPushButton(_t("take_card")), "take_card")
        self.take_card.clicked.connect(self.presenter.take_card)
        mark(self.take_card, "primary")
        rows.addWidget(self.take_card)
        return box

    def _faults(self) -> QGroupBox:
        box = QGroupBox(_t("faults"))
        grid = QGridLayout(box)
        self.reader_fault = _named(QComboBox(), "reader_fault")
        for fault in READER_FAULTS:
            self.reader_fault.addItem(_t(f"reader.{fault or 'none'}"), fault)
        self.reader_fault.activated.connect(lambda _: self.presenter.break_reader(self.reader_fault.currentData()))
        self.printer_status = _named(QComboBox(), "printer_status")
        for status in PRINTER_STATES:
            self.printer_status.addItem(_t(f"printer.{status}"), status)
        self.printer_status.activated.connect(lambda _: self.presenter.set_printer(self.printer_status.currentData()))
        grid.addWidget(QLabel(_t("reader.label")), 0, 0)
        grid.addWidget(self.reader_fault, 0, 1)
        grid.addWidget(QLabel(_t("printer.label")), 1, 0)
        grid.addWidget(self.printer_status, 1, 1)
        return box

    def _paper(self) -> QGroupBox:
        box = QGroupBox(_t("paper"))
        rows = QVBoxLayout(box)
        self.paper = _named(QLabel(alignment=Qt.AlignmentFlag.AlignCenter), "paper")
        self.paper.setFixedWidth(PAPER_WIDTH)
        rows.addWidget(self.paper, 1)
        self.take_paper = _named(QPushButton(_t("take_paper")), "take_paper")
        self.take_paper.clicked.connect(self.presenter.take_paper)
        rows.addWidget(self.take_paper)
        return box

    def _strip(self) -> QGroupBox:
        box = QGroupBox(_t("strip"))
        rows = QVBoxLayout(box)
        self.strip = _named(QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter), "strip")
        self.strip.setFixedWidth(PAPER_WIDTH)
        mark(self.strip, "headline")
        rows.addWidget(self.strip)
        return box

    def _sheet(self) -> QGroupBox:
        box = QGroupBox(_t("sheet"))
        rows = QVBoxLayout(box)
        self.sheet = _named(QLabel(alignment=Qt.AlignmentFlag.AlignCenter), "sheet")
        self.sheet.setFixedWidth(PAPER_WIDTH)
        rows.addWidget(self.sheet, 1)
        self.sheet_about = _named(QLabel(wordWrap=True), "sheet_about")
        self.sheet_about.setFixedWidth(PAPER_WIDTH)
        mark(self.sheet_about, "muted")
        rows.addWidget(self.sheet_about)
        self.take_sheet = _named(QPushButton(_t("take_sheet")), "take_sheet")
        self.take_sheet.clicked.connect(self.presenter.take_sheet)
        rows.addWidget(self.take_sheet)
        return box

    def _codes(self) -> QGroupBox:
        box = QGroupBox(_t("codes"))
        rows = QVBoxLayout(box)
        self.scanner = _named(QComboBox(), "scanner")
        self.code = _named(QLineEdit(placeholderText=_t("code_hint"), clearButtonEnabled=True), "code")
        self.code.textChanged.connect(self._draw)
        self.show_code = _named(QPushButton(_t("show_code")), "show_code")
        self.show_code.clicked.connect(
            lambda: self.presenter.show_code(self.scanner.currentData() or "", self.code.text())
        )
        for one in (self.scanner, self.code, self.show_code):
            rows.addWidget(one)
        return box

    def _draw(self) -> None:
        state = self.presenter.state
        self.take_card.setEnabled(bool(state.card))
        for place, (button, card) in enumerate(zip(self.card_buttons, self.presenter.cards, strict=True)):
            button.setEnabled(bool(self.presenter.readers_of(place)) and state.card != card["name"])
        strips = (name for name, _ in state.strips)
        plugged = ", ".join((*state.readers, *state.scanners, *strips, *state.document_printers))
        self.plugged.setText(_t("plugged", names=plugged) if plugged else _t("nothing_plugged"))
        has_paper = bool(state.papers)
        self.take_paper.setEnabled(has_paper)
        if [self.scanner.itemData(n) for n in range(self.scanner.count())] != list(state.scanners):
            chosen = self.scanner.currentData()
            self.scanner.clear()
            for name in state.scanners:
                kind = "kiosk" if name.startswith("kiosk") else "counter"
                self.scanner.addItem(_t(f"scanner.{kind}", name=name.partition("/")[0]), name)
            self.scanner.setCurrentIndex(max(0, self.scanner.findData(chosen)))
        has_code = bool(self.code.text().strip()) or (has_paper and bool(state.papers[0][1]))
        self.show_code.setEnabled(has_code and bool(state.scanners))
        if has_paper:
            picture = QPixmap(state.papers[0][0])
            self.paper.setPixmap(picture.scaledToWidth(PAPER_WIDTH - 20, Qt.TransformationMode.SmoothTransformation))
        else:
            self.paper.setText(_t("no_paper"))
        self._draw_strip()
        self._draw_sheet()

    def _draw_strip(self) -> None:
        lines = [words or _t("strip_dark") for _, words in self.presenter.state.strips]
        self.strip.setText("\n".join(lines) or _t("no_strip"))

    def _draw_sheet(self) -> None:
        sheets = self.presenter.state.sheets
        self.take_sheet.setEnabled(bool(sheets))
        newest = sheets[0] if sheets else None
        self.sheet_about.setText(
            _t("sheet_about", title=newest.title, copies=newest.copies, pages=newest.pages) if newest else ""
        )
        if newest is not None and newest.picture:
            picture = QPixmap(newest.picture)
            self.sheet.setPixmap(picture.scaledToWidth(PAPER_WIDTH - 20, Qt.TransformationMode.SmoothTransformation))
        else:
            self.sheet.setText(_t("no_sheet") if newest is None else _t("sheet_unseen"))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.presenter.close()
        super().closeEvent(event)


def _named(widget: Named, name: str) -> Named:
    widget.setObjectName(name)
    return widget


def _t(key: str, **params: Any) -> str:
    return text(f"bench.window.{key}", **params)
