"""The wall as its player draws it, and how it is divided: zones are moved and sized with the mouse, their edges snap to
each other.

signage_canvas
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from admin_app.parts_view import size
from shared.domain.signage.layout import SMALLEST, snapped
from shared.i18n import text
from shared.ui.theme.widgets import colour

# In pixels of this screen.
GRIP, SNAP = 14, 8
GRID = 40
_GROUND = {
    "call": "call_soft", "calls": "call_soft", "waiting": "primary_soft", "media": "selection", "head": "primary",
    "ticker": "primary", "clock": "surface", "figures": "primary_soft", "qr": "paper", "web": "selection",
    "text": "surface",
}  # fmt: skip
Zone = dict[str, Any]


class Canvas(QWidget):
    """``chosen``: the place of a zone, -1 for none; ``moved``: all zones as they stand when the mouse lets go,
    ``dragged`` while it does not; ``resized``: there is another `room` for a picture."""

    chosen = Signal(int)
    moved = Signal(object)
    dragged = Signal(object)
    resized = Signal()

    def __init__(self, language: str) -> None:
        super().__init__()
        self.setObjectName("signage_canvas")
        self.setMinimumSize(320, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._language = language
        self._wall = (1920, 1080)
        self._zones: list[Zone] = []
        self._chosen = -1
        self._faulty: frozenset[int] = frozenset()
        self._grabbed: tuple[str, QPointF, Zone] | None = None
        self._picture: QImage | None = None
        self._outlines = True

    def show_layout(self, wall: tuple[int, int], zones: Sequence[Zone], chosen: int, faulty: frozenset[int]) -> None:
        if wall != self._wall:
            # It would be drawn out of shape until the next one comes.
            self._picture = None
        self._wall, self._zones, self._chosen, self._faulty = wall, [dict(one) for one in zones], chosen, faulty
        self.update()

    def show_picture(self, picture: QImage | None) -> None:
        """What the player draws; None: boxes stand for it."""
        self._picture = picture
        self.update()

    @property
    def picture(self) -> QImage | None:
        return self._picture

    def show_outlines(self, on: bool) -> None:
        self._outlines = on
        self.update()

    def room(self) -> tuple[int, int]:
        """How large a picture of the wall is here, in pixels of the screen."""
        factor, _, _ = self._fit()
        ratio = self.devicePixelRatioF()
        return round(self._wall[0] * factor * ratio), round(self._wall[1] * factor * ratio)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def place_of(self, zone: Zone) -> QRectF:
        """Where a zone stands on this widget."""
        factor, left, top = self._fit()
        return QRectF(
            left + zone["x"] * factor, top + zone["y"] * factor, zone["width"] * factor, zone["height"] * factor
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        factor, left, top = self._fit()
        wall = QRectF(left, top, self._wall[0] * factor, self._wall[1] * factor)
        painter.fillRect(wall, QColor(colour("background")))
        if self._picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(wall, self._picture)
        painter.setPen(QPen(QColor(colour("line_strong")), 1))
        painter.drawRect(wall)
        order = sorted(range(len(self._zones)), key=lambda n: (self._zones[n].get("layer", 0), n))
        for place in order:
            if self._picture is None:
                self._paint_box(painter, place)
            self._paint_edge(painter, place)

    def _paint_box(self, painter: QPainter, place: int) -> None:
        """What stands for a zone until there is a picture of it."""
        zone = self._zones[place]
        box = self.place_of(zone)
        ground = _GROUND.get(zone["kind"], "surface")
        painter.fillRect(box, QColor(colour(ground)))
        painter.setPen(QColor(colour("primary_text" if ground == "primary" else "foreground")))
        font = self.font()
        font.setPixelSize(int(max(10, min(size("text_headline"), box.height() / 4, box.width() / 5))))
        painter.setFont(font)
        words = text(f"signage_console.kind.{zone['kind']}", self._language)
        measures = f"{zone['width']} × {zone['height']}"
        room = box.adjusted(4, 2, -4, -2)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, f"{words}\n{measures}")

    def _paint_edge(self, painter: QPainter, place: int) -> None:
        chosen, faulty = place == self._chosen, place in self._faulty
        if not (self._outlines or chosen or faulty):
            return
        box = self.place_of(self._zones[place])
        edge = "error" if faulty else "focus" if chosen else "line_strong"
        painter.setPen(QPen(QColor(colour(edge)), 3 if chosen or faulty else 1))
        painter.drawRect(box.adjusted(1, 1, -1, -1))
        if chosen:
            corner = box.bottomRight() - QPointF(GRIP, GRIP)
            painter.fillRect(QRectF(corner, box.bottomRight()), QColor(colour("focus")))
            self._paint_tag(painter, box)

    def _paint_tag(self, painter: QPainter, box: QRectF) -> None:
        """What is chosen, in its corner: over a picture a zone does not say what it is."""
        zone = self._zones[self._chosen]
        words = text(f"signage_console.kind.{zone['kind']}", self._language)
        words = f"{words}  {zone['width']} × {zone['height']}"
        font = self.font()
        font.setPixelSize(size("text_caption"))
        painter.setFont(font)
        room = painter.fontMetrics().boundingRect(words).adjusted(-4, -2, 4, 2)
        tag = QRectF(box.left(), box.top(), room.width() + 8, room.height() + 4)
        painter.fillRect(tag, QColor(colour("focus")))
        painter.setPen(QColor(colour("surface")))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, words)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        over = [n for n, zone in enumerate(self._zones) if self.place_of(zone).contains(at)]
        if self._chosen in over:
            place = self._chosen
        else:
            place = max(over, key=lambda n: (self._zones[n].get("layer", 0), n), default=-1)
        if place != self._chosen:
            self._chosen = place
            self.chosen.emit(place)
        if place >= 0:
            box = self.place_of(self._zones[place])
            corner = at.x() > box.right() - GRIP and at.y() > box.bottom() - GRIP
            self._grabbed = ("size" if corner else "move", at, dict(self._zones[place]))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None or self._chosen < 0:
            return
        how, began, was = self._grabbed
        factor, _, _ = self._fit()
        dx, dy = ((event.position() - began) / factor).toTuple()
        self._drag(how, was, round(dx), round(dy), max(1, round(SNAP / factor)))
        self.dragged.emit([dict(zone) for zone in self._zones])
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None and self._grabbed[2] != self._zones[self._chosen]:
            self.moved.emit(self._zones)
        self._grabbed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        step = steps.get(Qt.Key(event.key()))
        if step is None or self._chosen < 0:
            super().keyPressEvent(event)
            return
        far = 1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 10
        self._drag("move", dict(self._zones[self._chosen]), step[0] * far, step[1] * far, 0)
        self.moved.emit(self._zones)

    def _drag(self, how: str, was: Zone, dx: int, dy: int, within: int) -> None:
        zone, (wide, high) = self._zones[self._chosen], self._wall
        across, down = self._lines("x", "width", wide), self._lines("y", "height", high)
        if how == "size":
            right = snapped(was["x"] + was["width"] + dx, across, within)
            bottom = snapped(was["y"] + was["height"] + dy, down, within)
            zone["width"] = min(max(SMALLEST, right - was["x"]), wide - was["x"])
            zone["height"] = min(max(SMALLEST, bottom - was["y"]), high - was["y"])
            return
        for side, length, delta, lines, whole in (
            ("x", "width", dx, across, wide), ("y", "height", dy, down, high),
        ):  # fmt: skip
            begin = snapped(was[side] + delta, lines, within)
            end = snapped(was[side] + delta + was[length], lines, within)
            # The edge that is nearer to a line draws the zone there.
            if begin == was[side] + delta and end != was[side] + delta + was[length]:
                begin = end - was[length]
            zone[side] = min(max(0, begin), whole - was[length])

    def _lines(self, side: str, length: str, whole: int) -> list[int]:
        others = [zone for n, zone in enumerate(self._zones) if n != self._chosen]
        edges = [edge for zone in others for edge in (zone[side], zone[side] + zone[length])]
        return sorted({0, whole, whole // 2, *edges, *range(0, whole, GRID)})

    def _fit(self) -> tuple[float, float, float]:
        """How much smaller than the wall, and where its corner is."""
        room = self.size().toTuple()
        factor = min((room[0] - 2) / self._wall[0], (room[1] - 2) / self._wall[1])
        return factor, (room[0] - self._wall[0] * factor) / 2, (room[1] - self._wall[1] * factor) / 2

    def corner_of(self, place: int) -> QPoint:
        """Where a zone is taken to size it."""
        return (self.place_of(self._zones[place]).bottomRight() - QPointF(GRIP / 2, GRIP / 2)).toPoint()
