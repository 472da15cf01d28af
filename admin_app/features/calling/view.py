"""The calling policy as sheets on the left; what it would do on the right.

page_calling calling_problem calling_told calling_save calling_reload calling_discard merge_<way> calling_<field>
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, QSignalBlocker, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.calling.exceptions_view import CountersCard, ServicesCard
from admin_app.features.calling.groups_view import GroupsCard, narrow
from admin_app.features.calling.presenter import CallingPresenter, bounds
from admin_app.features.calling.trial_view import TrialCard
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.domain.calling.policy import MERGES, RETURNS
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Form, button, inset

# What each way of merging asks for besides.
_OF_MERGE = {"ratio": ("ratio_booked", "ratio_walk_in"), "ageing": ("booked_head_start_min", "group_head_start_min")}
_SHEETS = {
    "groups": ("urgent_in_a_row", "urgent_patience_min"),
    "turn": ("patience_min", "passes"),
    "missed": ("missed_behind", "missed_within_min", "missed_times", "missed_by_number"),
    "back": ("transferred", "held", "returned_behind"),
}


def words_at(choice: QRadioButton) -> int:
    """Where the words of a choice begin: what explains it stands below them."""
    choice.ensurePolished()
    option = QStyleOptionButton()
    choice.initStyleOption(option)
    option.rect = QRect(QPoint(), choice.sizeHint())
    return choice.style().subElementRect(QStyle.SubElement.SE_RadioButtonContents, option, choice).x()


class CallingPage(QWidget):
    """Fields are filled when an answer comes; each change goes to the draft at once."""

    def __init__(self, presenter: CallingPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_calling")
        self._presenter = presenter
        self._language = language
        self._version = -1
        self._fields: dict[str, QSpinBox | QComboBox | QCheckBox] = {}
        self._merge = QButtonGroup(self)
        self._of_merge: dict[str, Form] = {}
        self._problem, self._told = Banner("calling_problem"), Banner("calling_told")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        head = QHBoxLayout()
        head.addWidget(label(self._t("title"), "title"), 1)
        self._reload = named(button(self._t("reload"), "refresh", on_click=presenter.load), "calling_reload")
        self._discard = named(button(self._t("discard"), "undo", on_click=presenter.discard), "calling_discard")
        self._save = named(button(self._t("save"), "save", "primary", presenter.save), "calling_save")
        for one in (self._reload, self._discard, self._save):
            head.addWidget(one)
        column.addLayout(head)
        column.addWidget(label(self._t("intro"), "muted", wrap=True))
        column.addWidget(self._problem)
        column.addWidget(self._told)
        self._inside = QWidget()
        mark(self._inside, "page")
        sheets = QVBoxLayout(self._inside)
        pad(sheets, gap="space_m")
        sheets.addWidget(self._ways())
        for sheet, fields in _SHEETS.items():
            sheets.addWidget(self._sheet(sheet, fields))
            if sheet == "groups":
                sheets.addWidget(GroupsCard(presenter, language))
        self._counters = CountersCard(presenter, language)
        self._services = ServicesCard(presenter, language)
        sheets.addWidget(self._counters)
        sheets.addWidget(self._services)
        sheets.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._inside)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout()
        pad(row, gap="space_m")
        row.addWidget(scroll, 1)
        row.addWidget(TrialCard(presenter, language), 1)
        column.addLayout(row, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._presenter.state.loaded:
            self._presenter.load()

    def _t(self, key: str) -> str:
        return text(f"calling.console.{key}", self._language)

    def _ways(self) -> Card:
        card = Card(self._t("sheet_merge"))
        card.body.addWidget(label(self._t("note_merge"), "muted", wrap=True))
        for number, way in enumerate(MERGES):
            choice = QRadioButton(self._t(f"merge_{way}"))
            choice.setObjectName(f"merge_{way}")
            self._merge.addButton(choice, number)
            card.body.addWidget(choice)
            under = QVBoxLayout()
            pad(under)
            under.setContentsMargins(words_at(choice), 0, 0, size("space_s"))
            under.addWidget(label(self._t(f"means_{way}"), "muted", wrap=True))
            if way in _OF_MERGE:
                form = Form(self._language)
                for field in _OF_MERGE[way]:
                    form.add(field, self._t(field), self._number(field))
                self._of_merge[way] = form
                under.addWidget(form)
            card.body.addLayout(under)
        self._merge.idClicked.connect(lambda number: self._presenter.edit(merge=MERGES[number]))
        return card

    def _sheet(self, sheet: str, fields: tuple[str, ...]) -> Card:
        card, form = Card(self._t(f"sheet_{sheet}")), Form(self._language)
        card.body.addWidget(label(self._t(f"note_{sheet}"), "muted", wrap=True))
        for field in fields:
            made: QWidget
            if field == "missed_by_number":
                made = self._tick(field)
            else:
                made = self._choice(field) if field in ("transferred", "held") else self._number(field)
            form.add(field, self._t(field), made)
        card.body.addWidget(form)
        return card

    def _number(self, field: str) -> QSpinBox:
        box = QSpinBox()
        inset(box)
        box.setObjectName(f"calling_{field}")
        box.setRange(*bounds(field))
        box.setSuffix(self._t("minutes") if field.endswith("_min") else "")
        if field == "urgent_in_a_row":
            box.setSpecialValueText(self._t("no_cap"))
        # A wheel that scrolls the page must not change a rule on its way.
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.valueChanged.connect(lambda value: self._presenter.edit(**{field: value}))
        self._fields[field] = box
        return box

    def _tick(self, field: str) -> QCheckBox:
        box = QCheckBox(self._t(f"{field}_yes"))
        box.setObjectName(f"calling_{field}")
        box.toggled.connect(lambda on: self._presenter.edit(**{field: on}))
        self._fields[field] = box
        return box

    def _choice(self, field: str) -> QComboBox:
        box = QComboBox()
        box.setObjectName(f"calling_{field}")
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        narrow(box)
        for key in RETURNS:
            box.addItem(self._t(f"return_{key}"), key)
        box.currentIndexChanged.connect(lambda _: self._presenter.edit(**{field: box.currentData()}))
        self._fields[field] = box
        return box

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._inside.setEnabled(state.loaded and state.may_change)
        for one in (self._save, self._discard):
            one.setVisible(state.may_change)
            one.setEnabled(state.unsaved and not state.busy)
        if state.loaded and state.version != self._version:
            self._version = state.version
            for field, widget in self._fields.items():
                self._fill(widget, getattr(state.draft, field))
        choice = self._merge.button(MERGES.index(state.draft.merge))
        choice.setChecked(True)
        for way, form in self._of_merge.items():
            form.setVisible(way == state.draft.merge)
        self._fields["urgent_patience_min"].setEnabled(state.draft.urgent_in_a_row > 0)
        behind = "behind" in (state.draft.transferred, state.draft.held)
        self._fields["returned_behind"].setEnabled(behind)

    def _fill(self, widget: QSpinBox | QComboBox | QCheckBox, value: Any) -> None:
        with QSignalBlocker(widget):
            if isinstance(widget, QSpinBox):
                widget.setValue(value)
            elif isinstance(widget, QCheckBox):
                widget.setChecked(value)
            else:
                widget.setCurrentIndex(widget.findData(value))
