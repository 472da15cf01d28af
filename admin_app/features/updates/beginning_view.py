"""The dialog that begins a rollout: which terminals, which first, when, and how long each wave has to run well.

begin_dialog begin_terminals (and more of choosing_view) begin_first begin_quiet begin_from begin_until begin_minutes
begin_go begin_cancel
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from admin_app.choosing_view import TerminalChoice
from admin_app.features.updates.presenter import KINDS, UpdatesPresenter
from admin_app.parts_view import Dialog, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import button
from shared.ui.widgets.form import inset

NIGHT = ("20:00", "06:00")


class BeginDialog(Dialog):
    """For the version that is chosen on the page. Does not block."""

    def __init__(self, parent: QWidget, presenter: UpdatesPresenter, language: str) -> None:
        super().__init__(parent)
        self.setObjectName("begin_dialog")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(size("text_body") * 38)
        self._presenter, self._language = presenter, language
        title = self._t("title", version=presenter.state.version)
        self.setWindowTitle(title)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title", wrap=True))
        column.addWidget(label(self._t("facts"), "muted", wrap=True))
        self._terminals = TerminalChoice("begin", presenter.state.terminals, KINDS, language, checked=True)
        column.addWidget(self._terminals, 1)
        column.addLayout(self._when())
        column.addLayout(self._buttons())
        self._terminals.changed.connect(self._follow)
        self._follow()

    def _t(self, key: str, **params: object) -> str:
        return text(f"updates.begin.{key}", self._language, **params)

    def _when(self) -> QVBoxLayout:
        rows = QVBoxLayout()
        pad(rows)
        first = QHBoxLayout()
        pad(first, gap="space_m")
        self._first = QComboBox()
        self._first.setObjectName("begin_first")
        first.addWidget(label(self._t("first")))
        first.addWidget(self._first, 1)
        quiet = QHBoxLayout()
        pad(quiet, gap="space_m")
        self._quiet = QCheckBox(self._t("quiet"))
        self._quiet.setObjectName("begin_quiet")
        self._quiet.setChecked(True)
        quiet.addWidget(self._quiet)
        self._from, self._until = QTimeEdit(), QTimeEdit()
        for box, name, at in ((self._from, "from", NIGHT[0]), (self._until, "until", NIGHT[1])):
            box.setObjectName(f"begin_{name}")
            box.setDisplayFormat("HH:mm")
            box.setTime(QTime.fromString(at, "HH:mm"))
            inset(box)
            self._quiet.toggled.connect(box.setEnabled)
            quiet.addWidget(label(self._t(name)))
            quiet.addWidget(box)
        quiet.addStretch(1)
        long = QHBoxLayout()
        pad(long, gap="space_m")
        self._minutes = QSpinBox()
        self._minutes.setObjectName("begin_minutes")
        self._minutes.setRange(1, 7 * 24 * 60)
        self._minutes.setValue(60)
        inset(self._minutes)
        long.addWidget(label(self._t("minutes")))
        long.addWidget(self._minutes)
        long.addStretch(1)
        for row in (first, quiet, long):
            rows.addLayout(row)
        return rows

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        cancel = text("ui.action.cancel", self._language)
        row.addWidget(named(button(cancel, on_click=self.close), "begin_cancel"))
        self._go = named(button(self._t("go"), "download", "primary", self._begin), "begin_go")
        row.addWidget(self._go)
        return row

    def _follow(self) -> None:
        chosen, first = self._terminals.chosen, self._first.currentData()
        self._first.clear()
        self._first.addItem(self._t("first_auto"), "")
        for id_, words in chosen:
            self._first.addItem(words, id_)
        self._first.setCurrentIndex(max(0, self._first.findData(first)))
        self._go.setEnabled(bool(chosen))

    def _begin(self) -> None:
        since, until = (box.time().toString("HH:mm") for box in (self._from, self._until))
        ids = [id_ for id_, _ in self._terminals.chosen]
        quiet = (since, until) if self._quiet.isChecked() else None
        self._presenter.begin(ids, str(self._first.currentData() or ""), quiet, self._minutes.value())
        self.close()
