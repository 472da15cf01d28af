"""The page of a closed counter: who signs in.

objectNames: sign_in_staff sign_in_password sign_in_code sign_in_button change_counter
"""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from counter_app.features.sign_on.presenter import SignOnPresenter
from counter_app.parts_view import StepButton, label, size
from shared.i18n import text
from shared.ui.theme.widgets import mark


class SignInPage(QWidget):
    """Staff number or name, completed from the hall's staff."""

    def __init__(self, presenter: SignOnPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._people: tuple[str, ...] = ()
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
        self.setFocusProxy(self.staff)
        presenter.state_changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        state = self._presenter.state
        if state.people != self._people:
            self._people = state.people
            self._names.setStringList(list(state.people))
            if not self.staff.text():
                self.staff.setText(state.last_staff)
        self.password.setVisible(state.proves)
        if state.code_needed and self.code.isHidden():
            self.code.show()
            self.code.setFocus()
        elif not state.code_needed:
            self.code.hide()
            self.code.clear()
        if not state.closed:
            # Whoever comes next finds nothing of it.
            self.password.clear()
        asked = state.signing_in or state.proving
        busy = text("counter.step.busy", self._language) if asked else ""
        words = text("counter.sign_in.button", self._language)
        self.button.show_step(words, "Enter", possible=state.possible and not state.proving, busy_words=busy)
        for field in (self.staff, self.password, self.code):
            field.setEnabled(not asked)
        if self._asked and state.possible:
            # Refused: the number stands ready to be typed anew.
            self.staff.setFocus()
            self.staff.selectAll()
        self._asked = state.signing_in

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
