"""The card of the person in hand."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from counter_app.features.queueing.state import OperatorState, Person, Receipt
from counter_app.parts_view import ElidedLabel, draw_icon, label, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import StatusDot


class _Picture(QWidget):
    """One large icon for a card without a person."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self._ink = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_icon(self, name: str, ink: str) -> None:
        self._name, self._ink = name, ink
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(size("icon_l"), size("icon_l"))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._name:
            painter = QPainter(self)
            edge = size("icon_l")
            draw_icon(painter, self._name, self._ink, QRectF((self.width() - edge) / 2, 0, edge, edge))
            painter.end()


class PersonCard(QFrame):
    """Number, service, holder, how long; or that the counter is free or paused. Its height does not change."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        mark(self, "card")
        self.status = label("lead", "in_hand_status")
        self.timer = label("title", "in_hand_timer")
        self.number = label("number", "in_hand_number")
        self.service = ElidedLabel("lead", "in_hand_service", lines=2)
        self.holder = ElidedLabel("", "in_hand_holder")
        self.waited = label("muted", "in_hand_waited")
        self.items = ElidedLabel("", "in_hand_items")
        self.note = ElidedLabel("warn", "in_hand_note", lines=2)
        self.shown, self.spoken = StatusDot(), StatusDot()
        self.shown.setObjectName("receipt_shown")
        self.spoken.setObjectName("receipt_spoken")
        self._picture = _Picture()
        self._empty = label("headline", "in_hand_none")
        self._empty_hint = label("muted", "in_hand_hint")
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(size("space_l"), size("space_m"), size("space_l"), size("space_m"))
        column.setSpacing(size("space_xs"))
        top = QHBoxLayout()
        top.addWidget(self.status, 1)
        top.addWidget(self.timer)
        middle = QHBoxLayout()
        middle.addWidget(self.number)
        middle.addStretch(1)
        receipts = QVBoxLayout()
        receipts.setSpacing(size("space_xs"))
        receipts.addStretch(1)
        receipts.addWidget(self.shown)
        receipts.addWidget(self.spoken)
        receipts.addStretch(1)
        middle.addLayout(receipts)
        last = QHBoxLayout()
        last.addWidget(self.holder, 1)
        last.addWidget(self.waited)
        self._full = QWidget()
        full = QVBoxLayout(self._full)
        full.setContentsMargins(0, 0, 0, 0)
        full.setSpacing(size("space_xs"))
        full.addLayout(top)
        full.addLayout(middle)
        full.addWidget(self.service)
        full.addWidget(self.items)
        full.addLayout(last)
        full.addWidget(self.note)
        full.addStretch(1)
        self._none = QWidget()
        none = QVBoxLayout(self._none)
        none.addStretch(1)
        none.addWidget(self._picture)
        for words in (self._empty, self._empty_hint):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(words)
            row.addStretch(1)
            none.addLayout(row)
        none.addStretch(1)
        column.addWidget(self._full)
        column.addWidget(self._none)
        self.set_low(False)

    def set_low(self, low: bool) -> None:
        """On a low screen, one line less for the service and for the note."""
        self._low = low
        self._set_lines(several=False)
        self.setFixedHeight(4 * size("text_number") - (size("touch_target") if low else 0))

    def _set_lines(self, *, several: bool) -> None:
        """A ticket for several matters needs a line for them."""
        for words in (self.service, self.note):
            words.set_lines(1 if self._low or several else 2)

    def show_state(self, state: OperatorState) -> None:
        person = state.person
        self._full.setVisible(person is not None)
        self._none.setVisible(person is None)
        if person is not None:
            _show_receipt(self.shown, state.shown)
            _show_receipt(self.spoken, state.spoken)
            self._show_person(person)
            return
        self.number.clear()
        if state.phase == "paused":
            self._picture.show_icon("pause", "warn")
            self._empty.setText(self._t("person.paused"))
            self._empty_hint.setText(f"{state.pause_words}  {state.pause_timer}")
        else:
            self._picture.show_icon("check-circle", "ok")
            self._empty.setText(self._t("person.none"))
            self._empty_hint.setText(self._t("person.none_hint"))

    def _show_person(self, person: Person) -> None:
        self.status.setText(person.status_words)
        self.timer.setText(person.timer)
        self.timer.setToolTip(self._t(f"person.{person.status}_for"))
        self.number.setText(person.number)
        # A long one beside long words would lie over the receipts.
        beside = [part.sizeHint().width() for part in (self.shown, self.spoken) if not part.isHidden()]
        room = self.width() - 2 * size("space_l") - max(beside, default=0)
        font = QFont(self.number.font())
        font.setPixelSize(size("text_number"))
        fits = QFontMetrics(font).horizontalAdvance(person.number) + size("space_m") <= room
        role = "number" if fits else "display"
        if self.number.property("role") != role:
            mark(self.number, role)
        self.service.setText(person.service)
        self._set_lines(several=bool(person.items))
        self.items.setVisible(bool(person.items))
        self.items.setText(person.items)
        self.items.setToolTip(person.all_items)
        self.holder.setText(person.holder)
        self.waited.setText(self._t("person.waited", wait=person.waited))
        self.note.setVisible(bool(person.note))
        self.note.setText(self._t("person.note", note=person.note) if person.note else "")

    def _t(self, key: str, **params: object) -> str:
        return text(f"counter.{key}", self._language, **params)


def _show_receipt(dot: StatusDot, receipt: Receipt | None) -> None:
    dot.setVisible(receipt is not None)
    if receipt is not None:
        dot.show_state(receipt.tone, receipt.words)
