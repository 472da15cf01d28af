"""The dialog that orders several terminals at once: whom, what, and what came of each.

many_dialog many_terminals (and more of choosing_view) many_what many_value many_note many_go many_told many_outcomes
many_close many_question many_yes many_no
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide
from admin_app.choosing_view import TerminalChoice
from admin_app.features.terminals.many import KINDS, OF_TERMINALS, ManyOrdersPresenter
from admin_app.parts_view import Banner, Card, Dialog, Question, label, named, pad, size
from shared.i18n import text
from shared.schemas.orders import LEVELS
from shared.ui.widgets import Column, SearchableTable, button
from shared.ui.widgets.form import inset

# Nothing goes dark by a slip of the hand.
ASKED = ("restart", "display_off", "power_off")


class ManyOrdersDialog(Dialog):
    """Does not block; what came of it goes on being told while it is open."""

    def __init__(self, parent: QWidget, presenter: ManyOrdersPresenter, language: str) -> None:
        super().__init__(parent)
        self.setObjectName("many_dialog")
        self.setModal(True)
        self._presenter, self._language = presenter, language
        self.setWindowTitle(self._t("title"))
        presenter.open()
        self._told = Banner("many_told")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(self._t("title"), "title"))
        column.addWidget(SideBySide(self._asking(), self._outcomes(), (2, 3)), 1)
        column.addWidget(self._told)
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(named(button(text("orders.shown.close", language), on_click=self.close), "many_close"))
        column.addLayout(row)
        area = parent.size()
        self.resize(area.width() * 9 // 10, area.height() * 9 // 10)
        self._terminals.changed.connect(self._follow)
        self._what.currentIndexChanged.connect(lambda _: self._follow())
        presenter.state_changed.connect(self._draw)
        self._follow()
        self._draw()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._presenter.close()
        self._presenter.state_changed.disconnect(self._draw)
        super().closeEvent(event)
        self.deleteLater()

    def reject(self) -> None:
        # Escape, too.
        self.close()

    def _t(self, key: str, **params: object) -> str:
        return text(f"orders.many.{key}", self._language, **params)

    def _asking(self) -> Card:
        self._terminals = TerminalChoice(
            "many", self._presenter.state.terminals, OF_TERMINALS, self._language, checked=False
        )  # fmt: skip
        self._what = QComboBox()
        self._what.setObjectName("many_what")
        self._what.setAccessibleName(self._t("what"))
        for kind in KINDS:
            self._what.addItem(text(f"orders.button.{kind}", self._language), kind)
        self._value = QSpinBox()
        self._value.setObjectName("many_value")
        self._value.setAccessibleName(self._t("value"))
        self._value.setRange(0, 100)
        self._value.setSingleStep(5)
        self._value.setValue(50)
        self._value.setSuffix(" %")
        inset(self._value)
        self._note = label("", "muted", wrap=True, name="many_note")
        self._go = named(button(self._t("go"), "play", "primary", self._ask), "many_go")
        row = QHBoxLayout()
        pad(row, gap="space_m")
        row.addWidget(self._what, 1)
        row.addWidget(self._value)
        row.addWidget(self._go)
        card = Card(self._t("whom"))
        card.body.addWidget(self._terminals, 1)
        card.body.addLayout(row)
        card.body.addWidget(self._note)
        return card

    def _outcomes(self) -> Card:
        letter = size("text_body")
        columns = [
            Column("at", self._t("at"), width=letter * 8, whole=True),
            Column("name", text("updates.page.terminal", self._language), width=letter * 7),
            Column("what", self._t("what"), width=letter * 6),
            Column("outcome", self._t("outcome"), tone=lambda row: str(row["tone"])),
        ]
        self.outcomes = SearchableTable(columns, "many_orders", language=self._language)
        self.outcomes.setObjectName("many_outcomes")
        card = Card(self._t("recent"))
        card.body.addWidget(self.outcomes, 1)
        return card

    def _follow(self) -> None:
        kind = str(self._what.currentData())
        self._value.setVisible(kind in LEVELS)
        note = self._t(f"note_{kind}") if kind in ASKED else self._t("note")
        self._note.setText(note)
        self._go.setEnabled(bool(self._terminals.chosen) and not self._presenter.state.busy)

    def _ask(self) -> None:
        kind, chosen = str(self._what.currentData()), self._terminals.chosen
        ids = [id_ for id_, _ in chosen]

        def send() -> None:
            self._presenter.send(ids, kind, self._value.value() if kind in LEVELS else None)

        if kind not in ASKED:
            send()
            return
        what = text(f"orders.button.{kind}", self._language)
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            ("many_no", text("ui.action.cancel", self._language), "", lambda: None), ("many_yes", what, "danger", send),
        ]  # fmt: skip
        title = self._t("sure", what=what, n=len(ids))
        Question(self, "many_question", title, [self._t(f"note_{kind}")], answers).open()

    def _draw(self) -> None:
        state = self._presenter.state
        self._told.show_words(state.told, state.tone)
        self.outcomes.set_rows(state.rows)
        self._follow()
