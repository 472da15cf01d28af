"""The window before the console.

sign_in_window sign_in_name sign_in_password sign_in_code sign_in_new sign_in_again sign_in_go sign_in_back
sign_in_words sign_in_problem
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from admin_app.parts_view import Banner, Card, label, named, pad, picture, size
from admin_app.signing_in import SigningInPresenter
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import button


class SigningInWindow(QWidget):
    """One card in the middle; Return goes on."""

    def __init__(self, presenter: SigningInPresenter, language: str, footer: str) -> None:
        super().__init__()
        self.setObjectName("sign_in_window")
        mark(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self._presenter = presenter
        self._language = language
        self.setWindowTitle(text("admin.title", language))
        card = Card()
        card.setFixedWidth(size("text_body") * 30)
        sign = label()
        sign.setPixmap(picture("building", "primary", "icon_l"))
        card.body.addWidget(sign)
        card.body.addWidget(label(text("admin.title", language), "headline"))
        self._words = label("", "muted", wrap=True, name="sign_in_words")
        card.body.addWidget(self._words)
        self._problem = Banner("sign_in_problem")
        card.body.addWidget(self._problem)
        self._name = self._field(card, "name")
        self._password = self._field(card, "password", secret=True)
        self._code = self._field(card, "code")
        self._new = self._field(card, "new", secret=True)
        self._again = self._field(card, "again", secret=True)
        self._code.setMaxLength(7)
        self._go = named(button(self._t("go"), "sign-in", "primary", self._send), "sign_in_go")
        self._go.setMinimumHeight(size("touch_target"))
        card.body.addWidget(self._go)
        self._back = named(button(self._t("back"), "back", "quiet", presenter.again), "sign_in_back")
        card.body.addWidget(self._back)
        column = QVBoxLayout(self)
        pad(column, "space_l")
        column.addStretch(1)
        # Not by an alignment: that would not ask how high the words are at this width.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addStretch(1)
        column.addWidget(label(footer, "muted"))
        self.resize(size("text_body") * 60, size("text_body") * 46)
        self._name.setText(presenter.state.name)
        self._step, self._busy = "", False
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open(self) -> None:
        self.show()
        self.raise_()
        (self._password if self._name.text() else self._name).setFocus()

    def _t(self, key: str) -> str:
        return text(f"sign_in_window.{key}", self._language)

    def _field(self, card: Card, key: str, *, secret: bool = False) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(f"sign_in_{key}")
        made.setAccessibleName(self._t(key))
        made.setPlaceholderText(self._t(key))
        made.setMaxLength(128)
        made.setMinimumHeight(size("touch_target"))
        if secret:
            made.setEchoMode(QLineEdit.EchoMode.Password)
        made.returnPressed.connect(self._send)
        card.body.addWidget(made)
        return made

    def _send(self) -> None:
        match self._presenter.state.step:
            case "new_password":
                self._presenter.set_password(self._new.text(), self._again.text())
            case "otp":
                self._presenter.give_code(self._code.text())
            case _:
                self._presenter.sign_in(self._name.text(), self._password.text())

    def _draw(self) -> None:
        state = self._presenter.state
        for field, step in (
            (self._name, "password"), (self._password, "password"), (self._code, "otp"), (self._new, "new_password"),
            (self._again, "new_password"),
        ):  # fmt: skip
            field.setVisible(step == state.step)
            field.setEnabled(not state.busy)
        self._words.setText(state.ask)
        self._problem.show_words(state.problem)
        words = self._t({"otp": "go_code", "new_password": "go_new"}.get(state.step, "go"))
        self._go.setText(" " + words)
        self._go.setAccessibleName(words)
        self._go.setEnabled(not state.busy)
        self._back.setVisible(state.step != "password")
        self._back.setEnabled(not state.busy)
        if state.step != self._step or (self._busy and not state.busy):
            if state.step != self._step:
                self.forget()
            first = {"otp": self._code, "new_password": self._new}.get(state.step, self._password)
            first.setFocus()
            first.selectAll()
        self._step, self._busy = state.step, state.busy

    def forget(self) -> None:
        """Nothing typed stays once somebody is in."""
        for field in (self._password, self._code, self._new, self._again):
            field.clear()
