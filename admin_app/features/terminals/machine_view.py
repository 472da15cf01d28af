"""The machine of the chosen terminal: alarms with what to do, whether it should be on, what it tells; out of service.

terminal_alarm_<kind> terminal_expected terminal_out machine_fact_<n> out_dialog out_until out_note out_set out_cancel
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QDateTimeEdit, QFormLayout, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from admin_app.features.terminals.presenter import DevicesPresenter, DevicesState
from admin_app.parts_view import Banner, Dialog, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import button, inset


class MachineBox(QWidget):
    def __init__(self, presenter: DevicesPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._drawn: object = None
        self._alarms = QVBoxLayout()
        pad(self._alarms)
        self._expected = label("", "muted", wrap=True, name="terminal_expected")
        self._out = named(button("", on_click=self._ask), "terminal_out")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self._expected, 1)
        row.addWidget(self._out)
        self._title = label(text("fleet.health.title", language), "lead")
        self._facts = QGridLayout()
        pad(self._facts, gap="space_xs")
        self._facts.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        pad(column)
        column.addLayout(self._alarms)
        column.addLayout(row)
        column.addWidget(self._title)
        column.addLayout(self._facts)

    def show_state(self, state: DevicesState) -> None:
        ours = state.kind in ("kiosk", "counter", "display")
        self.setVisible(bool(state.title) and ours)
        self._expected.setText(state.expected)
        words = text(f"fleet.out.{'end' if state.is_out else 'begin'}", self._language)
        self._out.setText(words)
        self._out.setAccessibleName(words)
        self._out.setVisible(state.may_manage)
        shown = (state.selected, state.alarms, state.vitals)
        if shown == self._drawn:
            return
        self._drawn = shown
        clear(self._alarms)
        for kind, what, advice in state.alarms:
            banner = Banner(f"terminal_alarm_{kind}")
            banner.show_words(f"{what}\n{advice}")
            self._alarms.addWidget(banner)
        clear(self._facts)
        for place, (name, value) in enumerate(state.vitals):
            self._facts.addWidget(label(name, "muted"), place, 0)
            self._facts.addWidget(label(value, wrap=True, name=f"machine_fact_{place}"), place, 1)
        if not state.vitals:
            self._facts.addWidget(label(text("fleet.health.none", self._language), "muted", wrap=True), 0, 0, 1, 2)

    def _ask(self) -> None:
        state = self._presenter.state
        if state.is_out:
            self._presenter.set_out(None, "")
        else:
            OutDialog(self.window(), state.title, self._presenter, self._language, self._presenter.set_out).open()


class OutDialog(Dialog):
    """Until when nothing of a terminal is an alarm, and why; until tomorrow morning when nobody says otherwise."""

    def __init__(
        self, parent: QWidget, name: str, presenter: DevicesPresenter, language: str,
        on_set: Callable[[datetime | None, str], Any],
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("out_dialog")
        self.setModal(True)

        def t(key: str, **params: object) -> str:
            return text(f"fleet.out.{key}", language, **params)

        self.setWindowTitle(t("title", name=name))
        self._on_set = on_set
        now = datetime.now(presenter.zone).replace(tzinfo=None)
        tomorrow = (now + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
        # Without a zone on both sides: what stands there is the hall's clock, wherever the console is.
        self._until = QDateTimeEdit(_moment(tomorrow))
        self._until.setObjectName("out_until")
        self._until.setDisplayFormat("yyyy-MM-dd HH:mm")
        self._until.setCalendarPopup(True)
        self._until.setMinimumDateTime(_moment(now + timedelta(minutes=1)))
        self._until.setMaximumDateTime(_moment(now + timedelta(days=399)))
        inset(self._until)
        self._note = QLineEdit()
        self._note.setObjectName("out_note")
        self._note.setMaxLength(200)
        self._note.setPlaceholderText(t("note_example"))
        form = QFormLayout()
        pad(form, gap="space_m")
        form.addRow(t("until"), self._until)
        form.addRow(t("note"), self._note)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(t("title", name=name), "title", wrap=True))
        column.addWidget(label(t("facts"), wrap=True))
        column.addLayout(form)
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(named(button(t("cancel"), on_click=self.close), "out_cancel"))
        row.addWidget(named(button(t("set"), "pause", "primary", self._set), "out_set"))
        column.addLayout(row)
        self.setMinimumWidth(size("text_body") * 32)

    def _set(self) -> None:
        chosen = self._until.dateTime()
        day, clock = chosen.date(), chosen.time()
        until = datetime(day.year(), day.month(), day.day(), clock.hour(), clock.minute())
        self.close()
        self._on_set(until, self._note.text().strip())


def _moment(at: datetime) -> QDateTime:
    return QDateTime.fromString(f"{at:%Y-%m-%d %H:%M}", "yyyy-MM-dd HH:mm")
