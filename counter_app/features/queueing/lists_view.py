"""Who waits, who is parked, held or missed: counts and lists of the side bar."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QWidget

from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.state import OperatorState
from counter_app.features.queueing.table_view import TicketTable
from counter_app.parts_view import label, size
from shared.i18n import text


class Counts(QWidget):
    """How many wait, how long the first has been waiting, how many were served today."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._waiting = label("title", "waiting_count")
        self._longest = label("muted", "longest")
        self._served = label("muted", "served")
        words = label("muted")
        words.setText(text("counter.queue.waiting", language))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(size("space_xs"))
        for one in (self._waiting, words, self._longest):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self._served)

    def show_state(self, state: OperatorState) -> None:
        self._waiting.setText(str(state.waiting_count))
        self._longest.setText(f"· {state.longest}")
        self._served.setText(state.served)


class Lists(QTabWidget):
    """A double click or Enter goes on with who is parked, and calls who is held or missed."""

    def __init__(self, presenter: OperatorPresenter, language: str) -> None:
        super().__init__()
        self._language = language
        self.setObjectName("lists")
        self.setUsesScrollButtons(False)
        self.queue = TicketTable("queue_table", self._t("queue.empty_waiting"), callable_rows=True)
        # Alone, whose turn it is at another counter may be called by hand.
        self.queue.call_wanted.connect(presenter.call_waiting)
        self._tables = {"waiting": self.queue}
        for name, hint, act in (
            ("parked", "parked.hint", presenter.unpark),
            ("held", "queue.call_hint", presenter.call_ticket),
            ("missed", "queue.call_hint", presenter.call_ticket),
        ):
            table = TicketTable(f"{name}_list", self._t(f"queue.empty_{name}"), callable_rows=True)
            table.setToolTip(self._t(hint))
            table.call_wanted.connect(act)
            self._tables[name] = table
        for table in self._tables.values():
            self.addTab(table, "")
        # It gives way to everything else.
        self.setMinimumHeight(size("text_title"))

    def show_state(self, state: OperatorState) -> None:
        lines = {"waiting": state.queue, "parked": state.parked, "held": state.held, "missed": state.missed}
        self.queue.setToolTip(self._t("queue.call_hint") if state.alone else "")
        counts = {name: len(found) for name, found in lines.items()} | {"waiting": state.waiting_count}
        for n, (name, table) in enumerate(self._tables.items()):
            table.show_lines(lines[name])
            self.setTabText(n, self._t(f"queue.tab_{name}", n=counts[name]))

    def _t(self, key: str, **params: object) -> str:
        return text(f"counter.{key}", self._language, **params)
