"""A registration is approved; a password is shown once.

review_dialog review_unit review_role password_dialog password_value password_copy password_copied password_close
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.ask_view import AskDialog
from admin_app.features.accounts.one import AccountPresenter
from admin_app.features.accounts.rights import offered, role_words
from admin_app.features.accounts.rows import title, words
from admin_app.parts_view import label, named, pad, size
from admin_app.units import unit_paths
from admin_app.units_view import UnitBox
from shared.i18n import text
from shared.ui.widgets import Form, button


class ReviewDialog(AskDialog):
    """Approve: members of staff into a unit, with a role there or without; citizens as they are."""

    def __init__(self, parent: QWidget, presenter: AccountPresenter, language: str) -> None:
        account = presenter.state.account
        assert account is not None, "the button is shown for an account only"
        said = [words("review_note", language, note=account.note)] if account.note else []
        super().__init__(
            parent, "review_dialog", words("review_title", language, name=title(account)),
            [words(f"review_facts_{account.kind}", language), *said], words("act_review", language), "primary",
            language, presenter,
        )  # fmt: skip
        self._presenter = presenter
        self._language = language
        self._unit, self._role = UnitBox("review_unit"), QComboBox()
        self._role.setObjectName("review_role")
        self._staff = account.kind == "staff"
        if self._staff:
            me = presenter.me
            self._unit.fill(
                [(key, way) for key, way in unit_paths(presenter.state.units) if me.may_in("accounts:review", key)]
            )
            self._unit.choose(str(account.unit_id or ""))
            form = Form(language)
            form.add("unit", words("fact_unit", language), self._unit)
            form.add("role", words("give_role", language), self._role)
            self._unit.currentIndexChanged.connect(lambda _: self._fill())
            self.body.addWidget(form)
            self._fill()
        self.go.setFocus()

    def answer(self) -> None:
        role = str(self._role.currentData() or "") if self._staff else ""
        unit = str(self._unit.currentData() or "") if self._staff else ""
        self._presenter.review(True, unit, role)

    def _fill(self) -> None:
        state, chosen = self._presenter.state, self._role.currentData()
        unit = str(self._unit.currentData() or "")
        place = next((key for key, _ in unit_paths(state.units) if str(key) == unit), None)
        self._role.clear()
        self._role.addItem(words("review_no_role", self._language), "")
        if place is not None:
            for role in offered(self._presenter.me, state.roles, state.grants or (), place, state.three):
                self._role.addItem(role_words(role, self._language), role.key)
        self._role.setCurrentIndex(max(0, self._role.findData(chosen)))


class PasswordDialog(QDialog):
    """The password that is good once: shown here and nowhere else, gone with the dialog."""

    def __init__(self, parent: QWidget, presenter: AccountPresenter, language: str) -> None:
        super().__init__(parent)
        self.setObjectName("password_dialog")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(size("text_body") * 34)
        self._presenter = presenter
        self._language = language
        heading = words("password_title", language, name=presenter.state.password_of)
        self.setWindowTitle(heading)
        self._value = label(presenter.state.password, "display", name="password_value")
        self._value.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._value.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._copied = label("", "ok", name="password_copied")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self._copied, 1)
        copy = button(words("password_copy", language), "document", on_click=self._copy)
        row.addWidget(named(copy, "password_copy"))
        done = button(text("ui.action.close", language), role="primary", on_click=self.close)
        row.addWidget(named(done, "password_close"))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(heading, "title", wrap=True))
        column.addWidget(self._value)
        column.addWidget(label(words("password_once", language), wrap=True))
        column.addWidget(label(words("password_good", language), "muted", wrap=True))
        column.addLayout(row)
        self.finished.connect(self._ended)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._value.text())
        self._copied.setText(words("password_is_copied", self._language))

    def _ended(self) -> None:
        self._value.setText("")
        self._presenter.forget_password()
