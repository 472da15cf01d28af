"""The dialog for a new password.

own_password_dialog own_password_rules own_password_current own_password_code own_password_new own_password_again
own_password_problem own_password_go own_password_cancel
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from counter_app.features.sign_on.password import PasswordPresenter
from counter_app.parts_view import label, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Form, button
from shared.ui.widgets.form import required

FIELDS = ("current", "code", "new", "again")


class PasswordDialog(QDialog):
    """Stays, with all that was typed, until it is done; ``told`` gets the words then. Does not block."""

    def __init__(
        self, parent: QWidget, presenter: PasswordPresenter, language: str, told: Callable[[str], object]
    ) -> None:
        super().__init__(parent)
        self.setObjectName("own_password_dialog")
        self.setModal(True)
        self._presenter, self._language, self._told = presenter, language, told
        self.setWindowTitle(self._t("change"))
        self.setFixedWidth(size("text_body") * 32)
        self._form = Form(language)
        for key in FIELDS:
            field = QLineEdit()
            field.setObjectName(f"own_password_{key}")
            field.setMaxLength(7 if key == "code" else 256)
            if key != "code":
                field.setEchoMode(QLineEdit.EchoMode.Password)
            self._form.add(key, self._t(key), field, *(() if key == "code" else (required,)))
        self._rules, self._problem = label("muted", "own_password_rules", wrap=True), label("error", wrap=True)
        self._problem.setObjectName("own_password_problem")
        others = label("muted", wrap=True)
        others.setText(self._t("others"))
        self._go = button(self._t("change"), "lock", "primary", self._send)
        self._go.setObjectName("own_password_go")
        self._go.setDefault(True)
        cancel = button(text("ui.action.cancel", language), on_click=self.reject)
        cancel.setObjectName("own_password_cancel")
        cancel.setAutoDefault(False)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self._go)
        title = label("title")
        title.setText(self._t("change"))
        column = QVBoxLayout(self)
        margin = size("space_l")
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(size("space_m"))
        for part in (title, self._rules, self._form, others, self._problem):
            column.addWidget(part)
        column.addLayout(row)
        mark(self, "page")
        presenter.state_changed.connect(self._draw)
        self.finished.connect(self._ended)
        presenter.load()
        self._draw()

    def _draw(self) -> None:
        state = self._presenter.state
        self._rules.setText(state.rules)
        self._problem.setText(state.problem)
        self._problem.setVisible(bool(state.problem))
        self._form.show_field("code", state.has_code)
        self._go.setEnabled(state.loaded and not state.busy)
        # Words that wrap ask for room only when somebody asks them.
        column = self.layout()
        assert column is not None
        column.activate()
        self.resize(self.width(), max(self.height(), column.totalHeightForWidth(self.width())))
        if state.done:
            self._told(state.done)
            self.accept()

    def _send(self) -> None:
        if self._form.complain():
            typed = self._form.values()
            self._presenter.change_password(typed["current"], typed["code"], typed["new"], typed["again"])

    def _ended(self) -> None:
        self._presenter.state_changed.disconnect(self._draw)
        self.deleteLater()

    def _t(self, key: str) -> str:
        return text(f"profile.password.{key}", self._language)
