"""The rows behind a figure, in a window of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from admin_app.features.queueing.presenter import TicketRows
from admin_app.features.queueing.rows import clock
from admin_app.parts_view import Banner, label, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable

_TONES = {
    "waiting": "off", "called": "busy", "serving": "busy", "held": "warn", "parked": "warn", "no_show": "warn",
    "finished": "ok",
}  # fmt: skip


class TicketWindow(QDialog):
    """Tickets in a table; stays open beside the page."""

    def __init__(self, language: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tickets_window")
        self._language = language

        def t(key: str) -> str:
            return text(f"admin.ticket.{key}", language)

        columns = [
            Column("number", t("number"), width=size("text_body") * 6),
            Column("service", t("service"), width=size("text_body") * 22),
            Column("status", t("status"), width=size("text_body") * 7, tone=lambda row: _TONES[row["state"]]),
            Column("counter", t("counter"), width=size("text_body") * 6),
            Column("issued", t("issued"), width=size("text_body") * 7),
            Column("called", t("called"), width=size("text_body") * 7),
            Column("wait", t("wait"), show=clock, right=True,
                   width=size("text_body") * 6),
            Column("person", t("person")),
        ]  # fmt: skip
        self._title = label("", "title", name="tickets_title")
        self._banner = Banner("tickets_banner")
        self.table = SearchableTable(columns, "live_tickets", language=language)
        self.table.setObjectName("tickets_table")
        self._hint = label("", "muted", name="tickets_hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        for part in (self._title, self._banner, self._hint):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        self.resize(size("text_body") * 74, size("text_body") * 42)

    def show_rows(self, found: TicketRows) -> None:
        self.setWindowTitle(found.title)
        self._title.setText(found.title)
        self.table.set_rows(found.rows)
        self._banner.show_words(found.problem)
        empty = "ui.spinner.working" if found.loading else "admin.ticket.none" if not found.rows else ""
        self._hint.setText(text(empty, self._language) if empty and not found.problem else "")
        self._hint.setVisible(bool(self._hint.text()))
        # A question opens it; an answer that comes after it was closed does not.
        if found.loading:
            self.show()
            self.activateWindow()
