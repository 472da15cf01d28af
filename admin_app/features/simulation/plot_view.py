"""Waits by the hour of coming, before and after, as bars side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg  # type: ignore[import-untyped]
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from admin_app.features.simulation.wording import HourBar
from admin_app.parts_view import label, pad, size
from admin_app.plot_parts_view import still_plot
from shared.i18n import text
from shared.ui.theme.widgets import colour

SERIES = (("before", "selection"), ("after", "primary"))
BAR = 0.38


class WaitPlot(QWidget):
    """Two bars an hour; the order is that of the legend, so that colour is not the only sign."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.setObjectName("simulation_plot")
        self._language = language
        self.plot = still_plot()
        self.plot.showGrid(y=True, alpha=0.15)
        column = QVBoxLayout(self)
        pad(column, gap="space_xs")
        column.addLayout(self._legend())
        column.addWidget(self.plot, 1)

    def _legend(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        for key, token in SERIES:
            patch = QLabel()
            patch.setFixedSize(size("text_caption"), size("text_caption"))
            patch.setStyleSheet(
                f"background: {colour(token).name()}; border: {size('border_line')}px solid {colour('primary').name()};"
            )
            row.addWidget(patch)
            row.addWidget(label(text(f"simulation.legend.{key}", self._language), "caption"))
            row.addSpacing(size("space_m"))
        row.addStretch(1)
        return row

    def show_hours(self, hours: Sequence[HourBar]) -> None:
        self.plot.clear()
        pen = pg.mkPen(colour("primary"), width=1)
        for offset, (key, token) in zip((-BAR / 2, BAR / 2), SERIES, strict=True):
            heights = [bar.before_min if key == "before" else bar.after_min for bar in hours]
            at = [bar.hour + offset for bar in hours]
            self.plot.addItem(pg.BarGraphItem(x=at, height=heights, width=BAR, pen=pen, brush=colour(token)))
        if hours:
            first, last = hours[0].hour, hours[-1].hour
            most = max([4.0, *(max(bar.before_min, bar.after_min) for bar in hours)])
            self.plot.getAxis("bottom").setTicks([[(hour, f"{hour}:00") for hour in range(first, last + 1)]])
            self.plot.setXRange(first - 0.6, last + 0.6, padding=0)
            self.plot.setYRange(0, most * 1.08, padding=0)
        words = "; ".join(f"{bar.hour}: {bar.before_min:.0f} → {bar.after_min:.0f}" for bar in hours)
        self.setAccessibleName(words)
