"""The two pages before work: which counter is this, and who signs in.

objectNames: counter_filter counter_list counter_use · sign_in_staff sign_in_password
sign_in_code sign_in_button change_counter
"""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from counter_app.features.queueing.parts_view import StepButton, label, size
from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.state import Choice, OperatorState
from shared.i18n import text
from shared.ui.theme.widgets import mark

KEY = Qt.ItemDataRole.UserRole


class ChoosePage(QWidget):
    """The hall's counters; asked once."""

    def __init__(self, presenter: OperatorPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._choices: tuple[Choice, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(size("space_s"))
        for role, key in (("title", "choose.title"), ("muted", "choose.about")):
            words = label(role, wrap=True)
            words.setText(text(f"counter.{key}", language))
            column.addWidget(words)
        self._filter = QLineEdit()
        self._filter.setObjectName("counter_filter")
        self._filter.setPlaceholderText(text("counter.choose.filter", language))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(lambda _: self._fill())
        self._list = QListWidget()
        self._list.setObjectName("counter_list")
        self._list.setAccessibleName(text("counter.choose.title", language))
        self._list.currentItemChanged.connect(lambda *_: self._show_use())
        self._list.itemDoubleClicked.connect(lambda _: self._use_it())
        self._use = QPushButton()
        self._use.setObjectName("counter_use")
        mark(self._use, "primary")
        self._use.setMinimumHeight(size("touch_key"))
        self._use.clicked.connect(self._use_it)
        self._filter.returnPressed.connect(self._use_it)
        column.addWidget(self._filter)
        column.addWidget(self._list, 1)
        column.addWidget(self._use)
        self._show_use()

    def show_state(self, state: OperatorState) -> None:
        if state.counters != self._choices:
            self._choices = state.counters
            self._fill()

    def _fill(self) -> None:
        wanted = self._filter.text().casefold().split()
        self._list.clear()
        for choice in self._choices:
            words = f"{choice.words}   {choice.about}"
            if all(word in words.casefold() for word in wanted):
                item = QListWidgetItem(words)
                item.setData(KEY, choice.key)
                item.setToolTip(words)
                self._list.addItem(item)
        if wanted and self._list.count():
            self._list.setCurrentRow(0)
        self._show_use()

    def _chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.data(KEY)) if item is not None else ""

    def _show_use(self) -> None:
        label_ = self._chosen()
        key = "counter.choose.use" if label_ else "counter.choose.use_none"
        self._use.setText(text(key, self._language, counter=label_))
        self._use.setEnabled(bool(label_))

    def _use_it(self) -> None:
        if self._chosen():
            self._presenter.choose_counter(self._chosen())


class SignInPage(QWidget):
    """Staff number or name, completed from the hall's staff."""

    def __init__(self, presenter: OperatorPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._choices: tuple[Choice, ...] | None = None
        self._names = QStringListModel(self)
        self._asked = False
        card = QFrame()
        mark(card, "card")
        inside = QVBoxLayout(card)
        margin = size("space_l")
        inside.setContentsMargins(margin, margin, margin, margin)
        inside.setSpacing(size("space_m"))
        for role, key in (("headline", "sign_in.title"), ("muted", "sign_in.about"), ("lead", "sign_in.staff")):
            words = label(role, wrap=True)
            words.setText(text(f"counter.{key}", language))
            inside.addWidget(words)
        self.staff = QLineEdit()
        self.staff.setObjectName("sign_in_staff")
        self.staff.setAccessibleName(text("counter.sign_in.staff", language))
        self.staff.setPlaceholderText(text("counter.sign_in.placeholder", language))
        self.staff.setMaxLength(64)
        self.staff.setMinimumHeight(size("touch_key"))
        completer = QCompleter(self._names, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.staff.setCompleter(completer)
        self.staff.returnPressed.connect(self._sign_in)
        self.button = StepButton("sign_in_button", "sign-in", role="primary")
        self.button.clicked.connect(self._sign_in)
        self.password = self._field("sign_in_password", "sign_in.password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.code = self._field("sign_in_code", "sign_in.code")
        self.code.setMaxLength(6)
        for part in (self.staff, self.password, self.code, self.button):
            inside.addWidget(part)
        change = QPushButton(text("counter.choose.change", language))
        change.setObjectName("change_counter")
        mark(change, "quiet")
        change.clicked.connect(presenter.change_counter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        column.addWidget(change)
        column.addStretch(1)

    def show_state(self, state: OperatorState) -> None:
        if state.staff_choices != self._choices:
            self._choices = state.staff_choices
            self._names.setStringList([f"{choice.words}  {choice.about}" for choice in state.staff_choices])
            if not self.staff.text():
                self.staff.setText(state.last_staff)
        self.password.setVisible(state.proves)
        if state.code_needed and self.code.isHidden():
            self.code.show()
            self.code.setFocus()
        elif not state.code_needed:
            self.code.hide()
            self.code.clear()
        if state.phase != "closed":
            # Whoever comes next finds nothing of it.
            self.password.clear()
        asked = state.busy == "sign-in" or state.proving
        busy = text("counter.step.busy", self._language) if asked else ""
        words = text("counter.sign_in.button", self._language)
        self.button.show_step(words, "Enter", possible="sign-in" in state.can and not state.proving, busy_words=busy)
        for field in (self.staff, self.password, self.code):
            field.setEnabled(not asked)
        if self._asked and not state.busy and state.phase == "closed":
            # Refused: the number stands ready to be typed anew.
            self.staff.setFocus()
            self.staff.selectAll()
        self._asked = state.busy == "sign-in"

    def _field(self, name: str, key: str) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(name)
        words = text(f"counter.{key}", self._language)
        made.setAccessibleName(words)
        made.setPlaceholderText(words)
        made.setMaxLength(128)
        made.setMinimumHeight(size("touch_key"))
        made.returnPressed.connect(self._sign_in)
        made.hide()
        return made

    def _sign_in(self) -> None:
        self._presenter.sign_in(self.staff.text(), self.password.text(), self.code.text())
