"""The designer of a layout: the wall with its zones, and what the chosen zone is.

layout_wall layout_calls_over layout_add layout_remove zone_x zone_y zone_width zone_height zone_layer zone_words
zone_playlist layout_faults
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from admin_app.bars_view import choice
from admin_app.features.signage.canvas_view import Canvas
from admin_app.features.signage.presenter import WALLS, SignagePresenter
from admin_app.parts_view import Card, label, named, pad
from shared.domain.signage.layout import CANVAS, CallsOver, ZoneKind
from shared.i18n import text
from shared.ui.widgets import Form, button

NUMBERS = ("x", "y", "width", "height", "layer")
WITH_WORDS = ("qr", "text", "ticker", "clock")


class LayoutEditor(QWidget):
    def __init__(self, presenter: SignagePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._filling = False
        wall, zone = Card(), Card(self._t("zone"))
        row = QHBoxLayout(self)
        pad(row, gap="space_m")
        row.addWidget(wall, 3)
        row.addWidget(zone, 1)
        bar = QHBoxLayout()
        pad(bar)
        sizes = [(f"{wide}x{high}", f"{wide} × {high}") for wide, high in WALLS]
        self._wall = choice("layout_wall", self._t("wall"), sizes, self._take_wall)
        over = [(one.value, self._t(f"over_{one.value}")) for one in CallsOver]
        self._over = choice("layout_calls_over", self._t("over"), over, self._take_over)
        kinds = [("", self._t("add")), *((kind.value, self._kind(kind.value)) for kind in ZoneKind)]
        self._add = choice("layout_add", self._t("add"), kinds, self._take_kind)
        for made in (self._wall, self._over, self._add):
            bar.addWidget(made)
        bar.addStretch(1)
        self._canvas = Canvas(language)
        self._canvas.chosen.connect(presenter.choose_zone)
        self._canvas.moved.connect(presenter.set_zones)
        self._faults = label("", "error", wrap=True, name="layout_faults")
        wall.body.addLayout(bar)
        wall.body.addWidget(self._canvas, 1)
        wall.body.addWidget(self._faults)
        self._form = Form(language)
        self._fields: dict[str, QSpinBox] = {}
        for name in NUMBERS:
            box = QSpinBox()
            box.setRange(0, 9 if name == "layer" else CANVAS[1])
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.setKeyboardTracking(False)
            box.valueChanged.connect(lambda value, name=name: self._take_number(name, value))
            box.setObjectName(f"zone_{name}")
            self._fields[name] = box
            self._form.add(name, self._t(name), box)
        self._words = QLineEdit()
        self._words.setObjectName("zone_words")
        self._words.setMaxLength(1000)
        self._words.editingFinished.connect(self._take_words)
        self._form.add("words", self._t("words"), self._words)
        self._playlist = QComboBox()
        self._playlist.setObjectName("zone_playlist")
        self._playlist.activated.connect(lambda _: self._take_playlist())
        self._form.add("playlist", self._t("playlist"), self._playlist)
        self._remove = named(button(self._t("remove"), "trash", "danger", presenter.remove_zone), "layout_remove")
        zone.body.addWidget(self._form)
        zone.body.addWidget(self._remove)
        zone.body.addStretch(1)
        self._zone_card = zone

    def _t(self, key: str, **params: object) -> str:
        return text(f"signage_console.layout.{key}", self._language, **params)

    def _kind(self, kind: str) -> str:
        return text(f"signage_console.kind.{kind}", self._language)

    def _take_wall(self) -> None:
        wide, _, high = str(self._wall.currentData()).partition("x")
        self._presenter.set_wall(int(wide), int(high))

    def _take_over(self) -> None:
        self._presenter.edit({**self._presenter.state.data, "calls_over": self._over.currentData()})

    def _take_kind(self) -> None:
        kind = str(self._add.currentData())
        self._add.setCurrentIndex(0)
        if kind:
            self._presenter.add_zone(kind)

    def _take_number(self, name: str, value: int) -> None:
        if not self._filling:
            self._presenter.set_zone(**{name: value})

    def _take_words(self) -> None:
        if not self._filling and self._presenter.state.zone >= 0:
            self._presenter.set_zone(words=self._words.text())

    def _take_playlist(self) -> None:
        chosen = self._playlist.currentData()
        self._presenter.set_zone(playlist=str(chosen) if chosen is not None else None)

    def draw(self, can: bool) -> None:
        state = self._presenter.state
        data = state.data
        zones = data["zones"]
        zone = zones[state.zone] if 0 <= state.zone < len(zones) else None
        faulty = frozenset(place for _, place in state.faults)
        self._canvas.show_layout((data["width"], data["height"]), zones, state.zone, faulty)
        self._canvas.setEnabled(can)
        for made in (self._wall, self._over, self._add):
            made.setEnabled(can)
        key = f"{data['width']}x{data['height']}"
        if self._wall.findData(key) < 0:
            self._wall.addItem(key.replace("x", " × "), key)
        self._wall.setCurrentIndex(self._wall.findData(key))
        self._over.setCurrentIndex(self._over.findData(data.get("calls_over", "band")))
        names = dict.fromkeys(name for name, _ in state.faults)
        self._faults.setText("\n".join(self._t(f"fault_{name}") for name in names))
        self._faults.setVisible(bool(names))
        self._form.setEnabled(can and zone is not None)
        self._remove.setEnabled(can and zone is not None)
        self._zone_card.title.setText(self._kind(zone["kind"]) if zone is not None else self._t("zone"))
        self._fill(zone)

    def _fill(self, zone: dict[str, object] | None) -> None:
        self._filling = True
        for name, box in self._fields.items():
            box.setValue(int(str(zone.get(name, 0))) if zone is not None else 0)
        words = str(zone.get("words", "")) if zone is not None else ""
        if self._words.text() != words:
            self._words.setText(words)
        self._words.setEnabled(zone is not None and zone["kind"] in WITH_WORDS)
        self._playlist.setEnabled(zone is not None and zone["kind"] == "media")
        with QSignalBlocker(self._playlist):
            self._playlist.clear()
            self._playlist.addItem(self._t("of_schedule"), None)
            for name, id_ in self._presenter.state.named("playlist"):
                self._playlist.addItem(name, str(id_))
            wanted = zone.get("playlist") if zone is not None else None
            self._playlist.setCurrentIndex(max(0, self._playlist.findData(wanted)))
        self._filling = False
