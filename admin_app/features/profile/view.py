"""The window of one's own account.

own_dialog own_tabs own_problem own_told own_close · own_fact_<key> own_phone own_phone_save
second_factor_view.py, password_view.py and sessions_view.py list theirs
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QTabWidget, QVBoxLayout, QWidget

from admin_app.features.profile.password_view import PasswordPart
from admin_app.features.profile.presenter import ProfilePresenter, ProfileState
from admin_app.features.profile.second_factor_view import SecondFactorPart
from admin_app.features.profile.sessions_view import SessionsPart
from admin_app.parts_view import Banner, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import button

PAGES = ("profile", "password", "second_factor", "sessions")
FACTS = (
    "name", "username", "staff_number", "phone", "card", "password", "second_factor", "last_sign_in", "created",
)  # fmt: skip


class ProfileDialog(QDialog):
    """Four pages; ``page`` is one of ``PAGES``. Does not block."""

    def __init__(self, parent: QWidget, presenter: ProfilePresenter, language: str, page: str) -> None:
        super().__init__(parent)
        self.setObjectName("own_dialog")
        self.setModal(True)
        self.setWindowTitle(text("profile.title", language))
        self._presenter, self._language = presenter, language
        self._problem, self._told = Banner("own_problem"), Banner("own_told")
        tabs = QTabWidget()
        tabs.setObjectName("own_tabs")
        mark(tabs, "plain")
        self._parts = (
            _FactsPart(presenter, language), PasswordPart(presenter, language), SecondFactorPart(presenter, language),
            SessionsPart(presenter, language),
        )  # fmt: skip
        for key, part in zip(PAGES, self._parts, strict=True):
            tabs.addTab(part, text(f"profile.menu_{key}", language))
        tabs.setCurrentIndex(PAGES.index(page))
        # What was told about one page says nothing about the next, and what was typed there is gone.
        tabs.currentChanged.connect(lambda _: presenter.forget())
        close = named(button(text("profile.close", language), on_click=self.close), "own_close")
        close.setAutoDefault(False)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(text("profile.title", language), "title"))
        column.addWidget(tabs, 1)
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addLayout(row)
        self.resize(size("text_body") * 44, size("text_body") * 44)
        presenter.state_changed.connect(self._draw)
        self.finished.connect(self._ended)
        presenter.load()
        self._draw()

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        for part in self._parts:
            part.show_state(state)

    def _ended(self) -> None:
        self._presenter.state_changed.disconnect(self._draw)
        self._presenter.forget()
        self.deleteLater()


class _FactsPart(QWidget):
    """Who one is; the phone number can be changed."""

    def __init__(self, presenter: ProfilePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._done = presenter.state.done
        column = QVBoxLayout(self)
        pad(column, gap="space_m")
        grid = QGridLayout()
        grid.setHorizontalSpacing(size("space_l"))
        grid.setVerticalSpacing(size("space_s"))
        grid.setColumnStretch(1, 1)
        self._facts: dict[str, tuple[QLabel, QLabel]] = {}
        for number, key in enumerate(FACTS):
            title, value = label(self._t(f"facts.{key}"), "muted"), label("", wrap=True, name=f"own_fact_{key}")
            grid.addWidget(title, number, 0)
            grid.addWidget(value, number, 1)
            self._facts[key] = title, value
        self._phone = QLineEdit()
        self._phone.setObjectName("own_phone")
        self._phone.setMaxLength(24)
        self._phone.setAccessibleName(self._t("phone.new"))
        self._phone.setPlaceholderText(self._t("phone.new"))
        self._phone.returnPressed.connect(self._save)
        self._button = named(button(self._t("phone.save"), on_click=self._save), "own_phone_save")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self._phone, 1)
        row.addWidget(self._button)
        column.addLayout(grid)
        column.addSpacing(size("space_s"))
        column.addWidget(label(self._t("phone.about"), "muted", wrap=True))
        column.addLayout(row)
        column.addStretch(1)

    def show_state(self, state: ProfileState) -> None:
        self._button.setEnabled(state.profile is not None and not state.busy)
        if state.done != self._done:
            self._done = state.done
            self._phone.clear()
        if state.profile is None:
            return
        own, account = state.profile, state.profile.account
        values = {
            "name": account.name, "username": account.username, "staff_number": account.staff_number,
            "phone": account.phone or self._t("facts.none"),
            "card": self._t("facts.card_there" if account.has_card else "facts.card_none"),
            "password": self._since(own.password_at),
            "second_factor": self._t("second.on" if account.second_factor else "second.off"),
            "last_sign_in": self._at(account.last_sign_in_at), "created": self._at(account.created_at),
        }  # fmt: skip
        for key, (title, value) in self._facts.items():
            value.setText(values[key])
            title.setVisible(bool(values[key]))
            value.setVisible(bool(values[key]))

    def _save(self) -> None:
        if self._phone.text().strip():
            self._presenter.set_phone(self._phone.text())

    def _since(self, at: datetime | None) -> str:
        return self._t("facts.password_since", at=self._at(at)) if at is not None else ""

    def _at(self, at: datetime | None) -> str:
        return f"{at.astimezone(self._presenter.zone):%Y-%m-%d %H:%M}" if at is not None else ""

    def _t(self, key: str, **params: object) -> str:
        return text(f"profile.{key}", self._language, **params)
