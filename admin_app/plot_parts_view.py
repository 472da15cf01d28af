"""What all plots of the console share: still, in the theme's colours, with small words at the axes."""

from __future__ import annotations

import pyqtgraph as pg  # type: ignore[import-untyped]
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont

from admin_app.parts_view import size
from shared.ui.application import FONT_FAMILY
from shared.ui.theme.widgets import colour


def axis_font() -> QFont:
    font = QFont(FONT_FAMILY)
    font.setPixelSize(size("text_caption"))
    return font


def still_plot() -> pg.PlotWidget:
    """An empty plot that is looked at, not dragged."""
    plot = pg.PlotWidget(background=colour("surface"))
    plot.setMouseEnabled(False, False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setTickFont(axis_font())
        axis.setTextPen(colour("muted"))
        axis.setPen(pg.mkPen(colour("line"), width=1))
        axis.setStyle(tickLength=0)
    return plot
