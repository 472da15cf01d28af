"""Terminals and devices: a table, and the devices of the chosen terminal.

page_devices devices_table devices_filter_<all|pending|error|warning|offline|ok> device_title device_list
devices_problem devices_enrol devices_many; the rest in device_view
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide
from admin_app.features.terminals.device_view import DeviceBox
from admin_app.features.terminals.enrolment_view import EnrolDialog, StandingBox
from admin_app.features.terminals.machine_view import MachineBox
from admin_app.features.terminals.many_view import ManyOrdersDialog
from admin_app.features.terminals.orders_view import OrdersBox
from admin_app.features.terminals.presenter import FILTERS, DevicesPresenter
from admin_app.features.terminals.rows import DeviceLine
from admin_app.parts_view import Banner, Card, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Column, SearchableTable, button, sign_icon

_TONES = {
    "ok": "ok",
    "warning": "warn",
    "error": "error",
    "offline": "off",
    "off": "off",
    "pending": "busy",
    "revoked": "off",
}


class DevicesPage(QWidget):
    """Draws the presenter's rows."""

    def __init__(self, presenter: DevicesPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_devices")
        self._presenter = presenter
        self._language = language
        self._filling = False
        self._drawn: tuple[str, tuple[DeviceLine, ...]] | None = None
        self._boxes: list[DeviceBox] = []
        chips = QHBoxLayout()
        pad(chips, gap="space_xs")
        chips.addWidget(label(self._t("title"), "title"))
        chips.addSpacing(size("space_l"))
        self._chips: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for name in FILTERS:
            chip = QPushButton()
            chip.setObjectName(f"devices_filter_{name}")
            chip.setCheckable(True)
            mark(chip, "chip")
            if name != "all":
                chip.setIcon(sign_icon(_TONES[name]))
            chip.clicked.connect(lambda _=False, name=name: presenter.filter(name))
            group.addButton(chip)
            self._chips[name] = chip
            chips.addWidget(chip)
        chips.addStretch(1)
        enrolling = button(text("admin.enrol.open", language), "plus", "primary", self._enrol)
        self._enrolling = named(enrolling, "devices_enrol")
        several = button(text("orders.many.open", language), "device", on_click=self._order_many)
        self._several = named(several, "devices_many")
        chips.addWidget(self._several)
        chips.addWidget(self._enrolling)
        self._problem = Banner("devices_problem")
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setWidget(self._one())
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        split = SideBySide(self._list(), self._side, (4, 1))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(chips)
        column.addWidget(self._problem)
        column.addWidget(split, 1)
        presenter.state_changed.connect(self._draw)
        presenter.testing.state_changed.connect(self._draw_tests)
        presenter.orders.state_changed.connect(self._draw_orders)
        self._draw()

    def open_target(self, target: str) -> None:
        self._presenter.go(target)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """It scrolls up and down only: as wide as its words in this language are."""
        need = self._card.minimumSizeHint().width() + self._side.verticalScrollBar().sizeHint().width()
        self._side.setMinimumWidth(max(size("text_body") * 24, need))

    def _enrol(self) -> None:
        self._presenter.enrolment.ask_counters()
        EnrolDialog(self.window(), self._presenter.enrolment, self._language).open()

    def _order_many(self) -> None:
        ManyOrdersDialog(self.window(), self._presenter.many, self._language).open()

    def _t(self, key: str, **params: object) -> str:
        return text(f"admin.devices.{key}", self._language, **params)

    def _list(self) -> Card:
        card = Card()
        letter = size("text_body")
        columns = [
            Column("name", self._t("name"), width=letter * 8, whole=True),
            Column("kind", self._t("kind"), width=letter * 8),
            Column("place", self._t("place"), width=letter * 8),
            Column("status", self._t("condition"), width=letter * 7, tone=lambda row: _TONES[row["condition"]]),
            Column("devices", self._t("devices"), width=letter * 13),
            Column("version", self._t("version"), width=letter * 5),
            Column("seen", self._t("last_seen"), width=letter * 6, whole=True),
            Column("receipt", self._t("last_receipt")),
        ]
        self.table = SearchableTable(columns, "devices", language=self._language)
        self.table.setObjectName("devices_table")
        self.table.filter_box.setObjectName("devices_filter")
        self.table.row_selected.connect(self._chosen)
        self._empty = label("", "muted", wrap=True, name="devices_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addWidget(self._empty)
        card.body.addWidget(self.table, 1)
        return card

    def _one(self) -> Card:
        self._card = Card(" ")
        self._card.title.setObjectName("device_title")
        self._place = label("", "muted", wrap=True)
        self._lines = QVBoxLayout()
        pad(self._lines)
        self._standing = StandingBox(self._presenter.enrolment, self._language)
        self._card.body.addWidget(self._place)
        self._card.body.addWidget(self._standing)
        self._machine = MachineBox(self._presenter, self._language)
        self._card.body.addWidget(self._machine)
        self._orders = OrdersBox(self._presenter.orders, self._language)
        self._card.body.addWidget(self._orders)
        self._card.body.addLayout(self._lines)
        self._card.body.addStretch(1)
        return self._card

    def _chosen(self, row: dict[str, Any] | None) -> None:
        if row is not None and not self._filling:
            self._presenter.select(row["id"])

    def _draw(self) -> None:
        state = self._presenter.state
        counts = dict(state.counts)
        for name, chip in self._chips.items():
            chip.setText(f" {self._t('condition_' + name)} {counts.get(name, 0)}")
            chip.setChecked(name == state.shown)
        self._problem.show_words(state.problem if not state.loaded else "")
        self._filling = True
        self.table.set_rows(state.rows)
        self.table.select(state.selected)
        self._filling = False
        empty = "" if state.rows else "ui.spinner.working" if not state.loaded else "admin.devices.none"
        self._empty.setText(text(empty, self._language) if empty else "")
        self._empty.setVisible(bool(empty) and not state.problem)
        self._card.title.setText(state.title or self._t("choose"))
        facts = [state.place] if state.place else []
        if state.title and not state.lines and state.standing != "pending":
            facts.append(self._t("no_devices"))
        self._place.setText("\n".join(facts))
        self._place.setVisible(bool(facts))
        self._enrolling.setVisible(state.may_manage)
        self._several.setVisible(state.may_manage)
        chosen = state.selected if state.title else ""
        self._standing.show_terminal(
            chosen, state.title, state.kind, state.standing, state.facts, state.counter_id, state.may_manage
        )  # fmt: skip
        if (chosen, state.lines) != self._drawn:
            self._drawn = (chosen, state.lines)
            self._draw_lines(state.lines)
        self._machine.show_state(state)
        self._draw_tests()
        self._draw_orders()
        self._fit()

    def _draw_lines(self, lines: tuple[DeviceLine, ...]) -> None:
        clear(self._lines)
        self._boxes = [DeviceBox(number, line, self._language, self._test) for number, line in enumerate(lines)]
        for box in self._boxes:
            self._lines.addWidget(box)

    def _draw_tests(self) -> None:
        state, test = self._presenter.state, self._presenter.testing.state
        for box in self._boxes:
            box.show_test(test, state.selected, state.may_manage, state.online)

    def _draw_orders(self) -> None:
        state = self._presenter.state
        chosen = state.selected if state.title else ""
        self._orders.show_terminal(
            chosen, state.title, state.kind, state.machine, may=state.may_manage, online=state.online
        )  # fmt: skip

    def _test(self, kind: str) -> None:
        self._presenter.testing.ask(self._presenter.state.selected, kind)
