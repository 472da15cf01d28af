"""The designer of a layout: the wall as its player draws it, the zones over it, and what the chosen zone is.

layout_wall layout_calls_over layout_add layout_remove layout_calling layout_outlines layout_faults layout_preview
wall_question wall_size (``zone_view`` lists the rest)
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QImage
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QInputDialog, QScrollArea, QWidget

from admin_app.bars_view import choice
from admin_app.features.signage.canvas_view import Canvas
from admin_app.features.signage.presenter import WALLS, SignagePresenter, wall_of
from admin_app.features.signage.zone_view import ZoneForm
from admin_app.parts_view import Card, label, named, pad, see_through
from shared.domain.signage.layout import CallsOver, ZoneKind
from shared.i18n import text
from shared.ui.widgets import button

OTHER = "other"


class LayoutEditor(QWidget):
    def __init__(self, presenter: SignagePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        wall, zone = Card(), Card(self._t("zone"))
        row = QHBoxLayout(self)
        pad(row, gap="space_m")
        row.addWidget(wall, 3)
        row.addWidget(zone, 1)
        bar = QHBoxLayout()
        pad(bar)
        sizes = [(f"{wide}x{high}", f"{wide} × {high}") for wide, high in WALLS]
        self._wall = choice("layout_wall", self._t("wall"), [*sizes, (OTHER, self._t("wall_other"))], self._take_wall)
        over = [(one.value, self._t(f"over_{one.value}")) for one in CallsOver]
        self._over = choice("layout_calls_over", self._t("over"), over, self._take_over)
        kinds = [("", self._t("add")), *((kind.value, self._kind(kind.value)) for kind in ZoneKind)]
        self._add = choice("layout_add", self._t("add"), kinds, self._take_kind)
        for made in (self._wall, self._over, self._add):
            bar.addWidget(made)
        bar.addStretch(1)
        self._calling, self._outlines = QCheckBox(self._t("calling")), QCheckBox(self._t("outlines"))
        self._calling.setObjectName("layout_calling")
        self._outlines.setObjectName("layout_outlines")
        self._outlines.setChecked(True)
        self._calling.toggled.connect(lambda _: self._look())
        looks = QHBoxLayout()
        pad(looks)
        self._note = label("", "muted", name="layout_preview")
        for box in (self._calling, self._outlines):
            looks.addWidget(box)
        looks.addWidget(self._note, 1)
        self._canvas = Canvas(language)
        self._outlines.toggled.connect(self._canvas.show_outlines)
        self._canvas.chosen.connect(presenter.choose_zone)
        self._canvas.moved.connect(presenter.set_zones)
        self._canvas.dragged.connect(self._look)
        self._canvas.resized.connect(lambda: self._look())
        presenter.preview.drawn.connect(self._drawn)
        presenter.preview.failed.connect(self._no_picture)
        presenter.preview.pages_changed.connect(self._fill)
        self._faults = label("", "error", wrap=True, name="layout_faults")
        wall.body.addLayout(bar)
        wall.body.addLayout(looks)
        wall.body.addWidget(self._canvas, 1)
        wall.body.addWidget(self._faults)
        self._form = ZoneForm(presenter, language)
        self._remove = named(button(self._t("remove"), "trash", "danger", presenter.remove_zone), "layout_remove")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._form)
        see_through(scroll)
        zone.body.addWidget(scroll, 1)
        self._scroll = scroll
        zone.body.addWidget(self._remove)
        self._zone_card = zone

    def _t(self, key: str, **params: object) -> str:
        return text(f"signage_console.layout.{key}", self._language, **params)

    def _kind(self, kind: str) -> str:
        return text(f"signage_console.kind.{kind}", self._language)

    # What a person does

    def _take_wall(self) -> None:
        chosen = str(self._wall.currentData())
        if chosen == OTHER:
            self._show_wall()
            self._ask_wall()
            return
        wide, _, high = chosen.partition("x")
        self._presenter.set_wall(int(wide), int(high))

    def _ask_wall(self) -> None:
        data = self._presenter.state.data
        asked = QInputDialog(self)
        asked.setObjectName("wall_question")
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.setWindowTitle(self._t("wall"))
        asked.setLabelText(self._t("wall_ask"))
        asked.setTextValue(f"{data['width']} × {data['height']}")

        def take(words: str) -> None:
            if (wall := wall_of(words)) is not None:
                self._presenter.set_wall(*wall)

        asked.textValueSelected.connect(take)
        asked.open()

    def _take_over(self) -> None:
        self._presenter.edit({**self._presenter.state.data, "calls_over": self._over.currentData()})

    def _take_kind(self) -> None:
        kind = str(self._add.currentData())
        self._add.setCurrentIndex(0)
        if kind:
            self._presenter.add_zone(kind)

    # The picture

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._presenter.preview.stop()

    def _look(self, zones: object = None) -> None:
        """Have the player draw what stands here now; ``zones``: while one is dragged."""
        state = self._presenter.state
        if not self.isVisible() or state.content is None or state.content.kind != "layout":
            return
        data: dict[str, Any] = {**state.data} if zones is None else {**state.data, "zones": zones}
        self._presenter.preview.show(data, state.contents, self._canvas.room(), self._calling.isChecked())

    def _drawn(self, png: bytes) -> None:
        self._canvas.show_picture(QImage.fromData(png))
        self._note.setText("")

    def _no_picture(self) -> None:
        self._canvas.show_picture(None)
        self._note.setText(self._t("no_picture"))

    # How it looks

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
        self._show_wall()
        self._over.setCurrentIndex(self._over.findData(data.get("calls_over", "band")))
        names = dict.fromkeys(name for name, _ in state.faults)
        self._faults.setText("\n".join(self._t(f"fault_{name}") for name in names))
        self._faults.setVisible(bool(names))
        self._form.setEnabled(can and zone is not None)
        self._remove.setEnabled(can and zone is not None)
        self._zone_card.title.setText(self._kind(zone["kind"]) if zone is not None else self._t("zone"))
        self._form.fill(zone)
        self._look()

    def _fill(self) -> None:
        # Never scrolled sideways, so never narrower than its fields.
        self._scroll.setMinimumWidth(self._form.minimumSizeHint().width())
        state = self._presenter.state
        if state.content is not None and state.content.kind == "layout" and 0 <= state.zone < len(state.data["zones"]):
            self._form.fill(state.data["zones"][state.zone])

    def _show_wall(self) -> None:
        data = self._presenter.state.data
        key = f"{data['width']}x{data['height']}"
        if self._wall.findData(key) < 0:
            self._wall.insertItem(self._wall.count() - 1, key.replace("x", " × "), key)
        self._wall.setCurrentIndex(self._wall.findData(key))
