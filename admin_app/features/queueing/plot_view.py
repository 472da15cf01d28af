"""Issued, called and finished by the hour."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg  # type: ignore[import-untyped]
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from admin_app.parts_view import label, pad, size
from admin_app.plot_parts_view import still_plot
from shared.i18n import text
from shared.ui.theme.widgets import colour

SERIES = (("issued", "selection"), ("called", "primary"), ("finished", "ok"))
OPENS, CLOSES = 8, 18
BAR = 0.26


class HourPlot(QWidget):
    """Three bars an hour. The order is that of the legend, so that colour is not the only sign."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.setObjectName("hours_plot")
        self.plot = still_plot()
        self.plot.showGrid(y=True, alpha=0.15)
        self._bars = []
        for _, token in SERIES:
            pen = pg.mkPen(colour("primary" if token == "selection" else token), width=1)
            bars = pg.BarGraphItem(x=[], height=[], width=BAR, pen=pen, brush=colour(token))
            self.plot.addItem(bars)
            self._bars.append(bars)
        column = QVBoxLayout(self)
        pad(column, gap="space_xs")
        column.addLayout(self._legend(language))
        column.addWidget(self.plot, 1)
        self._shown: tuple[tuple[int, int, int, int], ...] | None = None
        self.show_hours(())

    def _legend(self, language: str) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        for key, token in SERIES:
            patch = QLabel()
            patch.setFixedSize(size("text_caption"), size("text_caption"))
            patch.setStyleSheet(
                f"background: {colour(token).name()};"
                f"border: {size('border_line')}px solid {colour('primary' if token == 'selection' else token).name()};"
            )
            row.addWidget(patch)
            row.addWidget(label(text(f"admin.live.plot_{key}", language), "caption"))
        row.addStretch(1)
        return row

    def show_hours(self, hours: Sequence[tuple[int, int, int, int]]) -> None:
        """Rows of (hour, issued, called, finished)."""
        if tuple(hours) == self._shown:
            return
        self._shown = tuple(hours)
        first = min([OPENS, *(row[0] for row in hours)])
        last = max([CLOSES, *(row[0] for row in hours)])
        for place, bars in enumerate(self._bars):
            at = [row[0] + (place - 1) * BAR for row in hours]
            bars.setOpts(x=at, height=[row[place + 1] for row in hours])
        most = max([4, *(max(row[1:]) for row in hours)])
        step = 2 if last - first > 11 else 1
        self.plot.getAxis("bottom").setTicks([[(hour, str(hour)) for hour in range(first, last + 1, step)]])
        self.plot.setXRange(first - 0.5, last + 0.5, padding=0)
        self.plot.setYRange(0, most * 1.08, padding=0)
        words = "; ".join(f"{row[0]}: {row[1]}/{row[2]}/{row[3]}" for row in hours)
        self.setAccessibleName(words)
