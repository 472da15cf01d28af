"""The picture of a floor with its terminals on it; while places are arranged they follow the mouse.

floor_canvas mark_<name>
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QWidget

from admin_app.features.terminals.plan import Mark, PlanPresenter
from admin_app.parts_view import size
from shared.ui.theme.widgets import colour, mark
from shared.ui.widgets import sign_icon


class FloorCanvas(QFrame):
    """Marks keep their places on the picture, whatever the size of the window."""

    def __init__(self, presenter: PlanPresenter) -> None:
        super().__init__()
        self.setObjectName("floor_canvas")
        mark(self, "sunken")
        self.setMinimumSize(size("text_body") * 24, size("text_body") * 16)
        self._presenter = presenter
        self._picture = QPixmap()
        self._scaled = QPixmap()
        self._sha256 = ""
        self._marks: dict[str, MarkButton] = {}

    def show_picture(self, sha256: str, content: bytes) -> None:
        """Empty content: it is not here (yet)."""
        shown = sha256 if content else ""
        if shown != self._sha256:
            self._sha256, self._picture = shown, QPixmap()
            if content:
                self._picture.loadFromData(content)
            self._arrange()

    def show_marks(self, marks: tuple[Mark, ...], *, arranging: bool, touched: str) -> None:
        known = {one.id for one in marks}
        for id_ in [id_ for id_ in self._marks if id_ not in known]:
            gone = self._marks.pop(id_)
            gone.hide()
            gone.deleteLater()
        for one in marks:
            if one.id not in self._marks:
                self._marks[one.id] = MarkButton(self, self._touched, self._dropped)
            self._marks[one.id].show_mark(one, arranging=arranging, touched=one.id == touched)
        self._arrange()

    def area(self) -> QRect:
        """Where the picture lies; without one, all there is."""
        if self._picture.isNull():
            return self.rect()
        shown = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(
            QPoint((self.width() - shown.width()) // 2, (self.height() - shown.height()) // 2), shown
        )  # fmt: skip

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        if not self._scaled.isNull():
            painter.drawPixmap(self.area().topLeft(), self._scaled)
        painter.setPen(QPen(colour("line"), size("border_line")))
        painter.drawRect(self.area().adjusted(0, 0, -1, -1))
        painter.end()

    def _arrange(self) -> None:
        area = self.area()
        if self._picture.isNull():
            self._scaled = QPixmap()
        elif self._scaled.size() != area.size():
            self._scaled = self._picture.scaled(
                area.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        for button in self._marks.values():
            button.lie_on(area)
        self.update()

    def _touched(self, terminal_id: str) -> None:
        self._presenter.touch(terminal_id)

    def _dropped(self, terminal_id: str, centre: QPoint) -> None:
        area = self.area()
        self._presenter.place(
            terminal_id, (centre.x() - area.x()) / max(1, area.width()), (centre.y() - area.y()) / max(1, area.height())
        )


class MarkButton(QPushButton):
    """One terminal: sign, name, and the word for its state unless all is well. ``on_drop`` is told where its middle
    is let go."""

    def __init__(
        self, canvas: QWidget, on_touch: Callable[[str], object], on_drop: Callable[[str, QPoint], object]
    ) -> None:  # fmt: skip
        super().__init__(canvas)
        mark(self, "chip")
        # Words on a picture need a ground of their own.
        tones = {name: colour(name).name() for name in ("surface", "line_strong", "primary_soft")}
        self.setStyleSheet(
            f"QPushButton {{ background: {tones['surface']}; border-color: {tones['line_strong']}; }}"
            f"QPushButton:checked {{ background: {tones['primary_soft']}; }}"
        )
        self.setCheckable(True)
        self._canvas, self._on_touch, self._on_drop = canvas, on_touch, on_drop
        self._mark: Mark | None = None
        self._arranging = False
        self._grip: QPoint | None = None
        self._dragged = False
        self.clicked.connect(self._clicked)
        self.show()

    def show_mark(self, shown: Mark, *, arranging: bool, touched: bool) -> None:
        self._mark, self._arranging = shown, arranging
        self.setObjectName(f"mark_{shown.name}")
        words = shown.name if shown.tone == "ok" else f"{shown.name} · {shown.status}"
        self.setText(f" {words}")
        self.setAccessibleName(f"{shown.name}, {shown.status}")
        self.setToolTip(f"{shown.name} · {shown.status}")
        self.setIcon(sign_icon(shown.tone))
        self.setChecked(touched)
        self.setCursor(Qt.CursorShape.OpenHandCursor if arranging else Qt.CursorShape.PointingHandCursor)
        self.resize(self.sizeHint() + QSize(size("space_xs"), 0))

    def lie_on(self, area: QRect) -> None:
        if self._mark is None or self._dragged:
            return
        x = area.x() + round(self._mark.x * area.width()) - self.width() // 2
        y = area.y() + round(self._mark.y * area.height()) - self.height() // 2
        # At an edge all of it is still to be read.
        canvas = self._canvas
        self.move(
            max(0, min(x, canvas.width() - self.width())), max(0, min(y, canvas.height() - self.height()))
        )  # fmt: skip

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._arranging:
            self._grip = event.position().toPoint()
            self.raise_()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            super().mouseMoveEvent(event)
            return
        step = event.position().toPoint() - self._grip
        if self._dragged or step.manhattanLength() >= QApplication.startDragDistance():
            self._dragged = True
            self.move(self.pos() + step)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._grip = self._dragged, None
        if not dragged or self._mark is None:
            super().mouseReleaseEvent(event)
            return
        self.setDown(False)
        self._on_drop(self._mark.id, self.geometry().center())
        self._dragged = False

    def _clicked(self) -> None:
        if self._mark is not None:
            self._on_touch(self._mark.id)
