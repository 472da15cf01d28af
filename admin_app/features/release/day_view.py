"""One day of one service: its rows, what the day would look like, what the linter says.

release_day_dialog release_day_rows release_day_try release_day_preview release_day_reason release_day_keep
release_day_restore release_day_close release_day_problem
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from admin_app.features.release.parts_view import WindowsTable, finding_line
from admin_app.features.release.presenter import ReleasePresenter
from admin_app.features.release.rows import day_lines
from admin_app.parts_view import Banner, Dialog, clear, label, named, pad, size
from shared.domain.release import clock_of
from shared.i18n import text
from shared.ui.widgets import button


class DayDialog(Dialog):
    def __init__(self, parent: QWidget, presenter: ReleasePresenter, language: str) -> None:
        super().__init__(parent)
        self.setObjectName("release_day_dialog")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._presenter, self._language = presenter, language
        self._revision = -1
        room = parent.window().size()
        wanted = QSize(size("text_body") * 62, size("text_body") * 40)
        self.resize(wanted.boundedTo(room - QSize(size("space_xl"), size("space_xl"))))
        self._problem = Banner("release_day_problem")
        self._title = label("", "title", wrap=True)
        self._windows = WindowsTable("release_day_rows", language)
        self._windows.edited.connect(lambda: presenter.day.try_rows(self._windows.rows()))
        self._preview = label("", wrap=True, name="release_day_preview")
        self._findings = QVBoxLayout()
        pad(self._findings, gap="space_xs")
        self._reason = QLineEdit()
        self._reason.setObjectName("release_day_reason")
        self._reason.setPlaceholderText(self._t("reason"))
        self._reason.setMaxLength(200)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(self._title)
        column.addWidget(label(self._t("day_hint"), "muted", wrap=True))
        column.addWidget(self._problem)
        column.addWidget(self._windows, 1)
        column.addWidget(label(self._t("preview"), "lead"))
        column.addWidget(self._preview)
        column.addLayout(self._findings)
        column.addWidget(self._reason)
        column.addLayout(self._foot())
        presenter.day.state_changed.connect(self._draw)
        presenter.day.closed.connect(self.accept)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"release.page.{key}", self._language, **params)

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        self._restore = named(
            button(self._t("day_restore"), "undo", "quiet", self._presenter.day.restore), "release_day_restore"
        )
        self._keep = named(button(self._t("day_keep"), "check", "primary", self._ask_keep), "release_day_keep")
        row.addWidget(self._restore)
        row.addStretch(1)
        row.addWidget(named(button(self._t("close"), on_click=self.close), "release_day_close"))
        row.addWidget(self._keep)
        return row

    def _ask_keep(self) -> None:
        self._presenter.day.keep(self._windows.rows(), self._reason.text())

    def _draw(self) -> None:
        state = self._presenter.state
        one = self._presenter.day.state
        if one.day is None:
            return
        title = self._t("day_title", day=one.day.isoformat())
        self.setWindowTitle(title)
        self._title.setText(title)
        if one.revision != self._revision:
            self._revision = one.revision
            self._windows.set_rows(one.rows)
        self._problem.show_words("\n".join(one.faults) or one.problem)
        findings = [] if one.shown is None else self._presenter.words_of(one.shown.findings)
        clear(self._findings)
        for level, words in findings[:5]:
            self._findings.addWidget(finding_line(level, words))
        levels = [level for level, _ in findings]
        self._reason.setVisible(state.may_change and "warning" in levels and "error" not in levels)
        self._windows.set_writable(state.may_change)
        self._keep.setVisible(state.may_change)
        self._keep.setEnabled(not one.busy and not one.faults and "error" not in levels)
        self._restore.setVisible(state.may_change and one.version is not None)
        self._preview.setText(self._words())

    def _words(self) -> str:
        shown = self._presenter.day.state.shown
        if shown is None:
            return self._t("loading")
        hours = " ".join(f"{clock_of(start)}\N{EN DASH}{clock_of(end)}" for start, end in shown.hours)
        kind = text(f"release.kind.{shown.kind}", self._language)
        lines = [self._t("day_facts", kind=f"{kind} {shown.name}".strip(), hours=hours or self._t("closed"))]
        lines += day_lines(shown, self._language)
        slots = [slot for window in shown.windows for slot in window.slots]
        if slots:
            told = [f"{clock_of(slot.start)}\N{NO-BREAK SPACE}{slot.taken}/{slot.quantity}" for slot in slots]
            lines.append(self._t("slots", slots="   ".join(told)))
        return "\n".join(lines)
