"""A guide's fields on five sheets, beside them who owns what, and what it said before.

guide_back guide_sheets guide_field_<field> guide_rule guide_kept guide_give_back guide_past guide_bring_back
written_save written_revert written_retire written_restore written_refusal written_conflict written_unsaved
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide
from admin_app.editing.fields_view import Cell, FlagsField, ListField, NumberField, TagsField, roomy
from admin_app.features.guides.rows import moment
from admin_app.features.guides.writing import GuideWriter
from admin_app.parts_view import Banner, Card, Question, clear, label, named, pad, see_through
from shared.domain.guides import AUDIENCES, KINDS
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Form, button

SHEETS: Final = {
    "what": ("code", "name", "name_en", "department", "kind", "audience", "themes", "summary"),
    "bring": ("conditions", "materials"),
    "how": ("steps", "basis"),
    "limits": ("legal_days", "promised_days", "limit_note", "visits", "fees"),
    "where": ("result", "result_ways", "windows", "address", "hours", "consult_phone", "complaint_phone"),
}
_AREAS: Final = ("summary", "limit_note", "hours")


class WritingPanel(QWidget):
    """Drawn while a guide is being written; going back leaves what was typed as its draft."""

    def __init__(self, presenter: GuideWriter, language: str) -> None:
        super().__init__()
        self._presenter, self._language, self._revision = presenter, language, -1
        self._widgets: dict[str, QWidget] = {}
        self._forms: dict[str, Form] = {}
        self._beside: tuple[object, ...] = ()
        column = QVBoxLayout(self)
        pad(column)
        column.addLayout(self._head())
        self._refusal, self._conflict = Banner("written_refusal"), Banner("written_conflict")
        for banner in (self._conflict, self._refusal):
            column.addWidget(banner)
        self._sheets = QTabWidget()
        self._sheets.setObjectName("guide_sheets")
        mark(self._sheets, "plain")
        for sheet, fields in SHEETS.items():
            self._sheets.addTab(self._sheet(sheet, fields), self._t(f"sheet_{sheet}"))
        column.addWidget(SideBySide(self._sheets, self._side(), (7, 3)), 1)
        presenter.state_changed.connect(self._draw)
        presenter.retire_asked.connect(self._ask)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"guides.editor.{key}", self._language, **params)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        self._title = label("", "lead", name="written_title")
        self._unsaved = label(text("admin.editing.unsaved", self._language), "warn", name="written_unsaved")

        def edit(key: str) -> str:
            return text(f"admin.editing.{key}", self._language)

        self._save = named(button(edit("save"), "save", "primary", self._ask_save), "written_save")
        self._revert = named(button(edit("revert"), "undo", "quiet", self._presenter.revert), "written_revert")
        self._retire = named(button(edit("retire"), "trash", "danger", self._presenter.ask_retire), "written_retire")
        self._restore = named(button(edit("restore"), "refresh", "", self._presenter.restore), "written_restore")
        row.addWidget(named(button(self._t("back"), "back", "quiet", lambda: self._presenter.open("")), "guide_back"))
        row.addWidget(self._title, 1)
        for part in (self._unsaved, self._restore, self._retire, self._revert, self._save):
            row.addWidget(part)
        return row

    def _sheet(self, sheet: str, fields: tuple[str, ...]) -> QWidget:
        form = Form(self._language)
        for key in fields:
            widget = self._field(key)
            if not widget.objectName():
                widget.setObjectName(f"guide_field_{key}")
            self._widgets[key] = widget
            form.add(key, self._t(f"field_{key}"), widget, partial(self._check, key))
            if key in _AREAS:
                roomy(widget)
        form.changed.connect(partial(self._edited, form))
        self._forms[sheet] = form
        inside = QWidget()
        column = QVBoxLayout(inside)
        pad(column, "space_m")
        column.addWidget(form)
        column.addStretch(1)
        return _scrolled(inside)

    def _field(self, key: str) -> QWidget:
        if key in ("audience", "result_ways"):
            choices = AUDIENCES if key == "audience" else ("window", "kiosk", "express", "electronic")
            return FlagsField(f"guide_field_{key}", self._choices(key, choices))
        if key == "kind":
            box = QComboBox()
            for value, words in self._choices("kind", KINDS):
                box.addItem(words, value)
            return box
        if key == "themes":
            return TagsField("guide_field_themes", self._t("themes_hint"))
        if key in ("legal_days", "promised_days", "visits"):
            most, unit = (20, "times") if key == "visits" else (3650, "days")
            return NumberField(f"guide_field_{key}", most, self._t("not_set"), self._t(f"unit_{unit}"))
        if key in _LISTS:
            plain = key == "conditions"
            return ListField(f"guide_field_{key}", self._cells(key), self._language, plain=plain, high=_HIGH[key])
        if key in _AREAS:
            area = QPlainTextEdit()
            area.setTabChangesFocus(True)
            return area
        line = QLineEdit()
        line.setMaxLength(200)
        if key == "department":
            self._completer = QCompleter([], self)
            self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
            line.setCompleter(self._completer)
        return line

    def _choices(self, group: str, keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        return tuple((key, text(f"guides.{group}.{key}", self._language)) for key in keys)

    def _cells(self, key: str) -> list[Cell]:
        def cell(name: str, kind: Any = "line", **more: Any) -> Cell:
            return Cell(name, text(f"guides.column.{'yuan' if name == 'fen' else name}", self._language), kind, **more)

        forms, sources = ("paper", "electronic", "either"), ("applicant", "government", "other")
        return {
            "conditions": [cell("text", "text", letters=40)],
            "materials": [
                cell("name", letters=14),
                cell("form", "choice", start="paper", choices=self._choices("form", forms), letters=7),
                cell("originals", "count", start=1, letters=7), cell("copies", "count", start=0, letters=8),
                cell("source", "choice", start="applicant", choices=self._choices("source", sources), letters=8),
                cell("required", "yes", start=True, letters=4), cell("note", "text", letters=9),
            ],
            "steps": [
                cell("name", letters=8), cell("duration", letters=7), cell("outcome", letters=9),
                cell("note", "text", letters=12),
            ],
            "basis": [
                cell("title", letters=14), cell("number", letters=7), cell("article", letters=7),
                cell("text", "text", letters=16),
            ],
            "fees": [
                cell("name", letters=9), cell("fen", "money", start=0, letters=8), cell("unit", letters=6),
                cell("basis", letters=10), cell("note", "text", letters=8),
            ],
            "windows": [cell("label", letters=8), cell("area", letters=16)],
        }[key]  # fmt: skip

    def _side(self) -> QWidget:
        right = QWidget()
        column = QVBoxLayout(right)
        pad(column, gap="space_m")
        rule, past = Card(self._t("rule_title")), Card(self._t("past_title"))
        self._rule = label("", wrap=True, name="guide_rule")
        inside, before = QWidget(), QWidget()
        inside.setObjectName("guide_kept")
        before.setObjectName("guide_past")
        self._kept, self._past = QVBoxLayout(inside), QVBoxLayout(before)
        pad(self._kept)
        pad(self._past)
        rule.body.addWidget(self._rule)
        rule.body.addWidget(inside)
        past.body.addWidget(_scrolled(before))
        column.addWidget(rule)
        column.addWidget(past, 1)
        return right

    def _values(self) -> dict[str, Any]:
        return {key: value for form in self._forms.values() for key, value in form.values().items()}

    def _check(self, key: str, _: Any) -> tuple[str, dict[str, object]] | None:
        if len(self._widgets) < sum(map(len, SHEETS.values())):
            # Still being built.
            return None
        found = self._presenter.faults({**self._presenter.state.fields, **self._values()}).get(key)
        return ("guides.editor.fault", {"what": found}) if found else None

    def _edited(self, form: Form) -> None:
        self._presenter.edit({**form.values()})

    def _ask_save(self) -> None:
        wrong = [place for place, form in enumerate(self._forms.values()) if not form.complain()]
        if wrong:
            self._sheets.setCurrentIndex(wrong[0])
            list(self._forms.values())[wrong[0]].complain()
        else:
            self._presenter.save()

    def _ask(self, asked: Any) -> None:
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            ("retire_no", text("ui.action.cancel", self._language), "", lambda: None),
            ("retire_yes", text("admin.editing.retire_yes", self._language), "danger", self._presenter.retire),
        ]
        Question(self.window(), "retire_question", asked.title, list(asked.facts), answers).open()

    def _draw(self) -> None:
        state, presenter = self._presenter.state, self._presenter
        if not state.selected:
            return
        current = presenter.current
        self._title.setText(current.name if current is not None else self._t("new"))
        if self._completer.model().rowCount() != len(presenter.departments):
            self._completer.model().setStringList(list(presenter.departments))  # type: ignore[attr-defined]
        if state.revision != self._revision:
            self._revision = state.revision
            for form in self._forms.values():
                with QSignalBlocker(form):
                    form.set_values(state.fields)
        for key, widget in self._widgets.items():
            writes = presenter.may_write(key) and not state.saving
            widget.setEnabled(writes)
        self._unsaved.setVisible(state.dirty)
        self._conflict.show_words(state.conflict, "warn")
        beside = any(
            form.refuse(state.refused_field, state.refusal) for form in self._forms.values() if state.refused_field
        )
        self._refusal.show_words("" if beside else state.refusal or state.problem)
        for made in (self._save, self._revert):
            made.setEnabled(not state.saving and (state.dirty or state.is_new))
        retired = current is not None and current.retired
        for made, shown in ((self._retire, not retired), (self._restore, retired)):
            made.setVisible(current is not None and shown and not presenter.fixed())
        what = (state.selected, current, presenter.past, presenter.fed)
        if what != self._beside:
            self._beside = what
            self._draw_side()

    def _draw_side(self) -> None:
        presenter = self._presenter
        self._rule.setText(self._t("rule_fed" if presenter.fed else "rule_own"))
        clear(self._kept)
        for field, given in presenter.kept():
            words = self._t("kept", field=self._t(f"field_{field}"), given=given)
            self._kept.addWidget(_wrapped(words))
            back = button(self._t("give_back"), "undo", "quiet", partial(presenter.give_back, field))
            self._kept.addWidget(named(back, f"guide_give_back_{field}"))
        clear(self._past)
        if not presenter.past:
            self._past.addWidget(label(self._t("no_past"), "muted", wrap=True))
        for one in presenter.past:
            at = moment(one.at, presenter.zone)
            self._past.addWidget(_wrapped(self._t("past", number=one.number, at=at, by=one.by, name=one.fields.name)))
            again = button(self._t("bring_back"), "undo", "quiet", partial(presenter.bring_back, one.number))
            self._past.addWidget(named(again, f"guide_bring_back_{one.number}"))
        self._past.addStretch(1)


def _scrolled(inside: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inside)
    see_through(scroll)
    return scroll


def _wrapped(words: str) -> QLabel:
    return label(words, "muted", wrap=True)


_LISTS: Final = ("conditions", "materials", "steps", "basis", "fees", "windows")
_HIGH: Final = {"materials": 20, "conditions": 11, "steps": 14, "basis": 14, "fees": 9, "windows": 9}
