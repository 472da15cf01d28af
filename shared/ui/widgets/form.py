"""A form that tells what is wrong while it is typed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from shared.i18n import DEFAULT_LANGUAGE, text
from shared.ui.theme.widgets import mark, tokens

# A check gives None when the value is good, else the key of a text and its parameters.
Fault = tuple[str, dict[str, object]]
Check = Callable[[Any], Fault | None]

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def required(value: Any) -> Fault | None:
    """Something must stand there."""
    return None if str(value if value is not None else "").strip() else ("ui.form.required", {})


def max_length(n: int) -> Check:
    """At most n characters."""
    return lambda value: ("ui.form.too_long", {"n": n}) if len(str(value)) > n else None


def integer(low: int, high: int) -> Check:
    """A whole number in a range."""

    def check(value: Any) -> Fault | None:
        try:
            number = int(str(value))
        except ValueError:
            return "ui.form.number", {}
        return None if low <= number <= high else ("ui.form.range", {"low": low, "high": high})

    return check


def time_of_day(value: Any) -> Fault | None:
    """HH:MM."""
    return None if _TIME.fullmatch(str(value)) else ("ui.form.time", {})


def inset(box: QAbstractSpinBox) -> None:
    """Keep the words of a number, day or time off its border, as in other fields."""
    # A style sheet's padding does not reach the line edit inside.
    box.lineEdit().setTextMargins(int(tokens()["space_s"]), 0, 0, 0)


class PickedField(QPushButton):
    """A field whose value is chosen in a window of its own; ``show`` gives the words for a value."""

    picked = Signal()

    def __init__(self, show: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._show = show
        self._value = self._words = ""
        # A path is longer than any form: it ends in dots, and is read whole beside the pointer.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def value(self) -> str:
        return self._value

    def set_value(self, value: str) -> None:
        changed, self._value = value != self._value, value
        self.refresh()
        if changed:
            self.picked.emit()

    def refresh(self) -> None:
        """The words anew: what they name may be called otherwise now."""
        self._words = self._show(self._value)
        self.setToolTip(self._words)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        # The nearest of a path says most.
        room = max(0, self.width() - 2 * int(tokens()["space_l"]))
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideLeft, room))


class OwnField(QWidget):
    """A field made of several widgets; ``picked`` is told after each change by a person."""

    picked = Signal()

    @property
    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        raise NotImplementedError


@dataclass(slots=True)
class _Field:
    widget: QWidget
    checks: tuple[Check, ...]
    message: QLabel
    touched: bool = False
    refusal: str = ""


class Form(QWidget):
    """Fields with their faults under them; a field complains only after it was touched or `complain` was called."""

    changed = Signal()
    validity_changed = Signal(bool)

    def __init__(self, language: str = DEFAULT_LANGUAGE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._fields: dict[str, _Field] = {}
        self._valid = True
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(int(tokens()["space_m"]))
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)

    def add(self, key: str, label: str, widget: QWidget, *checks: Check) -> None:
        """A field: line edit, text, number, choice or check box, with its checks in order."""
        message = QLabel(self)
        message.setWordWrap(True)
        mark(message, "error")
        message.hide()
        if isinstance(widget, QSpinBox):
            inset(widget)
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(int(tokens()["space_xs"]))
        column.addWidget(widget)
        column.addWidget(message)
        title = QLabel(label, self)
        title.setBuddy(widget)
        title.setFixedHeight(int(tokens()["touch_target"]))
        widget.setAccessibleName(label)
        self._layout.addRow(title, box)
        self._fields[key] = _Field(widget, checks, message)
        _change_signal(widget).connect(lambda *_: self._on_changed(key))
        self._check_all()

    def values(self) -> dict[str, Any]:
        """What stands in the fields."""
        return {key: _read(field.widget) for key, field in self._fields.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fills the fields; nothing counts as touched."""
        for key, value in values.items():
            if key in self._fields:
                field = self._fields[key]
                if _read(field.widget) != value:
                    # Written anew, a field would lose its cursor.
                    field.widget.blockSignals(True)
                    _write(field.widget, value)
                    field.widget.blockSignals(False)
                field.touched = False
                field.refusal = ""
        self._check_all()

    @property
    def valid(self) -> bool:
        """True when no check finds a fault."""
        return self._valid

    def complain(self) -> bool:
        """Shows every fault, puts the cursor on the first; True when there is none."""
        for field in self._fields.values():
            field.touched = True
        self._check_all()
        for key, field in self._fields.items():
            if self.fault(key) is not None:
                field.widget.setFocus()
                break
        return self._valid

    def show_field(self, key: str, shown: bool) -> None:
        """Takes a field with its title out of sight, or brings it back; what stands in it stays."""
        box = self._fields[key].widget.parentWidget()
        assert box is not None, "a form lays each field into a box of its own"
        if self._layout.isRowVisible(box) != shown:
            self._layout.setRowVisible(box, shown)

    def refuse(self, key: str, message: str) -> bool:
        """Shows what somebody else found wrong with a field until it is changed; False for an unknown field."""
        if key not in self._fields:
            return False
        self._fields[key].refusal = message
        self._check_all()
        return True

    def fault(self, key: str) -> str | None:
        """The text of the first fault of a field, or None."""
        field = self._fields[key]
        for check in field.checks:
            found = check(_read(field.widget))
            if found is not None:
                return text(found[0], self._language, **found[1])
        return None

    def _on_changed(self, key: str) -> None:
        self._fields[key].touched = True
        self._fields[key].refusal = ""
        self._check_all()
        self.changed.emit()

    def _check_all(self) -> None:
        faults = {key: self.fault(key) for key in self._fields}
        for key, field in self._fields.items():
            shown = (faults[key] if field.touched else None) or field.refusal or None
            field.message.setText(shown or "")
            field.message.setVisible(shown is not None)
            if (field.widget.property("role") == "error") != (shown is not None):
                mark(field.widget, "error" if shown is not None else "")
        valid = not any(faults.values())
        if valid != self._valid:
            self._valid = valid
            self.validity_changed.emit(valid)


def _change_signal(widget: QWidget) -> Any:
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        return widget.textChanged
    if isinstance(widget, QSpinBox):
        return widget.valueChanged
    if isinstance(widget, QComboBox):
        return widget.currentIndexChanged
    if isinstance(widget, PickedField | OwnField):
        return widget.picked
    if isinstance(widget, QCheckBox):
        return widget.toggled
    raise TypeError(f"a form has no field of kind {type(widget).__name__}")


def _read(widget: QWidget) -> Any:
    if isinstance(widget, QLineEdit):
        return widget.text()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QSpinBox):
        return widget.value()
    if isinstance(widget, PickedField | OwnField):
        return widget.value
    if isinstance(widget, QComboBox):
        return widget.currentData() if widget.currentData() is not None else widget.currentText()
    return widget.isChecked() if isinstance(widget, QCheckBox) else None


def _write(widget: QWidget, value: Any) -> None:
    if isinstance(widget, QLineEdit):
        widget.setText("" if value is None else str(value))
    elif isinstance(widget, QPlainTextEdit):
        widget.setPlainText("" if value is None else str(value))
    elif isinstance(widget, QSpinBox):
        widget.setValue(int(value or 0))
    elif isinstance(widget, QComboBox):
        found = widget.findData(value)
        if found < 0 and value is not None and widget.findText(str(value)) < 0:
            # Not among the choices, or not yet: it must not become another value by being looked at.
            widget.addItem(str(value), value)
            found = widget.findData(value)
        widget.setCurrentIndex(found if found >= 0 else widget.findText(str(value)))
    elif isinstance(widget, PickedField):
        widget.set_value("" if value is None else str(value))
    elif isinstance(widget, OwnField):
        widget.set_value(value)
    elif isinstance(widget, QCheckBox):
        widget.setChecked(bool(value))
