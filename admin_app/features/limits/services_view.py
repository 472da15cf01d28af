"""Which services a rule is for: a button that says how many, and the tree to tick them in.

limits_services limits_services_done (picker_tree picker_search: see the catalogue's picker)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from admin_app.parts_view import Dialog, label, named, pad, size
from admin_app.picker_view import ServicePicker, Services
from shared.i18n import text
from shared.ui.widgets import button


class ServicesField(QPushButton):
    """``changed`` when somebody chose others; none chosen is every service."""

    changed = Signal()

    def __init__(self, services: Services, language: str) -> None:
        super().__init__()
        self._services, self._language = services, language
        self._chosen: list[str] = []
        self.clicked.connect(self._ask)
        self.choose(())

    def value(self) -> list[str]:
        return self._chosen

    def choose(self, chosen: Iterable[str]) -> None:
        """As the server has it, in its order."""
        self._chosen = [str(one) for one in chosen]
        key = "services_some" if self._chosen else "services_all"
        self.setText(text(f"limits.parameter.{key}", self._language, n=len(self._chosen)))

    def _ask(self) -> None:
        ServicesDialog(self, self._services, self._language, self._chosen, self._took).open()

    def _took(self, chosen: list[str]) -> None:
        if sorted(chosen) != sorted(self._chosen):
            self.choose(chosen)
            self.changed.emit()


class ServicesDialog(Dialog):
    def __init__(
        self, parent: QWidget, services: Services, language: str, chosen: Iterable[str],
        took: Callable[[list[str]], None],
    ) -> None:  # fmt: skip
        super().__init__(parent.window())
        self.setObjectName("limits_services")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(text("limits.parameter.services_title", language))
        room = parent.window().size()
        wanted = QSize(size("text_body") * 44, size("text_body") * 40)
        self.resize(wanted.boundedTo(room - QSize(size("space_xl"), size("space_xl"))))
        self._chosen = list(chosen)
        picker = ServicePicker(services, language)
        picker.show_chosen(self._chosen)
        picker.changed.connect(self._ticked)
        self._picker, self._took = picker, took
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(text("limits.parameter.services_title", language), "title"))
        column.addWidget(label(text("limits.parameter.services_facts", language), "muted", wrap=True))
        column.addWidget(picker, 1)
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(button(text("ui.action.cancel", language), on_click=self.reject))
        done = button(text("ui.action.confirm", language), "check", "primary", self._done)
        row.addWidget(named(done, "limits_services_done"))
        column.addLayout(row)

    def _ticked(self, chosen: list[str]) -> None:
        self._chosen = chosen
        self._picker.show_chosen(chosen)

    def _done(self) -> None:
        self._took(self._chosen)
        self.accept()
