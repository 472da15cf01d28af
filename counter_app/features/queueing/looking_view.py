"""Two dialogs that look something up: a missed ticket back into its line, and why somebody was called.

objectNames: return_dialog return_number return_list return_<reason> return_other return_confirm return_cancel ·
why_dialog why_called why_asking why_ask why_answer why_about why_others why_close
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from counter_app.features.queueing.dialogs_view import Dialog
from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.state import MissedLine, OperatorState, Why
from counter_app.features.queueing.table_view import TicketTable
from counter_app.features.queueing.words import RETURN_REASONS
from counter_app.parts_view import label, size
from shared.i18n import text
from shared.ui.theme.widgets import mark

KEY = Qt.ItemDataRole.UserRole
LONGEST_NUMBER = 12


class ReturnDialog(Dialog):
    """Whose number it is, from the list or typed, and why: pressing the reason puts it back."""

    def __init__(self, parent: QWidget, presenter: OperatorPresenter, language: str) -> None:
        super().__init__(parent, "return_dialog", presenter, language)
        self._title.setText(self._t("return.title"))
        self.setWindowTitle(self._t("return.title"))
        self.about(self._t("return.about"))
        self._offered: tuple[MissedLine, ...] | None = None
        self._number = self.line("return_number", self._t("return.number"), lambda: None)
        self._number.setMaxLength(LONGEST_NUMBER)
        self._number.setClearButtonEnabled(True)
        self._number.textChanged.connect(lambda _: self._filter())
        self._column.addWidget(self._number)
        self._list = QListWidget()
        self._list.setObjectName("return_list")
        self._list.setAccessibleName(self._t("return.title"))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setMinimumHeight(5 * size("touch_target"))
        self._list.currentItemChanged.connect(lambda *_: self._show_possible())
        self._column.addWidget(self._list, 1)
        grid = QGridLayout()
        grid.setSpacing(size("space_s"))
        self._reasons = []
        for n, reason in enumerate(RETURN_REASONS):
            words = self._t(f"return.{reason}")
            made = self._button(f"return_{reason}", words)
            made.setMinimumHeight(size("touch_key"))
            made.clicked.connect(lambda _=False, words=words: self._give_back(words))
            grid.addWidget(made, n // 2, n % 2)
            self._reasons.append(made)
        self._column.addLayout(grid)
        self._other = self.line("return_other", self._t("return.other"), lambda: self._give_back(self._other.text()))
        self._confirm = self._button("return_confirm", self._t("return.confirm"), "primary")
        self._confirm.clicked.connect(lambda: self._give_back(self._other.text()))
        self._other.textChanged.connect(lambda _: self._show_possible())
        row = QHBoxLayout()
        row.setSpacing(size("space_s"))
        row.addWidget(self._other, 1)
        row.addWidget(self._confirm)
        self._column.addLayout(row)
        self.add_cancel("return_cancel")

    def open_fresh(self) -> None:
        self._offered = None
        self._number.clear()
        self._other.clear()
        self._say(self._t("return.loading"))
        self._show_possible()
        self.open()
        self._number.setFocus()

    def show_state(self, state: OperatorState) -> None:
        """Who missed the call, as soon as it is known."""
        found = state.missed_today
        if found is None or found is self._offered:
            return
        self._offered = found
        if not found:
            self._say(self._t("return.nobody"))
            return
        self._list.clear()
        for line in found:
            item = QListWidgetItem(f"{line.number}   {line.place}   {line.service}")
            item.setData(KEY, line.id)
            item.setToolTip(line.hint)
            if not line.can_return:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)
        self._filter()

    def _say(self, words: str) -> None:
        self._list.clear()
        item = QListWidgetItem(words)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._list.addItem(item)

    def _filter(self) -> None:
        wanted = self._number.text().strip().upper()
        rows = [self._list.item(row) for row in range(self._list.count())]
        for item in rows:
            item.setHidden(bool(item.data(KEY)) and not item.text().startswith(wanted))
        current = self._list.currentItem()
        if current is not None and current.isHidden():
            self._list.setCurrentRow(-1)
        fit = [item for item in rows if item.data(KEY) and not item.isHidden() and item.flags()]
        if wanted and len(fit) == 1:
            self._list.setCurrentItem(fit[0])
        self._show_possible()

    def _chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.data(KEY) or "") if item is not None and not item.isHidden() else ""

    def _show_possible(self) -> None:
        # A number that is not in the list is for the server to explain.
        known = bool(self._chosen() or self._number.text().strip())
        for made in self._reasons:
            made.setEnabled(known)
        self._confirm.setEnabled(known and bool(self._other.text().strip()))

    def _give_back(self, reason: str) -> None:
        self._presenter.return_ticket(self._chosen(), self._number.text(), reason)


class WhyDialog(Dialog):
    """Somebody asks why another was called first: both numbers, and the answer in words to read out."""

    def __init__(self, parent: QWidget, presenter: OperatorPresenter, language: str) -> None:
        super().__init__(parent, "why_dialog", presenter, language)
        self._title.setText(self._t("why.title"))
        self.setWindowTitle(self._t("why.title"))
        self._shown: Why | None = None
        self._called = self.line("why_called", self._t("why.called"), self._ask)
        self._asking = self.line("why_asking", self._t("why.asking"), self._ask)
        for key, field in (("called", self._called), ("asking", self._asking)):
            head = label("caption")
            head.setText(self._t(f"why.{key}_head"))
            field.setMaxLength(LONGEST_NUMBER)
            field.textChanged.connect(lambda _: self._enable())
            self._column.addWidget(head)
            self._column.addWidget(field)
        self._button_ask = self._button("why_ask", self._t("why.ask"), "primary")
        self._button_ask.clicked.connect(self._ask)
        self._column.addWidget(self._button_ask)
        self._answer = label("lead", "why_answer", wrap=True)
        self._about = label("muted", "why_about", wrap=True)
        self._others = TicketTable("why_others", self._t("why.alone"), callable_rows=False)
        self._others.setMinimumHeight(4 * size("touch_target"))
        for part in (self._answer, self._about, self._others):
            self._column.addWidget(part)
        close = self._button("why_close", text("ui.action.close", language), "quiet")
        close.clicked.connect(self.reject)
        self._column.addWidget(close)

    def open_fresh(self) -> None:
        person = self._presenter.state.person
        self._called.setText(person.number if person is not None else "")
        self._asking.clear()
        self._shown = None
        self._show_answer(None)
        self._enable()
        self.open()
        if person is not None:
            self._asking.setFocus()
            self._ask()
        else:
            self._called.setFocus()

    def show_state(self, state: OperatorState) -> None:
        if state.why is not self._shown:
            self._shown = state.why
            self._show_answer(state.why)

    def _show_answer(self, why: Why | None) -> None:
        words = "" if why is None else self._t("why.loading") if why.is_loading else why.trouble or why.answer
        self._answer.setText(words)
        self._answer.setVisible(bool(words))
        mark(self._answer, "error" if why is not None and why.trouble else "lead")
        about = why.about if why is not None else ""
        self._about.setText(about)
        self._about.setVisible(bool(about))
        self._others.show_lines(why.others if why is not None else ())
        self._others.setVisible(why is not None and bool(why.others))
        self.fit()

    def _enable(self) -> None:
        self._button_ask.setEnabled(bool(self._called.text().strip()))

    def _ask(self) -> None:
        if self._called.text().strip():
            self._presenter.explain(self._called.text(), self._asking.text())
