"""A schedule: what is usual, the rules with a calendar of what they come to, and where it is shown.

schedule_layout schedule_playlist schedule_rules schedule_calendar rule_<field> rule_add rule_remove schedule_places
schedule_hall schedule_kiosks schedule_place
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.signage.presenter import SignagePresenter
from admin_app.parts_view import Card, label, named, pad, see_through
from shared.domain.hours import Calendar
from shared.domain.signage.schedule import Days, compile_timeline
from shared.i18n import text
from shared.schemas.signage import ScheduleRule
from shared.ui.widgets import Form, button

RULES = (
    "", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=MONTHLY;BYMONTHDAY=1",
    "FREQ=MONTHLY;BYDAY=-1FR",
)  # fmt: skip
SHOWN_DAYS = 7


class ScheduleEditor(QWidget):
    def __init__(self, presenter: SignagePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._drawn: object = None
        usual, rules, right = Card(self._t("usual")), Card(self._t("rules")), Card(self._t("calendar"))
        places = Card(self._t("places"))
        left = QVBoxLayout()
        pad(left, gap="space_m")
        left.addWidget(usual)
        left.addWidget(rules, 1)
        side = QVBoxLayout()
        pad(side, gap="space_m")
        side.addWidget(right, 1)
        side.addWidget(places, 1)
        row = QHBoxLayout(self)
        pad(row, gap="space_m")
        row.addLayout(left, 3)
        row.addLayout(side, 2)
        form = Form(language)
        self._usual: dict[str, QComboBox] = {}
        for kind in ("layout", "playlist"):
            box = QComboBox()
            box.setObjectName(f"schedule_{kind}")
            box.activated.connect(lambda _, kind=kind: self._take_usual(kind))
            self._usual[kind] = box
            form.add(kind, self._t(kind), box)
        usual.body.addWidget(form)
        self._rules = QListWidget()
        self._rules.setObjectName("schedule_rules")
        rules.body.addWidget(self._rules, 1)
        self._remove = named(button(self._t("remove"), "trash", "danger", self._take_away), "rule_remove")
        self._remove.setEnabled(False)
        self._rules.currentRowChanged.connect(lambda row: self._remove.setEnabled(row >= 0))
        acts = QHBoxLayout()
        pad(acts)
        acts.addWidget(named(button(self._t("add"), "plus", on_click=self._take_rule), "rule_add"))
        acts.addWidget(self._remove)
        acts.addStretch(1)
        rules.body.addLayout(acts)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._rule_form())
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        see_through(scroll)
        rules.body.addWidget(scroll, 3)
        self._calendar = QListWidget()
        self._calendar.setObjectName("schedule_calendar")
        right.body.addWidget(label(self._t("calendar_about"), "muted", wrap=True))
        right.body.addWidget(self._calendar, 1)
        self._hall = QCheckBox(self._t("hall"))
        self._hall.setObjectName("schedule_hall")
        self._kiosks = QCheckBox(self._t("kiosks"))
        self._kiosks.setObjectName("schedule_kiosks")
        self._places = QListWidget()
        self._places.setObjectName("schedule_places")
        self._place = named(button(self._t("place"), "device", "primary", self._take_places), "schedule_place")
        places.body.addWidget(self._hall)
        places.body.addWidget(self._kiosks)
        places.body.addWidget(self._places, 1)
        places.body.addWidget(self._place, 0, Qt.AlignmentFlag.AlignLeft)

    def _t(self, key: str, **params: object) -> str:
        return text(f"signage_console.schedule.{key}", self._language, **params)

    def _rule_form(self) -> QWidget:
        self._form = Form(self._language)
        self._name, self._first, self._minutes = QLineEdit(), QLineEdit(), QSpinBox()
        self._name.setMaxLength(100)
        self._first.setText(f"{datetime.now() + timedelta(hours=1):%Y-%m-%d %H}:00")
        self._first.setPlaceholderText("2026-01-01 09:00")
        self._minutes.setRange(1, 7 * 24 * 60)
        self._minutes.setValue(60)
        self._minutes.setSuffix(" " + self._t("minutes_unit"))
        self._rule = QComboBox()
        self._rule.setEditable(True)
        for rule in RULES:
            self._rule.addItem(rule)
        line = self._rule.lineEdit()
        assert line is not None
        line.setPlaceholderText(self._t("once"))
        self._days, self._priority, self._list = QComboBox(), QSpinBox(), QComboBox()
        for day in Days:
            self._days.addItem(self._t(f"days_{day.value}"), day.value)
        self._priority.setRange(0, 9)
        self._interrupt = QCheckBox(self._t("interrupt_on"))
        for name, widget in (
            ("name", self._name), ("first", self._first), ("minutes", self._minutes), ("rule", self._rule),
            ("days", self._days), ("priority", self._priority), ("plays", self._list), ("interrupt", self._interrupt),
        ):  # fmt: skip
            widget.setObjectName(f"rule_{name}")
            self._form.add(name, self._t(name), widget)
        box = QWidget()
        column = QVBoxLayout(box)
        pad(column)
        column.addWidget(self._form)
        self._wrong = label("", "error", wrap=True, name="rule_wrong")
        self._wrong.hide()
        column.addWidget(self._wrong)
        return box

    # What a person does

    def _take_usual(self, kind: str) -> None:
        chosen = self._usual[kind].currentData()
        self._presenter.edit({**self._presenter.state.data, kind: chosen})

    def _take_rule(self) -> None:
        made = {
            "name": self._name.text().strip(), "first": self._first.text().strip().replace(" ", "T"),
            "minutes": self._minutes.value(), "rule": self._rule.currentText().strip(),
            "days": self._days.currentData(), "priority": self._priority.value(),
            "interrupt": self._interrupt.isChecked(), "playlist": self._list.currentData(),
        }  # fmt: skip
        try:
            rule = ScheduleRule.model_validate(made)
        except ValidationError:
            self._wrong.setText(self._t("wrong"))
            self._wrong.show()
            return
        self._wrong.hide()
        rules = [*self._data().get("rules", []), rule.model_dump(mode="json")]
        self._presenter.edit({**self._data(), "rules": rules})

    def _take_away(self) -> None:
        place, rules = self._rules.currentRow(), list(self._data().get("rules", []))
        if 0 <= place < len(rules):
            del rules[place]
            self._presenter.edit({**self._data(), "rules": rules})

    def _take_places(self) -> None:
        items = [self._places.item(n) for n in range(self._places.count())]
        chosen = [
            UUID(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() == Qt.CheckState.Checked
        ]
        self._presenter.place(self._hall.isChecked(), chosen, self._kiosks.isChecked())

    # How it looks

    def _data(self) -> dict[str, Any]:
        return dict(self._presenter.state.data or {})

    def draw(self, can: bool) -> None:
        state = self._presenter.state
        content = state.content
        if content is None or content.kind != "schedule":
            return
        self.setEnabled(can)
        self._place.setEnabled(can and not state.dirty and not content.retired)
        drawn = (state.data, content.version, state.displays, state.kiosks, state.contents)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        data = self._data()
        boxes = (("layout", self._usual["layout"]), ("playlist", self._usual["playlist"]), ("playlist", self._list))
        for kind, box in boxes:
            with QSignalBlocker(box):
                kept = data.get(kind) if box is not self._list else box.currentData()
                box.clear()
                box.addItem(self._t(f"no_{kind}"), None)
                for name, id_ in state.named(kind):
                    box.addItem(name, str(id_))
                box.setCurrentIndex(max(0, box.findData(kept)))
        rules = [ScheduleRule.model_validate(one) for one in data.get("rules", [])]
        names = {str(id_): name for name, id_ in state.named("playlist")}
        self._rules.clear()
        for rule in rules:
            self._rules.addItem(self._words(rule, names))
        self._calendar.clear()
        for line in self._coming(rules, names):
            self._calendar.addItem(line)
        self._hall.setChecked(content.hall)
        self._kiosks.setChecked(content.kiosks)
        self._places.clear()
        for screen in (*state.displays, *state.kiosks):
            item = QListWidgetItem(self._t(f"on_{screen.kind}", name=f"{screen.name}  {screen.place}".strip()))
            item.setData(Qt.ItemDataRole.UserRole, str(screen.id))
            chosen = screen.id in content.terminals
            item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
            self._places.addItem(item)

    def _words(self, rule: ScheduleRule, names: dict[str, str]) -> str:
        plays = names.get(str(rule.playlist), self._t("no_playlist"))
        first = f"{rule.first:%Y-%m-%d %H:%M}"
        how = rule.rule or self._t("once")
        words = self._t("row", name=rule.name or plays, first=first, n=rule.minutes, how=how, priority=rule.priority)
        return f"{words} · {self._t('interrupt')}" if rule.interrupt else words

    def _coming(self, rules: list[ScheduleRule], names: dict[str, str]) -> list[str]:
        """The timeline of the next days; holidays are the server's to know."""
        planned = [rule for rule in rules if not rule.interrupt] + [rule for rule in rules if rule.interrupt]
        lifted = [
            rule.model_copy(update={"priority": rule.priority + (10 if rule.interrupt else 0)}) for rule in planned
        ]
        spans = compile_timeline([rule.as_rule() for rule in lifted], Calendar(), _today(), SHOWN_DAYS)
        lines = []
        for span in spans:
            rule = planned[span.rule]
            name = rule.name or names.get(str(rule.playlist), self._t("no_playlist"))
            end = f"{span.end:%H:%M}" if span.end - span.begin < timedelta(days=1) else f"{span.end:%m-%d %H:%M}"
            lines.append(f"{span.begin:%m-%d %H:%M} – {end}  {name}")
        return lines


def _today() -> date:
    return datetime.now().date()
