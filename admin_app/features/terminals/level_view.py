"""A level of the chosen terminal that is set from afar: its slider and its button.

order_volume order_volume_slider order_brightness order_brightness_slider
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from admin_app.parts_view import label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import button

STEP = 5


class LevelRow(QWidget):
    """``on_set`` is given the percent chosen."""

    def __init__(self, kind: str, language: str, on_set: Callable[[int], object]) -> None:
        super().__init__()
        self._language = language
        self._told: tuple[str, int | None] | None = None
        words = text(f"orders.button.{kind}", language)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName(f"order_{kind}_slider")
        self._slider.setAccessibleName(words)
        self._slider.setRange(0, 100)
        self._slider.setSingleStep(STEP)
        self._slider.setPageStep(STEP * 2)
        self._slider.valueChanged.connect(self._draw)
        self._value = label("", name=f"order_{kind}_value")
        self._value.setMinimumWidth(size("text_body") * 4)
        self._set = named(
            button(text("orders.button.set", language), on_click=lambda: on_set(self._slider.value())), f"order_{kind}"
        )
        self._set.setAccessibleName(f"{text('orders.button.set', language)} {words}")
        row = QHBoxLayout(self)
        pad(row)
        name = label(words)
        name.setMinimumWidth(size("text_body") * 4)
        row.addWidget(name)
        row.addWidget(self._slider, 1)
        row.addWidget(self._value)
        row.addWidget(self._set)
        self._draw()

    def show_level(self, terminal_id: str, value: int | None, *, enabled: bool) -> None:
        """``value``: what the terminal told, None: it does not tell. A slider that somebody has moved stays."""
        if self._told != (terminal_id, value):
            self._told = (terminal_id, value)
            self._slider.setValue(50 if value is None else value)
        self._slider.setEnabled(enabled)
        self._set.setEnabled(enabled)

    def _draw(self) -> None:
        self._value.setText(text("fleet.health.percent", self._language, n=self._slider.value()))
