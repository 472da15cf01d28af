"""An emergency on the operator's screen: a note over everything until it was read, then a line in both bars.

objectNames: emergency_note note_kind note_headline note_instruction note_description note_times note_read
emergency_line
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMouseEvent, QScreen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.parts_view import ElidedLabel, label, size
from shared.i18n import text
from shared.ui.emergencies import EmergencyWatch
from shared.ui.theme.widgets import mark
from shared.ui.widgets import button

WIDTH = 640
_BANNERS = {"error": "banner-error", "warn": "banner-warn", "info": "banner-info"}


class EmergencyNote(QWidget):
    """Takes no key away from whoever types meanwhile; comes back for the next one."""

    def __init__(self, watch: EmergencyWatch, language: str) -> None:
        kind = Qt.WindowType
        super().__init__(
            None,
            kind.Tool | kind.FramelessWindowHint | kind.WindowStaysOnTopHint | kind.WindowDoesNotAcceptFocus,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setObjectName("emergency_note")
        self._watch = watch
        self._read: set[str] = set()
        self._on: QScreen | None = None
        self._ground = QFrame()
        self._ground.setFixedWidth(WIDTH)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        whole.addWidget(self._ground)
        column = QVBoxLayout(self._ground)
        column.setContentsMargins(size("space_l"), size("space_m"), size("space_l"), size("space_m"))
        column.setSpacing(size("space_s"))
        self._kind, self._headline = label("lead", "note_kind"), label("headline", "note_headline", wrap=True)
        self._instruction = label("title", "note_instruction", wrap=True)
        self._description = label("", "note_description", wrap=True)
        self._times = label("muted", "note_times")
        close = button(text("emergencies.screen.fold", language), "check", "primary", self.put_aside)
        close.setObjectName("note_read")
        foot = QHBoxLayout()
        foot.addWidget(self._times, 1)
        foot.addWidget(close)
        for one in (self._kind, self._headline, self._instruction, self._description):
            column.addWidget(one)
        column.addLayout(foot)
        watch.state_changed.connect(self.show_state)

    def put_aside(self) -> None:
        told = self._watch.state.told
        if told is not None:
            self._read.add(told.identifier)
        self.show_state()

    def bring_back(self) -> None:
        self._read.clear()
        self.show_state()

    def show_on(self, screen: QScreen | None) -> None:
        """Over what this screen shows."""
        self._on = screen
        self.show_state()

    def show_state(self) -> None:
        told = self._watch.state.told
        if told is None or told.identifier in self._read:
            # It may page between several; the one that was read leaves room for the next.
            self.hide()
            return
        mark(self._ground, _BANNERS[told.tone])
        self._kind.setText(f"{told.kind}  {told.page}".strip())
        for made, words in (
            (self._headline, told.headline), (self._instruction, told.instruction),
            (self._description, told.description), (self._times, told.times),
        ):  # fmt: skip
            made.setText(words)
            made.setVisible(bool(words))
        if not self.isVisible():
            self.adjustSize()
            room = (self._on or QGuiApplication.primaryScreen()).availableGeometry()
            self.move(room.center().x() - self.width() // 2, room.top() + size("space_xl"))
            self.show()
            self.raise_()

    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous():
            event.ignore()
            self.put_aside()


class EmergencyLine(QFrame):
    """For as long as it is told; a press shows all of it again."""

    def __init__(self, watch: EmergencyWatch, note: EmergencyNote) -> None:
        super().__init__()
        self.setObjectName("emergency_line")
        self._watch, self._note = watch, note
        self._words = ElidedLabel("lead", "emergency_words", lines=1)
        row = QHBoxLayout(self)
        row.setContentsMargins(size("space_m"), size("space_xs"), size("space_m"), size("space_xs"))
        row.addWidget(self._words, 1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        watch.state_changed.connect(self.show_state)
        self.show_state()

    def show_state(self) -> None:
        told = self._watch.state.told
        self.setVisible(told is not None)
        if told is not None:
            mark(self, _BANNERS[told.tone])
            self._words.setText(f"{told.kind}  {told.headline}")
            self.setToolTip(f"{told.headline}\n{told.instruction}".strip())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._note.bring_back()
