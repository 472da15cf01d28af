"""The live hall.

page_live figure_issued figure_waiting figure_in_hand figure_finished figure_no_show figure_wait_mean figure_wait_p90
figure_rating (figure_…_value) counters_grid filter_floor filter_zone filter_state_<state> queues_table hours_plot
ratings_bars live_as_of tickets_window tickets_table tickets_title
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide
from admin_app.features.queueing.counters_view import CounterGrid
from admin_app.features.queueing.figures_view import FigureRow, RatingBars
from admin_app.features.queueing.plot_view import HourPlot
from admin_app.features.queueing.presenter import BEHIND, LivePresenter, TicketRows
from admin_app.features.queueing.rows import STATES, TONES, clock
from admin_app.features.queueing.tickets_view import TicketWindow
from admin_app.parts_view import Card, label, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Column, SearchableTable, sign_icon


def minutes(wait: tuple[int, int] | None) -> str:
    """A range, from its later and its earlier end in seconds: it sorts by the later."""
    return "–" if wait is None else f"{wait[1] // 60}–{wait[0] // 60}"


class LivePage(QWidget):
    """Figures above, counters to the left, queues and plots to the right."""

    def __init__(self, presenter: LivePresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_live")
        self._presenter = presenter
        self._language = language
        self._window: TicketWindow | None = None
        self._figures = FigureRow(presenter.state.figures, tuple(BEHIND), language)
        self._figures.chosen.connect(presenter.show_rows)
        self._as_of = label("", "muted", name="live_as_of")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("title"), "title"))
        head.addStretch(1)
        head.addWidget(self._as_of)
        split = SideBySide(self._counters_card(), self._right(), (62, 38))
        split.setObjectName("live_split")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(head)
        column.addWidget(self._figures)
        column.addWidget(split, 1)
        presenter.state_changed.connect(self._draw)
        presenter.rows_ready.connect(self._show_rows)
        presenter.ticked.connect(self._grid.tick)
        self._draw()

    def open_target(self, target: str) -> None:
        """Nothing on this page is gone to by name."""

    def showEvent(self, event: QShowEvent) -> None:
        self._presenter.set_shown(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self._presenter.set_shown(False)

    def _t(self, key: str, **params: object) -> str:
        return text(f"admin.live.{key}", self._language, **params)

    def _counters_card(self) -> Card:
        card = Card(self._t("counters"))
        self._floor, self._zone = QComboBox(), QComboBox()
        for box, name in ((self._floor, "filter_floor"), (self._zone, "filter_zone")):
            box.setObjectName(name)
            box.setAccessibleName(self._t(name))
            box.setFixedWidth(size("text_body") * (9 if name == "filter_floor" else 14))
            box.activated.connect(self._filter)
            card.head.addWidget(box)
        card.head.insertStretch(1, 1)
        chips = QHBoxLayout()
        pad(chips, gap="space_xs")
        self._states = QButtonGroup(self)
        self._chips: dict[str, QPushButton] = {}
        for state in ("", *STATES):
            chip = QPushButton()
            chip.setObjectName(f"filter_state_{state or 'all'}")
            chip.setCheckable(True)
            chip.setChecked(not state)
            mark(chip, "chip")
            if state:
                chip.setIcon(sign_icon(TONES[state]))
            chip.setProperty("state", state)
            self._states.addButton(chip)
            self._chips[state] = chip
            chips.addWidget(chip)
        chips.addStretch(1)
        self._states.buttonClicked.connect(self._filter)
        self._grid = CounterGrid(self._language, lambda: self._presenter.now)
        self._grid.chosen.connect(self._presenter.show_counter)
        self._empty = label("", "muted", wrap=True, name="counters_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addLayout(chips)
        card.body.addWidget(self._empty)
        card.body.addWidget(self._grid, 1)
        return card

    def _right(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        pad(column, gap="space_m")
        lines = Card(self._t("queues"))
        lines.head.addSpacing(size("space_s"))
        columns = [
            Column("service", self._t("queue_service"), width=size("text_body") * 12,
                   tone=lambda row: "" if row["open"] else "warn"),
            Column("waiting", self._t("queue_waiting"), width=size("text_body") * 3, right=True),
            Column("longest", self._t("queue_longest"), clock, width=size("text_body") * 7 // 2, right=True),
            Column("expected", self._t("queue_expected"), minutes, width=size("text_body") * 9 // 2, right=True),
            Column("open", self._t("queue_open"), lambda n: self._t("queue_open_n" if n else "queue_open_0", n=n)),
        ]  # fmt: skip
        self._lines = SearchableTable(columns, "live_queues", language=self._language)
        self._lines.setObjectName("queues_table")
        self._lines.put_tools(lines.head)
        self._lines.row_activated.connect(lambda row: self._presenter.show_line(row["id"], row["service"]))
        self._nobody = label(self._t("nobody"), "muted", name="queues_empty")
        self._nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        lines.body.addWidget(self._nobody, 1)
        lines.body.addWidget(self._lines, 1)
        hours = Card(self._t("by_hour"))
        self._plot = HourPlot(self._language)
        hours.body.addWidget(self._plot)
        ratings = Card(self._t("ratings"))
        self._ratings = RatingBars(self._language)
        ratings.body.addWidget(self._ratings)
        # Beside each other: on a low screen the queues would be left two rows.
        below = QHBoxLayout()
        pad(below)
        below.addWidget(hours, 1)
        below.addWidget(ratings, 1)
        column.addWidget(lines, 5)
        column.addLayout(below, 2)
        return side

    def _filter(self) -> None:
        chip = self._states.checkedButton()
        state = str(chip.property("state")) if chip is not None else ""
        self._presenter.filter(self._floor.currentData() or "", self._zone.currentData() or "", state)

    def _draw(self) -> None:
        state = self._presenter.state
        self._figures.show_figures(state.figures)
        self._offer(self._floor, self._t("all_floors"), state.floors, state.floor)
        self._offer(self._zone, self._t("all_zones"), state.zones, state.zone)
        self._grid.set_tiles(state.tiles)
        counts = dict(state.counts)
        for name, chip in self._chips.items():
            words = self._t(f"state_{name or 'all'}")
            chip.setText(f" {words} {counts.get(name, 0) if name else sum(counts.values())}")
        waiting_for = "ui.spinner.working" if not state.ready else "admin.live.no_counters" if not state.tiles else ""
        self._empty.setText(text(waiting_for, self._language) if waiting_for else "")
        self._empty.setVisible(bool(waiting_for))
        self._lines.set_rows(state.lines)
        for part in (self._lines, self._lines.filter_box, self._lines.count, self._lines.export_button):
            part.setVisible(bool(state.lines))
        self._nobody.setVisible(not state.lines)
        # Nothing is known yet: that is not the same as nobody.
        self._nobody.setText(self._t("nobody") if state.ready else text("ui.spinner.working", self._language))
        self._plot.show_hours(state.hours)
        self._ratings.show_ratings(state.ratings)
        if state.as_of is not None and state.ready:
            key = "as_of" if state.connected else "as_of_lost"
            moment = state.as_of.astimezone(self._presenter.zone_info)
            self._as_of.setText(self._t(key, time=moment.strftime("%H:%M:%S")))

    def _offer(self, box: QComboBox, everything: str, choices: tuple[tuple[str, str], ...], chosen: str) -> None:
        wanted = [("", everything), *choices]
        if [(box.itemData(n), box.itemText(n)) for n in range(box.count())] != wanted:
            box.clear()
            for key, words in wanted:
                box.addItem(words, key)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    def _show_rows(self, found: TicketRows) -> None:
        if self._window is None:
            self._window = TicketWindow(self._language, self.window())
        self._window.show_rows(found)
