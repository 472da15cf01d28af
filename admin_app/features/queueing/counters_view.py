"""The counters as a grid of small sheets, drawn by one delegate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from admin_app.features.queueing.rows import TONES, Tile, clock
from admin_app.parts_view import size
from shared.i18n import text
from shared.ui.theme.widgets import colour
from shared.ui.widgets import draw_sign

Index = QModelIndex | QPersistentModelIndex
TILE_ROLE = Qt.ItemDataRole.UserRole
_INK = {"ok": "ok", "busy": "primary", "warn": "warn", "off": "faint"}
_GROUND = {"ok": "ok_soft", "busy": "primary_soft", "warn": "warn_soft", "off": "surface"}


class TilesModel(QAbstractListModel):
    """The tiles; their words for people who hear the screen and for tests."""

    def __init__(self, language: str, now: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._language = language
        self._now = now
        self._tiles: tuple[Tile, ...] = ()

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        before, self_tiles = self._tiles, tuple(tiles)
        if [item.id for item in before] == [item.id for item in self_tiles]:
            self._tiles = self_tiles
            for number, (old, new) in enumerate(zip(before, self_tiles, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(number), self.index(number))
            return
        self.beginResetModel()
        self._tiles = self_tiles
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._tiles[index.row()]
        if role == TILE_ROLE:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            parts = (item.label, item.name, self.words(item), item.ticket, item.staff)
            return " · ".join(part for part in parts if part)
        return None

    def words(self, item: Tile) -> str:
        """The state in words, with its reason."""
        return item.reason or text(f"admin.live.state_{item.state}", self._language)

    def lasting(self, item: Tile) -> str:
        """How long the ticket has been in hand, or the state has lasted; nothing for a closed counter."""
        if item.state == "closed" or item.since is None:
            return ""
        return clock((self._now() - item.since).total_seconds())


class _TileDelegate(QStyledItemDelegate):
    """Label and sign above, what is in hand in the middle, who sits there below."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Tile = index.data(TILE_ROLE)
        model = index.model()
        assert isinstance(model, TilesModel)
        tone = TONES.get(item.state, "off")
        gap = size("space_xs") // 2
        area: QRect = option.rect.adjusted(gap, gap, -gap, -gap)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = bool(state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected))
        painter.setPen(QPen(colour("primary" if focused else "line"), size("border_line")))
        painter.setBrush(colour(_GROUND[tone]))
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), size("radius_m"), size("radius_m"))
        inner = area.adjusted(size("space_s"), size("space_xs"), -size("space_s"), -size("space_xs"))
        third = inner.height() // 3
        top = QRect(inner.left(), inner.top(), inner.width(), third)
        middle = top.translated(0, third)
        bottom = middle.translated(0, third)
        closed = item.state == "closed"
        self._write(painter, top, item.label, "text_title", "faint" if closed else "foreground", bold=True)
        edge = size("text_caption")
        words = model.words(item)
        self._write(painter, top.adjusted(edge * 3, 0, -edge - gap, 0), words, "text_caption", _INK[tone], right=True)
        sign = QRectF(top.right() - edge + gap, top.top() + (third - edge) / 2, edge, edge)
        draw_sign(painter, sign, tone)
        if item.ticket:
            self._write(painter, middle, item.ticket, "text_lead", "primary", bold=True)
        self._write(painter, middle, model.lasting(item), "text_caption", "muted", right=True)
        who = item.staff or ("" if closed else text("admin.live.nameless", model._language))
        self._write(painter, bottom, item.name if closed else who, "text_caption", "faint" if closed else "muted")
        painter.restore()

    def _write(
        self,
        painter: QPainter,
        area: QRect,
        words: str,
        role: str,
        ink: str,
        *,
        bold: bool = False,
        right: bool = False,
    ) -> None:
        font = QFont(painter.font())
        font.setPixelSize(size(role))
        font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(colour(ink))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        fitting = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(side | Qt.AlignmentFlag.AlignVCenter), fitting)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else tile_size()


def tile_size() -> QSize:
    """The least size of a tile with its gap."""
    return QSize(size("text_body") * 9, size("text_body") * 5 + size("space_s"))


class CounterGrid(QListView):
    """The grid; ``chosen(counter id)`` when one is clicked or Return is pressed on it."""

    chosen = Signal(str)

    def __init__(self, language: str, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("counters_grid")
        self.tiles = TilesModel(language, now, self)
        self.setModel(self.tiles)
        self.setItemDelegate(_TileDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView, QListView:focus { border: 0; background: transparent; }")
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        self.tiles.set_tiles(tiles)

    def tick(self) -> None:
        """Durations go on."""
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # The columns share the whole width, so that no ragged edge is left.
        least = tile_size()
        width = self.viewport().width() - 1
        columns = max(1, width // least.width())
        self.setGridSize(QSize(width // columns, least.height()))
        super().resizeEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        item: Tile = index.data(TILE_ROLE)
        self.chosen.emit(str(item.id))
