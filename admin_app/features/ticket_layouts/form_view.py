"""The properties of one block: which of them there are depends on its kind.

block_form, fields by the name of the property: block_<name>
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QSpinBox, QVBoxLayout, QWidget

from admin_app.parts_view import pad, size
from shared.i18n import language_name, languages, text
from shared.schemas.ticket_layout import FIELDS, TIME_FORMATS, Condition
from shared.ui.widgets import Form

_WRITTEN = ("wide", "high", "most_lines", "bold", "underline", "reverse")
_ALL = ("align", "when", "language")
OF_KIND = {
    "field": ("field", "label", "time_format", *_WRITTEN, *_ALL),
    "text": ("text_zh", "text_en", *_WRITTEN, *_ALL),
    "picture": _ALL, "qr": ("size_mm", *_ALL), "line": ("thick", "when", "language"),
    "space": ("dots", "when", "language"), "cut": ("when", "language"),
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
        for name in ("text_zh", "text_en"):
            field = QPlainTextEdit()
            field.setFixedHeight(size("touch_target") * 2)
            field.setPlaceholderText(self._t("text_hint"))
            self._add(name, field)
        self._add("label", QCheckBox(self._t("label_on")))
        formats = [("", self._t("time_usual")), *((one, one) for one in TIME_FORMATS)]
        self._add("time_format", self._choice(formats))
        for name in _NUMBERS:
            box = QSpinBox()
            box.setRange(*_NUMBERS[name])
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._add(name, box)
        for name in ("bold", "underline", "reverse"):
            self._add(name, QCheckBox(self._t(f"{name}_on")))
        self._add("align", self._choice([(one, self._t(f"align_{one}")) for one in ("left", "centre", "right")]))
        conditions = [("", self._t("when_always")), *((one, self._t(f"when_{one}")) for one in get_args(Condition))]
        self._add("when", self._choice(conditions))
        every = [("", self._t("language_any")), *((one, language_name(one)) for one in languages())]
        self._add("language", self._choice(every))
        self._form.changed.connect(self._changed)
        self.show_block(None)

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

    def _t(self, key: str) -> str:
        return text(f"ticket_layouts.{key}", self._language)

    def _add(self, name: str, made: QWidget) -> None:
        made.setObjectName(f"block_{name}")
        self._form.add(name, self._t(f"prop_{name}"), made)

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
        now, before = self._form.values(), _values(self._block)
        shown = OF_KIND[self._block["kind"]]
        changed = {name: value for name, value in now.items() if name in shown and value != before[name]}
        if changed:
            self._edited(_block(changed, self._block))


def _values(block: dict[str, Any]) -> dict[str, Any]:
    """A block as the form shows it: one condition and one language."""
    texts = block.get("texts", {})
    return {
        **{name: block.get(name, _PLAIN[name]) for name in (*_NUMBERS, "align")},
        **{name: bool(block.get(name)) for name in ("label", "bold", "underline", "reverse")},
        "field": block.get("field", FIELDS[0]), "time_format": block.get("time_format") or "",
        "text_zh": texts.get("zh-CN", ""), "text_en": texts.get("en", ""),
        "when": next(iter(block.get("when", [])), ""), "language": next(iter(block.get("languages", [])), ""),
    }  # fmt: skip


def _block(changed: dict[str, Any], block: dict[str, Any]) -> dict[str, Any]:
    """What the form says as properties of the block; further conditions that it does not show stay."""
    made = dict(changed)
    if "time_format" in made:
        made["time_format"] = made["time_format"] or None
    for name, language in (("text_zh", "zh-CN"), ("text_en", "en")):
        if name in made:
            made["texts"] = {**made.get("texts", block.get("texts", {})), language: made.pop(name)}
    if "when" in made:
        made["when"] = [*filter(None, [made["when"]]), *block.get("when", [])[1:]]
    if "language" in made:
        made["languages"] = [*filter(None, [made.pop("language")]), *block.get("languages", [])[1:]]
    return made
