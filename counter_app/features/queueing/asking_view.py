"""What is asked before somebody is parked, called by number, given priority, and before a hand-over.

objectNames: park_dialog park_<reason> park_other park_confirm park_minutes_<n> · number_dialog call_number_field
call_number_confirm · priority_dialog priority_ticket priority_<group> priority_reason · hand_over_dialog
hand_over_text hand_over_confirm
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QHBoxLayout, QPlainTextEdit, QWidget

from counter_app.features.queueing.dialogs_view import Dialog
from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.state import OperatorState
from counter_app.features.queueing.words import PARK_MINUTES
from counter_app.parts_view import size
from shared.i18n import text

USUAL_MINUTES = 10
LONGEST = 40
LONGEST_NOTE = 300


class ParkDialog(Dialog):
    """When they will be back, and why they go: pressing the reason, or its digit, parks."""

    def __init__(self, parent: QWidget, presenter: OperatorPresenter, language: str) -> None:
        super().__init__(parent, "park_dialog", presenter, language)
        self.setWindowTitle(self._t("step.park"))
        self.about(self._t("park.about"))
        self._minutes = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(size("space_xs"))
        for minutes in (*PARK_MINUTES, 0):
            words = self._t("park.minutes", n=minutes) if minutes else self._t("park.open_end")
            made = self._button(f"park_minutes_{minutes}", words, "choice")
            made.setCheckable(True)
            made.setMinimumHeight(size("touch_target"))
            self._minutes.addButton(made, minutes)
            row.addWidget(made)
        self._column.addLayout(row)
        grid = QGridLayout()
        grid.setSpacing(size("space_s"))
        for n, reason in enumerate(presenter.state.park_reasons):
            made = self._button(f"park_{reason.key}", f"{n + 1}  {reason.words}")
            made.setMinimumHeight(size("touch_key"))
            made.setShortcut(QKeySequence(str(n + 1)))
            made.clicked.connect(lambda _=False, key=reason.key: self._park(key))
            grid.addWidget(made, n // 2, n % 2)
        self._column.addLayout(grid)
        self._other = self.line("park_other", self._t("park.other"), lambda: self._park(self._other.text()))
        confirm = self._button("park_confirm", self._t("park.confirm"), "primary")
        confirm.clicked.connect(lambda: self._park(self._other.text()))
        confirm.setEnabled(False)
        self._other.textChanged.connect(lambda words: confirm.setEnabled(bool(words.strip())))
        last = QHBoxLayout()
        last.addWidget(self._other, 1)
        last.addWidget(confirm)
        self._column.addLayout(last)
        self.add_cancel("park_cancel")

    def open_fresh(self) -> None:
        state = self._presenter.state
        self._title.setText(self._t("park.title", number=state.person.number if state.person else ""))
        self._other.clear()
        self._minutes.button(USUAL_MINUTES).setChecked(True)
        self.open()
        # Not the field: the digits are the reasons' keys.
        self._minutes.button(USUAL_MINUTES).setFocus()

    def _park(self, reason: str) -> None:
        if reason.strip():
            self._presenter.park(reason, self._minutes.checkedId())


class NumberDialog(Dialog):
    """The number on somebody's paper."""

    def __init__(self, parent: QWidget, presenter: OperatorPresenter, language: str) -> None:
        super().__init__(parent, "number_dialog", presenter, language)
        self._title.setText(self._t("call_number.title"))
        self.setWindowTitle(self._t("call_number.title"))
        self.about(self._t("call_number.about"))
        self._number = self.line("call_number_field", self._t("call_number.field"), self._call)
        confirm = self._button("call_number_confirm", self._t("call_number.confirm"), "primary")
        confirm.clicked.connect(self._call)
        confirm.setEnabled(False)
        self._number.textChanged.connect(lambda words: confirm.setEnabled(bool(words.strip())))
        row = QHBoxLayout()
        row.addWidget(self._number, 1)
        row.addWidget(confirm)
        self._column.addLayout(row)
        self.add_cancel("call_number_cancel")

    def open_fresh(self) -> None:
        self._number.clear()
        self.open()
        self._number.setFocus()

    def _call(self) -> None:
        if self._number.text().strip():
            self._presenter.call_number(self._number.text())


class PriorityDialog(Dialog):
    """Who waits, and for what reason they go before others: pressing the group does it."""

    def __init__(
        self, parent: QWidget, presenter: OperatorPresenter, language: str, chosen: Callable[[], str] = str
    ) -> None:
        super().__init__(parent, "priority_dialog", presenter, language)
        self._title.setText(self._t("priority.title"))
        self.setWindowTitle(self._t("priority.title"))
        self._chosen = chosen
        self.about(self._t("priority.about"))
        self._tickets = QComboBox()
        self._tickets.setObjectName("priority_ticket")
        self._tickets.setMaxVisibleItems(12)
        self._tickets.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._column.addWidget(self._tickets)
        self._reason = self.line("priority_reason", self._t("priority.reason"), lambda: None)
        self._column.addWidget(self._reason)
        grid = QGridLayout()
        grid.setSpacing(size("space_s"))
        for n, group in enumerate(presenter.state.groups):
            made = self._button(f"priority_{group.key}", group.words)
            made.setMinimumHeight(size("touch_key"))
            made.clicked.connect(lambda _=False, group=group: self._raise(int(group.key), group.words))
            grid.addWidget(made, n // 2, n % 2)
        self._column.addLayout(grid)
        self.add_cancel("priority_cancel")

    def open_fresh(self) -> None:
        self._tickets.clear()
        for line in self._presenter.state.queue:
            self._tickets.addItem(f"{line.number}  {line.service}  {line.waited}", line.id)
        self._tickets.setCurrentIndex(max(0, self._tickets.findData(self._chosen())))
        self._reason.clear()
        self.open()

    def _raise(self, group: int, words: str) -> None:
        note = self._reason.text().strip()
        self._presenter.prioritise(self._tickets.currentData() or "", group, f"{words} {note}".strip())


class HandOverDialog(Dialog):
    """What the colleague should know; what is parked and held here goes along."""

    def __init__(self, parent: QWidget, presenter: OperatorPresenter, language: str) -> None:
        super().__init__(parent, "hand_over_dialog", presenter, language)
        self._title.setText(self._t("hand_over.title"))
        self.setWindowTitle(self._t("hand_over.title"))
        self._about = self.about("")
        self._note = QPlainTextEdit()
        self._note.setObjectName("hand_over_text")
        self._note.setPlaceholderText(self._t("hand_over.note"))
        self._note.setTabChangesFocus(True)
        self._note.setFixedHeight(3 * size("touch_target"))
        self._note.textChanged.connect(self._keep_short)
        self._column.addWidget(self._note)
        row = QHBoxLayout()
        cancel = self._button("hand_over_cancel", text("ui.action.cancel", language))
        cancel.clicked.connect(self.reject)
        confirm = self._button("hand_over_confirm", self._t("hand_over.confirm"), "primary")
        confirm.clicked.connect(lambda: presenter.hand_over(self._note.toPlainText()))
        row.addWidget(cancel, 1)
        row.addWidget(confirm, 2)
        self._column.addLayout(row)

    def open_fresh(self) -> None:
        self._note.clear()
        self._show_about(self._presenter.state)
        self.open()
        self._note.setFocus()

    def _show_about(self, state: OperatorState) -> None:
        counts = self._t("hand_over.tickets", parked=len(state.parked), held=len(state.held))
        key = "hand_over.about_in_hand" if state.person else "hand_over.about"
        number = state.person.number if state.person else ""
        self._about.setText(self._t(key, tickets=counts, number=number))

    def _keep_short(self) -> None:
        words = self._note.toPlainText()
        if len(words) > LONGEST_NOTE:
            cursor = self._note.textCursor()
            self._note.setPlainText(words[:LONGEST_NOTE])
            cursor.setPosition(min(cursor.position(), LONGEST_NOTE))
            self._note.setTextCursor(cursor)


__all__ = ["HandOverDialog", "NumberDialog", "ParkDialog", "PriorityDialog"]
