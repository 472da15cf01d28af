"""The security policy as sheets of fields.

page_security security_problem security_told security_save security_reload policy_<key with _> policy_second_<role>
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.security.presenter import REGISTRATION, SHEETS, SecurityPresenter, bounds
from admin_app.parts_view import Banner, Card, label, named, pad
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Form, button


class SecurityPage(QWidget):
    """Fills its fields when an answer comes; what is edited stays until it is saved or read again."""

    def __init__(self, presenter: SecurityPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_security")
        self._presenter = presenter
        self._language = language
        self._version = -1
        self._forms: list[Form] = []
        self._second: dict[str, QCheckBox] = {}
        self._problem, self._told = Banner("security_problem"), Banner("security_told")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        head = QHBoxLayout()
        head.addWidget(label(self._t("title"), "title"), 1)
        self._reload = named(button(self._t("reload"), "refresh", on_click=presenter.load), "security_reload")
        self._save = named(button(self._t("save"), "save", "primary", self._ask_save), "security_save")
        head.addWidget(self._reload)
        head.addWidget(self._save)
        column.addLayout(head)
        column.addWidget(label(self._t("intro"), "muted", wrap=True))
        column.addWidget(self._problem)
        column.addWidget(self._told)
        self._inside = QWidget()
        mark(self._inside, "page")
        self._arrange(QHBoxLayout(self._inside))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._inside)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(scroll, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._presenter.state.loaded:
            self._presenter.load()

    def _t(self, key: str) -> str:
        return text(f"protection.policy.{key}", self._language)

    def _arrange(self, row: QHBoxLayout) -> None:
        pad(row, gap="space_m")
        sides = [QVBoxLayout(), QVBoxLayout()]
        for side in sides:
            pad(side, gap="space_m")
            row.addLayout(side, 1)
        sides[0].addWidget(self._who())
        sides[0].addWidget(self._numbers("password"))
        sides[0].addWidget(self._numbers("session"))
        sides[1].addWidget(self._second_factor())
        sides[1].addWidget(self._numbers("lock"))
        sides[1].addWidget(self._numbers("retention"))
        for side in sides:
            side.addStretch(1)

    def _card(self, name: str) -> tuple[Card, Form]:
        card, form = Card(self._t(f"sheet_{name}")), Form(self._language)
        card.body.addWidget(label(self._t(f"note_{name}"), "muted", wrap=True))
        card.body.addWidget(form)
        self._forms.append(form)
        return card, form

    def _who(self) -> Card:
        card, form = self._card("who")
        three, registration = QCheckBox(self._t("three_on")), QComboBox()
        three.setObjectName("policy_three_administrators")
        registration.setObjectName("policy_self_registration")
        for key in REGISTRATION:
            registration.addItem(self._t(f"registration_{key}"), key)
        form.add("three_administrators", self._t("three_administrators"), three)
        form.add("self_registration", self._t("self_registration"), registration)
        return card

    def _numbers(self, sheet: str) -> Card:
        card, form = self._card(sheet)
        for field in SHEETS[sheet].model_fields:
            box = QSpinBox()
            box.setObjectName(f"policy_{sheet}_{field}")
            box.setRange(*bounds(sheet, field))
            # A wheel that scrolls the page must not change a rule on its way.
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            form.add(f"{sheet}.{field}", self._t(f"{sheet}_{field}"), box)
        return card

    def _second_factor(self) -> Card:
        card = Card(self._t("sheet_second"))
        card.body.addWidget(label(self._t("note_second"), "muted", wrap=True))
        self._roles = QVBoxLayout()
        pad(self._roles, gap="space_xs")
        card.body.addLayout(self._roles)
        return card

    def _ask_save(self) -> None:
        # All of them, so that each shows its fault.
        if not all([form.complain() for form in self._forms]):
            return
        values: dict[str, Any] = {}
        for form in self._forms:
            values |= form.values()
        values["second_factor"] = [role for role, box in self._second.items() if box.isChecked()]
        self._presenter.save(values)

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._inside.setEnabled(state.loaded and state.may_change)
        self._save.setVisible(state.may_change)
        self._save.setEnabled(state.loaded and not state.busy)
        if state.version != self._version and state.loaded:
            self._version = state.version
            values = dict(state.values)
            for form in self._forms:
                form.set_values(values)
            self._draw_roles(state.roles, values["second_factor"])

    def _draw_roles(self, roles: tuple[str, ...], chosen: list[str]) -> None:
        for role in roles:
            if role not in self._second:
                words = text(f"access.role.{role}", self._language)
                box = QCheckBox(role if words.startswith("[") else words)
                box.setObjectName(f"policy_second_{role}")
                self._second[role] = box
                self._roles.addWidget(box)
            self._second[role].setChecked(role in chosen)
