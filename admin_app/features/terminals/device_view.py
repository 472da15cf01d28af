"""One device of the chosen terminal: how it is, what to do about it, a button that tries it, what came of that.

device_line_<n> device_advice_<n> device_test_<kind> device_told_<kind>
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from admin_app.features.terminals.rows import DeviceLine
from admin_app.features.terminals.testing import TestingState
from admin_app.parts_view import Banner, label, named, pad
from shared.devices.trying import TESTED
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import StatusDot, button


class DeviceBox(QFrame):
    """``on_test`` is given the device's kind."""

    def __init__(self, number: int, line: DeviceLine, language: str, on_test: Callable[[str], None]) -> None:
        super().__init__()
        self._kind = line.key
        mark(self, "sunken")
        column = QVBoxLayout(self)
        pad(column, "space_s", "space_xs")
        head = QHBoxLayout()
        head.addWidget(label(line.kind, "lead"), 1)
        dot = StatusDot(line.tone, line.status)
        dot.setObjectName(f"device_line_{number}")
        head.addWidget(dot)
        column.addLayout(head)
        facts = " · ".join(part for part in (line.driver, line.detail) if part)
        column.addWidget(label(facts, "muted", wrap=True))
        if line.advice:
            column.addWidget(label(line.advice, wrap=True, name=f"device_advice_{number}"))
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        words = text(f"devices.test.{line.key}", language) if line.key in TESTED else ""
        self._test = named(button(words, on_click=lambda: on_test(line.key)), f"device_test_{line.key}")
        row.addWidget(self._test)
        column.addLayout(row)
        self._told = Banner(f"device_told_{line.key}")
        column.addWidget(self._told)

    def show_test(self, state: TestingState, terminal_id: str, may_test: bool, online: bool) -> None:
        """What the last test told, where it was of this device."""
        self._test.setVisible(may_test and self._kind in TESTED)
        self._test.setEnabled(online and not state.busy)
        mine = (state.terminal_id, state.kind) == (terminal_id, self._kind)
        self._told.show_words(state.told if mine else "", state.tone)
