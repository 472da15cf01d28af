"""The right side of both lists: title, banners, form, and what can be done with the item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from admin_app.editing.editor import EditorPresenter, Retiring
from admin_app.parts_view import Banner, Card, Question, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Form, button


class EditorCard(Card):
    """Wraps a form; ``prefix`` names its buttons. ``describe`` gives title, facts and whether it is retired."""

    told = Signal(str)

    def __init__(
        self,
        presenter: EditorPresenter[Any],
        form: Form,
        language: str,
        describe: Callable[[], tuple[str, str, bool]],
        prefix: str = "",
    ) -> None:
        super().__init__(" ")
        self._presenter = presenter
        self._language = language
        self._describe = describe
        self._revision = -1
        self.form = form
        self.title.setObjectName(f"{prefix}editor_title")
        self.title.setWordWrap(True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.head.setStretchFactor(self.title, 1)
        self.unsaved = label(self._t("unsaved"), "warn", name=f"{prefix}unsaved")
        self.head.addWidget(self.unsaved)
        self.facts = label("", "muted", wrap=True, name=f"{prefix}editor_facts")
        self.refusal = Banner(f"{prefix}refusal")
        self.conflict = Banner(f"{prefix}conflict")
        self.lock = Banner(f"{prefix}locked")
        self.below = QVBoxLayout()
        self.save = named(button(self._t("save"), "save", "primary", presenter_save(self)), f"{prefix}save")
        self.revert = named(button(self._t("revert"), "undo", "quiet", presenter.revert), f"{prefix}revert")
        self.retire = named(button(self._t("retire"), "trash", "danger", presenter.ask_retire), f"{prefix}retire")
        self.restore = named(button(self._t("restore"), "refresh", "", presenter.restore), f"{prefix}restore")
        self._arrange()
        form.changed.connect(self._edited)
        presenter.state_changed.connect(self.draw)
        presenter.retire_asked.connect(self._ask)
        presenter.saved.connect(self.told)

    def _t(self, key: str, **params: object) -> str:
        return text(f"admin.editing.{key}", self._language, **params)

    def _arrange(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        pad(column)
        column.addWidget(self.form)
        column.addLayout(self.below, 1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        foot = QHBoxLayout()
        pad(foot)
        for made in (self.save, self.revert):
            foot.addWidget(made)
        foot.addStretch(1)
        for made in (self.restore, self.retire):
            foot.addWidget(made)
        full, empty = QWidget(), label(self._t("choose"), "muted", wrap=True)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        sheet = QVBoxLayout(full)
        pad(sheet)
        for part in (self.facts, self.lock, self.conflict, self.refusal):
            sheet.addWidget(part)
        sheet.addWidget(scroll, 1)
        sheet.addLayout(foot)
        self._stack = QStackedLayout()
        self._stack.addWidget(empty)
        self._stack.addWidget(full)
        self.body.addLayout(self._stack)
        self.setMinimumWidth(size("text_body") * 32)

    def draw(self) -> None:
        """Everything but the fields a person is typing into."""
        state = self._presenter.state
        chosen = bool(state.selected)
        self._stack.setCurrentIndex(1 if chosen else 0)
        title, facts, retired = self._describe() if chosen else (" ", "", False)
        self.title.setText(title)
        self.facts.setText(facts)
        self.facts.setVisible(bool(facts))
        if state.revision != self._revision:
            self._revision = state.revision
            before = {field: field.text() for field in self.form.findChildren(QLineEdit)}
            with QSignalBlocker(self.form):
                self.form.set_values(state.fields)
            for field, words in before.items():
                # A name longer than its field is read from its beginning; who types in it stays where he is.
                if field.text() != words and not field.hasFocus():
                    field.setCursorPosition(0)
        self.unsaved.setVisible(chosen and state.dirty)
        self.conflict.show_words(state.conflict, "warn")
        beside = bool(state.refused_field) and self.form.refuse(state.refused_field, state.refusal)
        self.refusal.show_words("" if beside else state.refusal)
        locked = self._presenter.locked() if chosen else ""
        fixed = self._presenter.fixed() if chosen and not locked else ""
        self.lock.show_words(locked, "info")
        self.form.setEnabled(not state.saving and not locked)
        for made in (self.save, self.revert):
            made.setVisible(not locked)
            made.setEnabled(not state.saving and (state.dirty or state.is_new))
        for made, shown in ((self.retire, not retired), (self.restore, retired)):
            made.setVisible(not state.is_new and not locked and shown)
            made.setEnabled(not state.saving and not fixed)
            made.setToolTip(fixed)

    def _edited(self) -> None:
        self._presenter.edit(self.form.values())

    def _ask(self, asked: Retiring) -> None:
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            ("retire_no", text("ui.action.cancel", self._language), "", lambda: None),
            ("retire_yes", self._t("retire_yes"), "danger", self._presenter.retire),
        ]
        Question(self.window(), "retire_question", asked.title, list(asked.facts), answers).open()


def presenter_save(card: EditorCard) -> Callable[[], None]:
    """A form with faults says so instead of being sent."""

    def save() -> None:
        if card.form.complain():
            card._presenter.save()

    return save
