"""Changing one's own password.

own_password_current own_password_code own_password_new own_password_again own_password_rules own_password_go
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from admin_app.features.profile.presenter import ProfilePresenter, ProfileState
from admin_app.parts_view import label, named, pad
from shared.i18n import text
from shared.ui.widgets import Form, button
from shared.ui.widgets.form import required


def secret(name: str, longest: int = 256, *, hidden: bool = True) -> QLineEdit:
    """A field for a password, or for a code."""
    made = QLineEdit()
    made.setObjectName(name)
    made.setMaxLength(longest)
    if hidden:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


class PasswordPart(QWidget):
    def __init__(self, presenter: ProfilePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._done = presenter.state.done
        self._form = Form(language)
        for key, field in (
            ("current", secret("own_password_current")), ("code", secret("own_password_code", 7, hidden=False)),
            ("new", secret("own_password_new")), ("again", secret("own_password_again")),
        ):  # fmt: skip
            self._form.add(key, self._t(key), field, *(() if key == "code" else (required,)))
            field.returnPressed.connect(self._send)
        self._form.show_field("code", False)
        self._rules = label("", "muted", wrap=True, name="own_password_rules")
        self._go = named(button(self._t("change"), "lock", "primary", self._send), "own_password_go")
        column = QVBoxLayout(self)
        pad(column, gap="space_m")
        column.addWidget(self._rules)
        column.addWidget(self._form)
        column.addWidget(label(self._t("others"), "muted", wrap=True))
        row = QHBoxLayout()
        row.addWidget(self._go)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def show_state(self, state: ProfileState) -> None:
        self._go.setEnabled(state.profile is not None and not state.busy)
        if state.done != self._done:
            self._done = state.done
            self._form.set_values(dict.fromkeys(("current", "code", "new", "again"), ""))
        if state.profile is not None:
            rules = state.profile.password_rules
            words = [self._t("rules", length=rules.length, classes=rules.classes)]
            if rules.history:
                words.append(self._t("history", history=rules.history))
            self._rules.setText("\n".join(words))
            self._form.show_field("code", state.profile.account.second_factor)

    def _send(self) -> None:
        if self._form.complain():
            typed = self._form.values()
            self._presenter.change_password(typed["current"], typed["code"], typed["new"], typed["again"])

    def _t(self, key: str, **params: object) -> str:
        return text(f"profile.password.{key}", self._language, **params)
