"""The paper as it comes out of the printer; a click chooses the block that stands there.

layouts_paper layouts_sample layouts_trial layouts_faults layouts_picture
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QScrollArea

from admin_app.bars_view import choice
from admin_app.features.ticket_layouts.paper import Preview
from admin_app.features.ticket_layouts.presenter import LayoutsPresenter
from admin_app.parts_view import Card, label, named, pad
from shared.devices.printer.escpos_ticket import PAPERS
from shared.devices.printer.samples import SAMPLES
from shared.i18n import text
from shared.ui.theme.widgets import colour
from shared.ui.widgets import button

# A line of words begins with its highest dot: the frame keeps that far off.
_OFF = 8


class PaperPicture(QScrollArea):
    """The whole width is seen, on a small screen smaller than it is. ``clicked``: at which height of the picture."""

    clicked = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._shown = _Clicked(self._at)
        self._shown.setObjectName(name)
        self._shown.setWordWrap(True)
        self._shown.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._image: QImage | None = None
        self._frame: tuple[int, int] | None = None
        self._scale = 1.0
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Else the bar's coming would make the paper narrower, and its going wider again.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setWidget(self._shown)

    def show_words(self, words: str) -> None:
        self._image = None
        self._shown.setText(words)

    def show_picture(self, image: QImage, frame: tuple[int, int] | None = None) -> None:
        """``frame``: what is marked, from top to bottom."""
        self._image, self._frame = image, frame
        self._paint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._paint()

    def _paint(self) -> None:
        if self._image is None:
            return
        picture = QPixmap.fromImage(self._image)
        if self._frame is not None and self._frame[1] > self._frame[0]:
            painter = QPainter(picture)
            painter.setPen(QPen(QColor(colour("primary")), 3))
            top, bottom = self._frame
            painter.drawRect(40, top - _OFF, picture.width() - 80, bottom - top + _OFF)
            painter.end()
        room = self.viewport().width()
        self._scale = min(1.0, room / picture.width())
        if self._scale < 1:
            picture = picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
        self._shown.setPixmap(picture)

    def _at(self, y: int) -> None:
        self.clicked.emit(round(y / self._scale))


class _Clicked(QLabel):
    def __init__(self, at: Callable[[int], None]) -> None:
        super().__init__()
        self._at = at

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._at(int(event.position().y()))


class PaperCard(Card):
    def __init__(self, presenter: LayoutsPresenter, language: str, try_out: Callable[[], None]) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._drawn: object = None
        # The very one: pictures are not compared dot by dot.
        self._painted: Preview | None = None
        papers = [(one, self._t(f"paper_{one}")) for one in PAPERS]
        self._width = choice("layouts_paper", self._t("paper"), papers, self._look)
        samples = [(one, self._t(f"sample_{one}")) for one in SAMPLES]
        self._sample = choice("layouts_sample", self._t("samples"), samples, self._look)
        self._trial = named(button(self._t("trial"), "printer", "", try_out), "layouts_trial")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self._width)
        row.addWidget(self._sample, 1)
        row.addWidget(self._trial)
        self._sample.setMinimumContentsLength(9)
        self._sample.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._faults = label("", "error", wrap=True, name="layouts_faults")
        self._picture = PaperPicture("layouts_picture")
        self._picture.clicked.connect(presenter.choose_at)
        self.body.addLayout(row)
        self.body.addWidget(self._faults)
        self.body.addWidget(self._picture, 1)

    def draw(self, can: bool) -> None:
        state = self._presenter.state
        self._trial.setEnabled(can and not state.faults)
        found = [*dict(state.faults).values(), *dict(state.preview.troubles if state.preview else ()).values()]
        lines = [self._t(f"trouble_{kind}") for kind in dict.fromkeys(found)]
        self._faults.setText("\n".join(lines))
        self._faults.setVisible(bool(lines))
        news = (state.chosen, state.loaded, bool(state.layouts))
        if news == self._drawn and state.preview is self._painted:
            return
        self._drawn, self._painted = news, state.preview
        if state.loaded and not state.layouts:
            self._picture.show_words(self._t("empty"))
        elif state.preview is not None:
            spans = {block: (top, bottom) for block, top, bottom in state.preview.spans}
            self._picture.show_picture(state.preview.picture, spans.get(state.chosen))

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)

    def _look(self) -> None:
        self._presenter.look(str(self._width.currentData()), str(self._sample.currentData()))
