"""The window before the console.

sign_in_window sign_in_name sign_in_password sign_in_code sign_in_new sign_in_again sign_in_go sign_in_problem
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
        self._words = label("", "muted", wrap=True)
        card.body.addWidget(self._words)
        self._problem = Banner("sign_in_problem")
        card.body.addWidget(self._problem)
        self._name = self._field(card, "name")
        self._password = self._field(card, "password", secret=True)
        self._code = self._field(card, "code")
        self._new = self._field(card, "new", secret=True)
        self._again = self._field(card, "again", secret=True)
        self._code.setMaxLength(6)
        self._go = named(button(self._t("go"), "sign-in", "primary", self._send), "sign_in_go")
        self._go.setMinimumHeight(size("touch_target"))
        card.body.addWidget(self._go)
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
        self._step = ""
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
        if self._presenter.state.step == "new_password":
            self._presenter.set_password(self._new.text(), self._again.text())
        else:
            self._presenter.sign_in(self._name.text(), self._password.text(), self._code.text())

    def _draw(self) -> None:
        state = self._presenter.state
        renewing = state.step == "new_password"
        for field, shown in (
            (self._name, not renewing), (self._password, not renewing), (self._code, state.step == "otp"),
            (self._new, renewing), (self._again, renewing),
        ):  # fmt: skip
            field.setVisible(shown)
            field.setEnabled(not state.busy)
        self._words.setText(self._t("words_new" if renewing else "words"))
        self._problem.show_words(state.problem, "info" if state.step != self._step and self._step else "error")
        self._go.setEnabled(not state.busy)
        if state.step != self._step:
            self._step = state.step
            {"otp": self._code, "new_password": self._new}.get(state.step, self._password).setFocus()

    def forget(self) -> None:
        """Nothing typed stays once somebody is in."""
        for field in (self._password, self._code, self._new, self._again):
            field.clear()
