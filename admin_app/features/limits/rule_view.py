"""One rule as a sentence with its numbers in it.

limit_<kind> limit_<kind>_on limit_<kind>_<parameter> limit_<kind>_save limit_<kind>_try limit_<kind>_preview
"""

from __future__ import annotations

from string import Formatter
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSpinBox, QWidget

from admin_app.features.limits.presenter import LimitsPresenter
from admin_app.features.limits.services_view import ServicesField
from admin_app.parts_view import Card, label, named, pad, size
from admin_app.picker_view import Services
from shared.domain.limits.rules import KINDS
from shared.i18n import catalogue, text
from shared.schemas.limits import LimitRule
from shared.ui.widgets import button, inset


class RuleCard(Card):
    """What is edited stays until it is saved, or read again."""

    def __init__(self, kind: str, presenter: LimitsPresenter, services: Services, language: str) -> None:
        super().__init__(text(f"limits.rule.{kind}", language))
        self.setObjectName(f"limit_{kind}")
        self._kind, self._presenter, self._language = kind, presenter, language
        self._kept: dict[str, Any] = {}
        self._services = services
        self._fields: dict[str, QSpinBox | QComboBox | ServicesField] = {}
        self._on = QCheckBox(text("limits.rule.on", language))
        self._on.setObjectName(f"limit_{kind}_on")
        self._try = named(
            button(text("limits.rule.try", language), "search", "quiet", self._ask_preview), f"limit_{kind}_try"
        )
        self._save = named(button(text("limits.rule.save", language), "save", "", self._ask_save), f"limit_{kind}_save")
        self.head.addStretch(1)
        for widget in (self._on, self._try, self._save):
            self.head.addWidget(widget)
        # Only what has been in the hall can be taken again; bookings and their ends are not.
        self._try.setVisible(kind not in ("lead_time", "cancellations"))
        key = f"limits.sentence.{kind}"
        for line in (catalogue().template(key, language) or text(key)).split("\n"):
            self.body.addLayout(self._sentence(line))
        self._preview = label("", "muted", wrap=True, name=f"limit_{kind}_preview")
        self._preview.hide()
        self.body.addWidget(self._preview)
        self._on.toggled.connect(self._changed)

    def fill(self, rule: LimitRule) -> None:
        """As the server has it."""
        self._kept = {"active": rule.active, **rule.params}
        self._on.setChecked(rule.active)
        for name, field in self._fields.items():
            if isinstance(field, QSpinBox):
                field.setValue(int(rule.params[name]))
            elif isinstance(field, ServicesField):
                field.choose(rule.params[name])
            else:
                field.setCurrentIndex(field.findData(rule.params[name]))
        self._changed()

    def show_state(self, *, may_change: bool, busy: bool, preview: str) -> None:
        for field in (self._on, *self._fields.values()):
            field.setEnabled(may_change)
        self._save.setVisible(may_change)
        self._save.setEnabled(not busy and self._is_changed())
        self._preview.setText(preview)
        self._preview.setVisible(bool(preview))

    def _sentence(self, line: str) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row, gap="space_s")
        for words, name, _, _ in Formatter().parse(line):
            if words.strip():
                row.addWidget(label(words.strip()))
            if name:
                row.addWidget(self._field(name))
        row.addStretch(1)
        return row

    def _field(self, name: str) -> QWidget:
        made, words = KINDS[self._kind], text(f"limits.parameter.{name}", self._language)
        field: QSpinBox | QComboBox | ServicesField
        if name in made.bounds:
            field = QSpinBox()
            field.setRange(*made.bounds[name])
            inset(field)
            field.setMaximumWidth(size("text_body") * 6)
            field.valueChanged.connect(self._changed)
        elif name == "service_ids":
            field = ServicesField(self._services, self._language)
            field.changed.connect(self._changed)
        else:
            field = QComboBox()
            for choice in made.choices[name]:
                field.addItem(text(f"limits.choice.{choice}", self._language), choice)
            field.currentIndexChanged.connect(self._changed)
        # A wheel that scrolls the page must not change a rule on its way.
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.setObjectName(f"limit_{self._kind}_{name}")
        field.setAccessibleName(words)
        self._fields[name] = field
        return field

    def _params(self) -> dict[str, Any]:
        # What the sentence does not name stays as it is.
        kept = {name: value for name, value in self._kept.items() if name != "active"}
        return kept | {
            name: field.currentData() if isinstance(field, QComboBox) else field.value()
            for name, field in self._fields.items()
        }

    def _is_changed(self) -> bool:
        return bool(self._kept) and self._kept != {"active": self._on.isChecked(), **self._params()}

    def _changed(self) -> None:
        self._save.setEnabled(self._is_changed() and not self._presenter.state.busy)
        self._preview.hide()

    def _ask_preview(self) -> None:
        self._presenter.preview(self._kind, self._params())

    def _ask_save(self) -> None:
        self._presenter.save(self._kind, self._on.isChecked(), self._params())
