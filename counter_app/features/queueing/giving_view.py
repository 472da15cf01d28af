"""The dialog of a number for somebody who stands at the desk.

objectNames: give_dialog give_search give_services give_kind give_number_field give_name give_group give_for_other
give_agent_kind give_agent_number give_agent_name give_problem give_confirm give_cancel
"""

from __future__ import annotations

from typing import get_args

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from counter_app.features.queueing.dialogs_view import Dialog
from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.services_view import ServiceList
from counter_app.features.queueing.state import OperatorState, ServiceChoice
from counter_app.parts_view import label, size
from shared.i18n import text
from shared.schemas.tickets import IdentityKind

LONGEST = 60


class PersonFields(QWidget):
    """Kind of document, its number, its holder's name."""

    def __init__(self, prefix: str, language: str) -> None:
        super().__init__()
        self._kind = QComboBox()
        self._kind.setObjectName(f"{prefix}_kind")
        self._kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for kind in get_args(IdentityKind):
            self._kind.addItem(text(f"limits.person.document_{kind}", language), kind)
        self.number = self._line("give_number_field" if prefix == "give" else f"{prefix}_number", "number", language)
        self._name = self._line(f"{prefix}_name", "name", language)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(size("space_xs"))
        row = QHBoxLayout()
        row.setSpacing(size("space_xs"))
        row.addWidget(self._kind, 1)
        row.addWidget(self._name, 1)
        column.addLayout(row)
        column.addWidget(self.number)

    def _line(self, name: str, words: str, language: str) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(name)
        made.setMaxLength(LONGEST)
        made.setPlaceholderText(text(f"counter.give.{words}", language))
        made.setAccessibleName(made.placeholderText())
        return made

    def fill(self, kind: str, number: str, name: str) -> None:
        self._kind.setCurrentIndex(max(0, self._kind.findData(kind)))
        self.number.setText(number)
        self._name.setText(name)

    def clear(self) -> None:
        self.fill("resident", "", "")

    def person(self) -> tuple[str, str, str]:
        return str(self._kind.currentData()), self.number.text(), self._name.text()


class GiveDialog(Dialog):
    """Enter in the search gives the first one found; a document on the reader fills the fields."""

    def __init__(self, parent: QWidget, presenter: OperatorPresenter, language: str) -> None:
        super().__init__(parent, "give_dialog", presenter, language)
        self._title.setText(self._t("give.title"))
        self.setWindowTitle(self._t("give.title"))
        self._services: tuple[ServiceChoice, ...] = ()
        self._search = self.line("give_search", self._t("give.search"), self._give)
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._searched)
        self._list = ServiceList(
            "give_services", self._t("transfer.loading"), self._t("give.nothing"), 5 * size("touch_target")
        )
        self._list.setAccessibleName(self._t("give.search"))
        self._list.setFixedHeight(self._list.minimumHeight())
        self._list.currentItemChanged.connect(lambda *_: self._show_possible())
        self._about = label("caption", wrap=True)
        self._person, self._agent = PersonFields("give", language), PersonFields("give_agent", language)
        self._for_other = QCheckBox(self._t("give.for_other"))
        self._for_other.setObjectName("give_for_other")
        self._for_other.toggled.connect(self._show_agent)
        self._group = QComboBox()
        self._group.setObjectName("give_group")
        self._group.setAccessibleName(self._t("give.group"))
        self._group.addItem(self._t("give.no_group"), 0)
        for group in presenter.state.groups:
            self._group.addItem(group.words, int(group.key))
        self._problem = label("error", "give_problem", wrap=True)
        for part in (
            self._search, self._list, self._about, self._person, self._group, self._for_other, self._agent,
            self._problem,
        ):  # fmt: skip
            self._column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(size("space_s"))
        cancel = self._button("give_cancel", text("ui.action.cancel", language))
        cancel.clicked.connect(self.reject)
        self._confirm = self._button("give_confirm", self._t("give.confirm"), "primary")
        self._confirm.clicked.connect(self._give)
        row.addWidget(cancel, 1)
        row.addWidget(self._confirm, 2)
        self._column.addLayout(row)
        presenter.identity_read.connect(self._on_card)

    def open_fresh(self) -> None:
        self._services = ()
        self._list.offer(())
        self._search.clear()
        self._person.clear()
        self._agent.clear()
        self._group.setCurrentIndex(0)
        self._for_other.setChecked(False)
        self._show_agent(False)
        self.open()
        self._search.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            # Nobody's number stays in a field.
            self._person.clear()
            self._agent.clear()

    def show_state(self, state: OperatorState) -> None:
        giving = state.giving
        if giving is None:
            return
        if giving.services is not self._services:
            self._services = giving.services
            self._list.offer(giving.services)
        if giving.problem != self._problem.text() or self._problem.isHidden() == bool(giving.problem):
            self._problem.setText(giving.problem)
            self._problem.setVisible(bool(giving.problem))
            self.fit()
        self._confirm.setText(self._t("step.busy" if giving.is_busy else "give.confirm"))
        self._show_possible()

    def _searched(self, words: str) -> None:
        self._list.search(words)
        self._show_possible()

    def _show_possible(self) -> None:
        giving, chosen = self._presenter.state.giving, self._list.chosen()
        one = next((one for one in self._services if one.key == chosen), None)
        about = self._t("give.needed" if one is not None and one.needs_identity else "give.optional")
        if about != self._about.text():
            self._about.setText(about)
            self.fit()
        self._confirm.setEnabled(bool(chosen) and giving is not None and not giving.is_busy)

    def _show_agent(self, shown: bool) -> None:
        self._agent.setVisible(shown)
        if not shown:
            self._agent.clear()
        self.fit()

    def _on_card(self, kind: str, number: str, name: str) -> None:
        if not self.isVisible():
            return
        # The first document is the one the number is for; the second, if somebody takes it for them, the agent's.
        second = self._for_other.isChecked() and bool(self._person.number.text())
        (self._agent if second else self._person).fill(kind, number, name)

    def _give(self) -> None:
        if self._confirm.isEnabled():
            self._presenter.give(
                self._list.chosen(), self._person.person(), self._agent.person(), int(self._group.currentData())
            )
