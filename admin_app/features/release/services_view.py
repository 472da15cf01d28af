"""The services numbers are released for, with what their plan gives on a usual weekday; their plans as a workbook.

release_services release_export release_import (table_view.py lists those of the dialog, which begin with ``plans``)
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.features.release.presenter import ReleasePresenter
from admin_app.features.release.table_view import TableDialog, Words, ask_where
from admin_app.features.release.tables import Report
from admin_app.parts_view import named, pad, size
from shared.i18n import text
from shared.schemas.release import PlansReport, PlansRow, PlanSummary
from shared.ui.widgets import Column, SearchableTable, button


class ServicesList(QWidget):
    def __init__(self, presenter: ReleasePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._items: object = None
        self.table = self._made()
        column = QVBoxLayout(self)
        pad(column, gap="space_s")
        row = QHBoxLayout()
        pad(row, gap="space_s")
        files = self._t("plans_files")
        out = button(
            self._t("plans_export"), "download",
            on_click=lambda: ask_where(
                self, self._t("plans_export"), files, self._t("plans_sheet"), self._presenter.export
            ),
        )  # fmt: skip
        self._bring = named(button(self._t("plans_import"), "tray", on_click=self._ask_table), "release_import")
        row.addWidget(named(out, "release_export"))
        row.addWidget(self._bring)
        row.addStretch(1)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"release.page.{key}", self._language, **params)

    def _made(self) -> SearchableTable:
        letter = size("text_body")
        chinese = self._language.startswith("zh")
        table = SearchableTable(
            [
                Column("name" if chinese else "name_en", self._t("service"), width=letter * 15),
                Column("onsite", self._t("onsite"), width=letter * 4, right=True),
                Column("booking", self._t("booking"), width=letter * 4, right=True),
                Column("state", self._t("state"), tone=lambda row: row["tone"]),
            ],
            "release_services",
            language=self._language,
        )
        table.setObjectName("release_services")
        return table

    def _ask_table(self) -> None:
        columns = [Column("service", self._t("service"), width=size("text_body") * 18)]
        words = Words("plans_import", "plans_facts", "plans_files", "plans_apply", self._outcome, self._table_state)
        TableDialog(self, self._presenter.table, self._language, "plans", columns, words).open()

    def _outcome(self, row: PlansRow) -> str:
        words = text(f"release.plans_table.{row.outcome}", self._language)
        if not row.code:
            return words
        column = text(f"release.plan_column.{row.column}", self._language) if row.column else ""
        return words + " · " + text(f"release.plans_table.{row.code}", self._language, column=column)

    def _table_state(self, report: Report, wrong: int) -> str:
        assert isinstance(report, PlansReport)
        key = "plans_wrong" if wrong else "plans_ready" if report.services else "plans_same"
        return self._t(key, rows=len(report.rows), services=report.services, wrong=wrong)

    def _draw(self) -> None:
        state = self._presenter.state
        self._bring.setVisible(state.may_change)
        if state.items is not self._items:
            self._items = state.items
            self.table.set_rows([self._row(one) for one in state.items])
            if state.selected:
                self.table.select(state.selected)

    def _row(self, one: PlanSummary) -> dict[str, object]:
        number, draft = one.number, one.has_draft
        words = self._t("state_none") if number is None else self._t("state_number", n=number)
        if draft:
            words = self._t("state_draft", words=words)
        return {
            "id": str(one.service_id), "name": one.name, "name_en": one.name_en,
            "onsite": self._t("any") if one.onsite is None else one.onsite, "booking": one.booking or "",
            "state": words,
            "tone": "busy" if draft else "off" if number is None else "ok",
        }  # fmt: skip
