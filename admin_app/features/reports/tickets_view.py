"""The visits behind a figure, in a window of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from admin_app.features.reports.presenter import Behind
from admin_app.features.reports.rows import written
from admin_app.parts_view import Banner, label, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable
from shared.ui.widgets.rows import Row

_TONES = {"finished": "ok", "no_show": "warn", "held": "warn", "parked": "warn", "called": "busy", "serving": "busy"}


def _tone(row: Row) -> str:
    return _TONES.get(row["state"], "off")


class BehindWindow(QDialog):
    """Visits in a table; stays open beside the page."""

    def __init__(self, language: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("behind_window")
        self._language = language
        letter = size("text_body")

        def t(key: str) -> str:
            return text(f"reports.page.{key}", language)

        columns = [
            Column("number", t("number"), width=letter * 6),
            Column("at", t("issued_at"), width=letter * 11, whole=True),
            Column("service", text("reports.group.service", language), width=letter * 18),
            Column("counter", text("reports.group.counter", language), width=letter * 6),
            Column("staff", text("reports.group.staff", language), width=letter * 7),
            Column(
                "status", t("status"), width=letter * 8, whole=True, tone=lambda row: _TONES.get(row["state"], "off")
            ),
            Column("wait", t("wait"), show=lambda v: written("wait_mean", v), width=letter * 6, right=True),
            Column("told", t("told"), show=lambda v: written("wait_mean", v), width=letter * 6, right=True),
            Column("took", t("took"), show=lambda v: written("wait_mean", v), width=letter * 6, right=True),
        ]
        self._title = label("", "title", wrap=True, name="behind_title")
        self._banner = Banner("behind_banner")
        self.table = SearchableTable(columns, "report_tickets", language=language)
        self.table.setObjectName("behind_table")
        self._hint = label("", "muted", name="behind_hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        for part in (self._title, self._banner, self._hint):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        self.resize(letter * 78, letter * 42)

    def show_rows(self, found: Behind) -> None:
        self.setWindowTitle(found.title)
        self._title.setText(found.title)
        self.table.set_rows(found.rows)
        self._banner.show_words(found.problem)
        words = found.note
        if found.loading or not found.rows:
            words = text("ui.spinner.working" if found.loading else "reports.page.no_tickets", self._language)
        self._hint.setText("" if found.problem else words)
        self._hint.setVisible(bool(self._hint.text()))
        # A question opens it; an answer that comes after it was closed does not.
        if found.loading:
            self.show()
            self.activateWindow()
