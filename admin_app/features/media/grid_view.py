"""Pictures and videos as a grid of sheets, drawn by one delegate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QPainter, QPainterPath, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from admin_app.features.media.rows import Sheet
from admin_app.parts_view import picture, size
from shared.i18n import text
from shared.ui.theme.widgets import colour

Index = QModelIndex | QPersistentModelIndex
SHEET_ROLE, PICTURE_ROLE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class SheetsModel(QAbstractListModel):
    """The sheets with their pictures; their words for people who hear the screen and for tests."""

    def __init__(self, language: str, thumbnails: Mapping[str, bytes], parent: QObject) -> None:
        super().__init__(parent)
        self._language, self._thumbnails = language, thumbnails
        self._sheets: tuple[Sheet, ...] = ()
        self._pictures: dict[str, QPixmap] = {}

    def set_sheets(self, sheets: Sequence[Sheet]) -> None:
        if self._sheets != tuple(sheets):
            self.beginResetModel()
            self._sheets = tuple(sheets)
            self.endResetModel()

    def row_of(self, sha256: str) -> int:
        return next((row for row, one in enumerate(self._sheets) if one.sha256 == sha256), -1)

    def came(self, sha256: str) -> None:
        """Its picture is here."""
        row = self.row_of(sha256)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    def picture_of(self, sha256: str) -> QPixmap | None:
        """None while it is not here, or where there is none."""
        if sha256 not in self._pictures and (content := self._thumbnails.get(sha256)):
            made = QPixmap()
            made.loadFromData(content)
            self._pictures[sha256] = made
        found = self._pictures.get(sha256)
        return found if found is not None and not found.isNull() else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._sheets)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._sheets[index.row()]
        if role == SHEET_ROLE:
            return item
        if role == PICTURE_ROLE:
            return self.picture_of(item.sha256)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            retired = text("media.page.retired_mark", self._language) if item.retired else ""
            return " · ".join(part for part in (item.name, item.video, item.facts, retired) if part)
        return None


class _SheetDelegate(QStyledItemDelegate):
    """The picture above, its name and measures below; a video shows its length, a retired one says so."""

    def __init__(self, language: str, parent: QObject) -> None:
        super().__init__(parent)
        self._language = language

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Sheet = index.data(SHEET_ROLE)
        gap = size("space_xs")
        area: QRect = option.rect.adjusted(gap, gap, -gap, -gap)
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(
            QPen(colour("primary" if chosen or over else "line"), size("border_strong" if chosen else "border_line"))
        )
        painter.setBrush(colour("primary_soft" if chosen else "surface"))
        painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), size("radius_m"), size("radius_m"))
        line = size("text_body") + size("space_s")
        frame = area.adjusted(size("space_s"), size("space_s"), -size("space_s"), -2 * line - size("space_xs"))
        self._picture(painter, frame, index.data(PICTURE_ROLE), item)
        name = QRect(frame.left(), frame.bottom() + size("space_xs"), frame.width(), line)
        ink = "faint" if item.retired else "foreground"
        self._write(painter, name, item.name, "text_body", ink, Qt.TextElideMode.ElideMiddle)
        below = name.translated(0, line - size("space_xs"))
        self._write(painter, below, item.facts, "text_caption", "muted")
        painter.restore()

    def _picture(self, painter: QPainter, frame: QRect, shown: QPixmap | None, item: Sheet) -> None:
        path = QPainterPath()
        path.addRoundedRect(QRectF(frame), size("radius_s"), size("radius_s"))
        painter.fillPath(path, colour("surface_sunken"))
        painter.save()
        painter.setClipPath(path)
        if item.retired:
            painter.setOpacity(0.45)
        if shown is not None:
            fitted = shown.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(QPoint(0, 0), fitted)
            place.moveCenter(frame.center())
            painter.drawPixmap(place, shown)
        else:
            sign = picture("play" if item.video else "picture", "faint", "icon_l")
            place = QRect(QPoint(0, 0), sign.deviceIndependentSize().toSize())
            place.moveCenter(frame.center())
            painter.drawPixmap(place, sign)
        painter.restore()
        retired = text("media.page.retired_mark", self._language)
        for words, left in ((item.video, False), (retired if item.retired else "", True)):
            if words:
                self._mark(painter, frame, words, left=left)

    def _mark(self, painter: QPainter, frame: QRect, words: str, *, left: bool) -> None:
        font = QFont(painter.font())
        font.setPixelSize(size("text_caption"))
        painter.setFont(font)
        room = painter.fontMetrics().boundingRect(words).width() + 2 * size("space_s")
        edge, high = size("space_xs"), size("text_caption") + size("space_s")
        across = frame.left() + edge if left else frame.right() - edge - room
        place = QRect(across, frame.bottom() - edge - high, room, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("scrim"))
        painter.drawRoundedRect(QRectF(place), size("radius_s"), size("radius_s"))
        painter.setPen(colour("primary_text"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def _write(
        self, painter: QPainter, area: QRect, words: str, role: str, ink: str,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:  # fmt: skip
        font = QFont(painter.font())
        font.setPixelSize(size(role))
        painter.setFont(font)
        painter.setPen(colour(ink))
        fitting = painter.fontMetrics().elidedText(words, elide, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), fitting)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else sheet_size()


def sheet_size() -> QSize:
    return QSize(size("text_body") * 13, size("text_body") * 13)


class MediaGrid(QListView):
    """The grid; ``chosen(sha256)`` when one is chosen by mouse or keys."""

    chosen = Signal(str)

    def __init__(self, language: str, thumbnails: Mapping[str, bytes], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("media_grid")
        self.sheets = SheetsModel(language, thumbnails, self)
        self.setModel(self.sheets)
        self.setItemDelegate(_SheetDelegate(language, self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView, QListView:focus { border: 0; background: transparent; }")
        self.selectionModel().currentChanged.connect(self._choose)

    def show_sheets(self, sheets: Sequence[Sheet], selected: str) -> None:
        self.selectionModel().blockSignals(True)
        self.sheets.set_sheets(sheets)
        row = self.sheets.row_of(selected)
        if row >= 0 and self.currentIndex().row() != row:
            self.setCurrentIndex(self.sheets.index(row))
        self.selectionModel().blockSignals(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # The columns share the whole width, so that no ragged edge is left.
        # The view leaves room for its bar also while there is none.
        bar = self.verticalScrollBar()
        spare = 0 if bar.isVisible() else bar.sizeHint().width()
        least, width = sheet_size(), self.viewport().width() - spare - 1
        self.setGridSize(QSize(width // max(1, width // least.width()), least.height()))
        super().resizeEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        item = index.data(SHEET_ROLE)
        if isinstance(item, Sheet):
            self.chosen.emit(item.sha256)
