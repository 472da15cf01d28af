"""The properties of one block: which of them there are depends on its kind.

block_form block_insert, fields by the name of the property: block_<name>, block_text_<language>; when, languages and
services open block_<name>_pick (pick_view.py)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, get_args

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QSpinBox, QVBoxLayout, QWidget

from admin_app.features.ticket_layouts.pick_view import Choices, PickField
from admin_app.parts_view import pad, size
from shared.i18n import language_name, languages, text
from shared.schemas.ticket_layout import FIELDS, TIME_FORMATS, Condition
from shared.ui.widgets import Form

_TEXTS = tuple(f"text_{one}" for one in languages())
_WRITTEN = ("wide", "high", "most_lines", "bold", "underline", "reverse")
_SEVERAL = ("when", "languages", "services")
_ALL = ("align", *_SEVERAL)
OF_KIND = {
    "field": ("field", "label", "time_format", *_WRITTEN, *_ALL),
    "text": (*_TEXTS, "insert", *_WRITTEN, *_ALL),
    "picture": _ALL, "qr": ("size_mm", *_ALL), "line": ("thick", *_SEVERAL),
    "space": ("dots", *_SEVERAL), "cut": _SEVERAL,
}  # fmt: skip
_NUMBERS = {
    "wide": (1, 8),
    "high": (1, 8),
    "most_lines": (0, 9),
    "size_mm": (15, 60),
    "thick": (1, 12),
    "dots": (1, 240),
}
_PLAIN = {"wide": 1, "high": 1, "most_lines": 0, "size_mm": 28, "thick": 2, "dots": 16, "align": "centre"}


class BlockForm(QWidget):
    """``edited`` gets the properties a person changed."""

    def __init__(self, language: str, edited: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self.setObjectName("block_form")
        self._language = language
        self._edited = edited
        self._block: dict[str, Any] = {}
        self._form = Form(language)
        column = QVBoxLayout(self)
        pad(column)
        column.addWidget(self._form)
        column.addStretch(1)
        self._add("field", self._choice([(one, self._t(f"field_{one}")) for one in FIELDS]))
        self._texts = [QPlainTextEdit() for _ in _TEXTS]
        self._typed = self._texts[0]
        for one, field in zip(languages(), self._texts, strict=True):
            field.setFixedHeight(size("touch_target") * 2)
            field.setTabChangesFocus(True)
            field.installEventFilter(self)
            field.cursorPositionChanged.connect(partial(self._writes_in, field))
            self._add(f"text_{one}", field, language_name(one))
            # The theme's least height of all fields would let a short window press it flat.
            if (box := field.parentWidget()) is not None:
                box.setMinimumHeight(size("touch_target") * 2)
        self._add("insert", self._choice([("", self._t("insert_fact")), *((f, self._t(f"field_{f}")) for f in FIELDS)]))
        self._add("label", QCheckBox(self._t("label_on")))
        formats = [("", self._t("time_usual")), *((one, one) for one in TIME_FORMATS)]
        self._add("time_format", self._choice(formats))
        for name in _NUMBERS:
            box = QSpinBox()
            box.setRange(*_NUMBERS[name])
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._add(name, box)
        self._form_field("most_lines").setSpecialValueText(self._t("most_lines_any"))
        for name in ("bold", "underline", "reverse"):
            self._add(name, QCheckBox(self._t(f"{name}_on")))
        self._add("align", self._choice([(one, self._t(f"align_{one}")) for one in ("left", "centre", "right")]))
        self._several("when", self._t("when_always"), [(one, self._t(f"when_{one}")) for one in get_args(Condition)])
        self._several("languages", self._t("language_any"), [(one, language_name(one)) for one in languages()])
        self._several("services", self._t("service_any"), [])
        self._form.changed.connect(self._changed)
        self.show_block(None)

    def show_services(self, services: Choices) -> None:
        """The services a block can be meant for."""
        self._form_field("services").set_choices(services)

    def show_block(self, block: dict[str, Any] | None) -> None:
        """Fill in a block's properties; None: nothing is chosen."""
        self._form.setVisible(block is not None)
        self._block = block or {}
        shown = OF_KIND.get(self._block.get("kind", ""), ())
        for name in {one for names in OF_KIND.values() for one in names}:
            there = name in shown and (name != "time_format" or self._block.get("field") in ("issued_at", "due_at"))
            self._form.show_field(name, there)
        if block is not None:
            self._form.set_values(_values(block))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remembers in which language somebody writes."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QPlainTextEdit):
            self._writes_in(watched)
        return super().eventFilter(watched, event)

    def _writes_in(self, field: QPlainTextEdit) -> None:
        self._typed = field

    def _t(self, key: str) -> str:
        return text(f"ticket_layouts.{key}", self._language)

    def _form_field(self, name: str) -> Any:
        return self.findChild(QWidget, f"block_{name}")

    def _add(self, name: str, made: QWidget, title: str = "") -> None:
        made.setObjectName(f"block_{name}")
        self._form.add(name, title or self._t(f"prop_{name}"), made)

    def _several(self, name: str, none: str, choices: Choices) -> None:
        title = self._t(f"prop_{name}")
        self._add(name, PickField(f"block_{name}", title, none, choices, self._language))

    def _choice(self, choices: list[tuple[str, str]]) -> QComboBox:
        box = QComboBox()
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setMinimumContentsLength(6)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for key, words in choices:
            box.addItem(words, key)
        return box

    def _changed(self) -> None:
        if not self._block:
            return
        if self._insert():
            return  # writing it into the text has told of the change
        now, before = self._form.values(), _values(self._block)
        shown = OF_KIND.get(self._block["kind"], ())
        changed = {name: value for name, value in now.items() if name in shown and value != before[name]}
        if changed:
            self._edited(_block(changed, self._block))

    def _insert(self) -> bool:
        """Put a fact in braces where the cursor is."""
        box = self._form_field("insert")
        fact = str(box.currentData() or "")
        if not fact:
            return False
        with QSignalBlocker(box):
            box.setCurrentIndex(0)
        self._typed.insertPlainText(f"{{{fact}}}")
        self._typed.setFocus()
        return True


def _values(block: dict[str, Any]) -> dict[str, Any]:
    """A block as the form shows it."""
    texts = block.get("texts", {})
    return {
        **{name: block.get(name, _PLAIN[name]) for name in (*_NUMBERS, "align")},
        **{name: bool(block.get(name)) for name in ("label", "bold", "underline", "reverse")},
        **{name: " ".join(block.get(name, [])) for name in _SEVERAL},
        **{name: texts.get(name.removeprefix("text_"), "") for name in _TEXTS},
        "field": block.get("field", FIELDS[0]), "time_format": block.get("time_format") or "", "insert": "",
    }  # fmt: skip


def _block(changed: dict[str, Any], block: dict[str, Any]) -> dict[str, Any]:
    """What the form says as properties of the block; texts in languages this program has not stay."""
    made = dict(changed)
    if "time_format" in made:
        made["time_format"] = made["time_format"] or None
    for name in _TEXTS:
        if name in made:
            language = name.removeprefix("text_")
            made["texts"] = {**made.get("texts", block.get("texts", {})), language: made.pop(name)}
    for name in _SEVERAL:
        if name in made:
            made[name] = made[name].split()
    return made
