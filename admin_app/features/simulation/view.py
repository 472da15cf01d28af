"""The adviser: which day, which counters more or fewer, and what it would have brought.

page_simulation simulation_day simulation_service simulation_from simulation_to simulation_counters simulation_add
simulation_change_<n> simulation_remove_<n> simulation_try simulation_said simulation_note simulation_plot
simulation_table simulation_empty simulation_problem
"""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide, choice
from admin_app.features.simulation.plot_view import WaitPlot
from admin_app.features.simulation.presenter import SimulationPresenter
from admin_app.parts_view import Banner, Card, clear, label, named, pad, size
from shared.i18n import text
from shared.schemas.simulation import StaffChange
from shared.ui.widgets import Column, SearchableTable, button, inset

STEP_MIN = 30
FROM_MIN, TO_MIN = 9 * 60, 11 * 60
MOST = 9


class SimulationPage(QWidget):
    """Draws the presenter's state; what is being put together stands in its fields."""

    def __init__(self, presenter: SimulationPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_simulation")
        self._presenter = presenter
        self._language = language
        self._drawn: tuple[object, ...] = ()
        self._problem = Banner("simulation_problem")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(self._t("title"), "title"))
        column.addWidget(label(self._t("intro"), "muted", wrap=True))
        column.addWidget(self._problem)
        column.addWidget(self._asking())
        self._said = label("", "lead", wrap=True, name="simulation_said")
        self._note = label("", "muted", wrap=True, name="simulation_note")
        column.addWidget(self._said)
        column.addWidget(self._note)
        self._empty = label("", "muted", wrap=True, name="simulation_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._empty, 1)
        self._split = SideBySide(self._plot_card(), self._table_card(), (1, 1))
        column.addWidget(self._split, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.load()

    def _t(self, key: str, **params: object) -> str:
        return text(f"simulation.{key}", self._language, **params)

    def _asking(self) -> Card:
        card = Card()
        row = QHBoxLayout()
        pad(row)
        self._day = choice("simulation_day", self._t("day"), [("", self._t("last_days"))], lambda: None)
        self._service = choice("simulation_service", self._t("service"), [], lambda: None)
        self._service.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        times = [(str(at), f"{at // 60:02}:{at % 60:02}") for at in range(6 * 60, 22 * 60 + 1, STEP_MIN)]
        self._from = choice("simulation_from", self._t("from"), times, lambda: None)
        self._to = choice("simulation_to", self._t("to"), times, lambda: None)
        self._from.setCurrentIndex(self._from.findData(str(FROM_MIN)))
        self._to.setCurrentIndex(self._to.findData(str(TO_MIN)))
        self._counters = QSpinBox()
        inset(self._counters)
        self._counters.setObjectName("simulation_counters")
        self._counters.setAccessibleName(self._t("counters"))
        self._counters.setRange(-MOST, MOST)
        self._counters.setValue(1)
        self._counters.setPrefix("+")
        self._add = named(button(self._t("add"), "plus", on_click=self._ask_add), "simulation_add")
        self._try = named(button(self._t("try"), "play", "primary", self._ask_try), "simulation_try")
        below = QHBoxLayout()
        pad(below)
        for line, words, box in (
            (row, "day", self._day), (row, "service", self._service), (below, "from", self._from),
            (below, "to", self._to), (below, "counters", self._counters),
        ):  # fmt: skip
            line.addWidget(label(self._t(words), "muted"))
            line.addWidget(box, 1 if box is self._service else 0)
        below.addWidget(self._add)
        below.addStretch(1)
        below.addWidget(self._try)
        card.body.addLayout(row)
        card.body.addLayout(below)
        self._changes = QVBoxLayout()
        pad(self._changes, gap="space_xs")
        card.body.addLayout(self._changes)
        for box in (self._from, self._to):
            box.activated.connect(lambda _: self._draw())
        self._counters.valueChanged.connect(lambda _: self._draw())
        return card

    def _plot_card(self) -> Card:
        card = Card(self._t("plot"))
        self.plot = WaitPlot(self._language)
        card.body.addWidget(self.plot, 1)
        return card

    def _table_card(self) -> Card:
        card = Card(self._t("table"))
        letter = size("text_body")
        columns = [
            Column("name", self._t("service"), width=letter * 9),
            Column("tickets", self._t("people"), width=letter * 4, right=True, whole=True),
            *(
                Column(key, self._t(key), width=letter * 7, right=True, whole=True)
                for key in ("median", "p90", "longest")
            ),
        ]  # fmt: skip
        self._table = SearchableTable(columns, "simulation", language=self._language)
        self._table.setObjectName("simulation_table")
        card.body.addWidget(self._table, 1)
        return card

    def _ask_add(self) -> None:
        service = self._service.currentData()
        if service is not None:
            self._presenter.add(
                UUID(service), int(self._from.currentData()), int(self._to.currentData()), self._counters.value()
            )

    def _ask_try(self) -> None:
        day = self._day.currentData()
        self._presenter.try_out(date.fromisoformat(day) if day else None)

    def _words(self, change: StaffChange) -> str:
        begin, end = (f"{at // 60:02}:{at % 60:02}" for at in (change.from_min, change.to_min))
        key = "more" if change.counters > 0 else "fewer"
        name = self._presenter.state.name_of(change.service_id)
        return self._t(f"change_{key}", service=name, begin=begin, end=end, n=abs(change.counters))

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._draw_choices()
        self._counters.setPrefix("+" if self._counters.value() > 0 else "")
        sensible = int(self._from.currentData()) < int(self._to.currentData()) and self._counters.value() != 0
        self._add.setEnabled(state.may_add and sensible and bool(state.services))
        self._try.setEnabled(state.loaded and not state.busy and bool(state.changes) and bool(state.days))
        self._said.setText("\n".join(state.sentences))
        self._said.setVisible(bool(state.sentences))
        self._note.setText(state.note)
        self._note.setVisible(bool(state.note))
        if state.busy:
            self._empty.setText(text("ui.spinner.working", self._language))
        else:
            self._empty.setText(self._t("no_days" if state.loaded and not state.days else "begin"))
        self._empty.setVisible(not state.answered)
        self._split.setVisible(bool(state.answered))
        self.plot.show_hours(state.hours)
        self._table.set_rows(state.rows)

    def _draw_choices(self) -> None:
        state = self._presenter.state
        now = (state.days, state.services, state.changes)
        if now == self._drawn:
            return
        self._drawn = now
        chosen = (self._day.currentData(), self._service.currentData())
        self._day.clear()
        self._day.addItem(self._t("last_days"), "")
        for day in state.days:
            self._day.addItem(day.isoformat(), day.isoformat())
        self._service.clear()
        for service_id, name in state.services:
            self._service.addItem(name, str(service_id))
        for box, value in zip((self._day, self._service), chosen, strict=True):
            box.setCurrentIndex(max(0, box.findData(value)))
        clear(self._changes)
        for place, change in enumerate(state.changes):
            line = QWidget()
            row = QHBoxLayout(line)
            pad(row)
            row.addWidget(label(self._words(change), name=f"simulation_change_{place}"), 1)
            take = button(self._t("remove"), "trash", on_click=partial(self._presenter.remove, place))
            row.addWidget(named(take, f"simulation_remove_{place}"))
            self._changes.addWidget(line)
