"""One figure of each group as bars, with the period before beside it. Names stand beside lying bars."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import pyqtgraph as pg  # type: ignore[import-untyped]
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from admin_app.features.reports.rows import Bar, written
from admin_app.parts_view import label, pad, size
from admin_app.plot_parts_view import axis_font, still_plot
from shared.i18n import text
from shared.schemas.reports import FIGURES
from shared.ui.theme.widgets import colour

MOST = 24
SERIES = (("now", "primary"), ("before", "selection"))
THICK = 0.38
# Round steps of a scale: of counts and shares, and of seconds.
_STEPS = (1, 2, 5, 10)
_CLOCK_STEPS = (1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000, 72000)
_NAME_LETTERS = 11


class ReportPlot(QWidget):
    """``show_bars``: standing bars for time, lying ones for names; of many names those with the most."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.setObjectName("report_plot")
        self._language = language
        self.plot = still_plot()
        self._font = axis_font()
        self._left_out = label("", "caption", name="report_left_out")
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
            row.addWidget(label(text(f"reports.page.legend_{key}", self._language), "caption"))
            row.addSpacing(size("space_m"))
        row.addStretch(1)
        row.addWidget(self._left_out)
        return row

    def show_bars(self, bars: Sequence[Bar], figure: str, *, lying: bool) -> None:
        shown = list(bars)
        if lying and len(shown) > MOST:
            shown.sort(key=lambda bar: bar.value if bar.value is not None else -1.0, reverse=True)
            shown = shown[:MOST]
        out = len(bars) - len(shown)
        self._left_out.setText(text("reports.page.left_out", self._language, n=MOST, rest=out) if out else "")
        self.plot.clear()
        places = range(len(shown))
        for offset, (key, token) in zip((-THICK / 2, THICK / 2), SERIES, strict=True):
            values = [(bar.value if key == "now" else bar.before) or 0.0 for bar in shown]
            at = [place + offset for place in places]
            pen, brush = pg.mkPen(colour("primary"), width=1), colour(token)
            if lying:
                item = pg.BarGraphItem(x0=0, y=at, width=values, height=THICK, pen=pen, brush=brush)
            else:
                item = pg.BarGraphItem(x=at, y0=0, height=values, width=THICK, pen=pen, brush=brush)
            self.plot.addItem(item)
        most = max([value for bar in shown for value in (bar.value, bar.before) if value is not None], default=0.0)
        self._scale("bottom" if lying else "left", figure, most)
        self._names("left" if lying else "bottom", shown)
        top = most * 1.06 if most else 1.0
        ends = (-0.6, max(len(shown), 1) - 0.4)
        self.plot.getViewBox().invertY(lying)
        self.plot.setXRange(*((0, top) if lying else ends), padding=0)
        self.plot.setYRange(*(ends if lying else (0, top)), padding=0)
        self.plot.showGrid(x=lying, y=not lying, alpha=0.15)
        self.setAccessibleName("; ".join(f"{bar.label} {written(figure, bar.value)}" for bar in shown))

    def _scale(self, side: str, figure: str, most: float) -> None:
        unit = FIGURES[figure]
        if unit == "seconds":
            step: float = next((step for step in _CLOCK_STEPS if most <= step * 6), ceil(most / 6 / 86400) * 86400)
        elif unit == "share":
            step = next((s / 100 for s in (1, 2, 5, 10, 20, 25) if most <= s / 100 * 6), 0.25)
        else:
            power = 1
            while most > 60 * power:
                power *= 10
            step = next((one * power for one in _STEPS if most <= one * power * 6), 10 * power)
        ticks = [(n * step, written(figure, n * step)) for n in range(int(most / step) + 2)]
        self.plot.getAxis(side).setTicks([ticks])

    def _names(self, side: str, bars: Sequence[Bar]) -> None:
        axis = self.plot.getAxis(side)
        metrics = QFontMetrics(self._font)
        if side == "left":
            room = size("text_caption") * _NAME_LETTERS
            names = [metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, room) for bar in bars]
            axis.setTicks([list(enumerate(names))])
            axis.setWidth(max([metrics.horizontalAdvance(name) for name in names], default=0) + size("space_s"))
            self.plot.getAxis("bottom").setHeight(None)
            return
        self.plot.getAxis("left").setWidth(None)
        # The year is in the head of the page.
        short = [bar.label[5:] if len(bar.label) == 10 else bar.label for bar in bars]
        every = max(1, ceil(len(bars) / 12))
        axis.setTicks([[(place, name) for place, name in enumerate(short) if place % every == 0]])
