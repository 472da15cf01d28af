"""The page of emergencies: what shows now, and a form whose words go to every display.

page_emergencies emergencies_problem emergencies_told emergency_template emergency_headline emergency_headline_en
emergency_instruction emergency_description emergency_severity emergency_status emergency_minutes emergency_raise
emergency_new emergencies_active emergency_cancel_<n> emergency_update_<n> emergencies_past emergency_question
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide, choice
from admin_app.features.emergencies.presenter import OWN, SEVERITIES, STATUSES, TEMPLATES, USUAL, EmergenciesPresenter
from admin_app.parts_view import Banner, Card, Question, clear, label, named, pad, see_through, size
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.emergencies import Emergency, EmergencyRaise
from shared.ui.widgets import Form, button


class EmergenciesPage(QWidget):
    def __init__(self, presenter: EmergenciesPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_emergencies")
        self._presenter, self._language = presenter, language
        self._drawn: object = None
        self._problem, self._told = Banner("emergencies_problem"), Banner("emergencies_told")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(self._t("title"), "title"))
        column.addWidget(label(self._t("about"), "muted", wrap=True))
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(SideBySide(self._form_card(), self._list_card(), (3, 2)), 1)
        presenter.state_changed.connect(self._draw)
        presenter.raised.connect(self._empty)
        self._take_template()
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.enter()

    def _t(self, key: str, **params: object) -> str:
        return text(f"emergencies.page.{key}", self._language, **params)

    def _form_card(self) -> QWidget:
        card = Card()
        self._title = card.title
        self._title.show()
        self._new = named(button(self._t("new"), "plus", on_click=self._empty), "emergency_new")
        card.head.addStretch(1)
        card.head.addWidget(self._new)
        self._form = Form(self._language)
        words = [(one, self._t(f"template_{one}")) for one in TEMPLATES]
        self._template = choice("emergency_template", self._t("template"), words, self._take_template)
        self._form.add("template", self._t("template"), self._template)
        for name in ("headline", "headline_en"):
            line = QLineEdit()
            line.setMaxLength(200)
            self._add(name, line)
        for name, lines in (("instruction", 3), ("description", 3)):
            area = QPlainTextEdit()
            area.setFixedHeight(size("text_body") * (lines * 2))
            area.setTabChangesFocus(True)
            self._add(name, area)
        for name, keys in (("severity", SEVERITIES), ("status", STATUSES)):
            box = QComboBox()
            for key in keys:
                box.addItem(self._t(f"{name}_{key.lower()}"), key)
            self._add(name, box)
        minutes = QSpinBox()
        minutes.setRange(1, 7 * 24 * 60 - 1)
        minutes.setSuffix(" " + self._t("minutes_unit"))
        minutes.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._add("minutes", minutes)
        inside = QWidget()
        column = QVBoxLayout(inside)
        pad(column)
        column.addWidget(self._form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        see_through(scroll)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._raise = named(button(self._t("raise"), "warning", "danger", self._ask_raise), "emergency_raise")
        self._raise.setMinimumHeight(size("touch_key"))
        card.body.addWidget(scroll, 1)
        card.body.addWidget(self._raise)
        return card

    def _add(self, name: str, widget: QWidget) -> None:
        widget.setObjectName(f"emergency_{name}")
        self._form.add(name, self._t(name), widget)

    def _list_card(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        pad(column, gap="space_m")
        now, past = Card(self._t("now")), Card(self._t("past"))
        self._active = QVBoxLayout()
        pad(self._active, gap="space_m")
        now.body.addLayout(self._active)
        now.body.addStretch(1)
        self._past = QListWidget()
        self._past.setObjectName("emergencies_past")
        self._past.setWordWrap(True)
        past.body.addWidget(self._past)
        column.addWidget(now, 1)
        column.addWidget(past, 1)
        return side

    # What a person does

    def _take_template(self) -> None:
        name = str(self._template.currentData())
        severity, minutes = USUAL[name]
        # What stands on the wall is for citizens, whatever language the console speaks.
        words = dict.fromkeys(("headline", "headline_en", "instruction"), "")
        if name != OWN:
            words["headline"] = text(f"emergencies.page.headline_{name}", DEFAULT_LANGUAGE)
            words["headline_en"] = text(f"emergencies.page.headline_{name}", "en")
            words["instruction"] = text(f"emergencies.page.instruction_{name}", DEFAULT_LANGUAGE)
        self._form.set_values(
            {**words, "description": "", "severity": severity, "status": "Actual", "minutes": minutes}
        )

    def _empty(self) -> None:
        self._presenter.update("")
        self._take_template()

    def _ask_raise(self) -> None:
        values = self._form.values()
        values.pop("template", None)
        wanted = self._presenter.wanted(values)
        if wanted is not None:
            facts = [
                wanted.headline,
                wanted.instruction,
                self._t("fact_all"),
                self._t("fact_until", at=self._at(wanted)),
            ]
            if wanted.status != "Actual":
                facts.insert(0, self._t(f"status_{wanted.status.lower()}"))
            self._ask(
                self._t("sure"),
                [fact for fact in facts if fact],
                self._t("raise"),
                partial(self._presenter.send, wanted),
            )

    def _ask_cancel(self, one: Emergency) -> None:
        self._ask(
            self._t("sure_cancel"),
            [one.headline, self._t("fact_cancel")],
            self._t("cancel"),
            partial(self._presenter.cancel, one),
        )

    def _ask(self, title: str, facts: list[str], words: str, act: Callable[[], object]) -> None:
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            ("emergency_no", self._t("stay"), "", lambda: None), ("emergency_yes", words, "danger", act),
        ]  # fmt: skip
        Question(self, "emergency_question", title, facts, answers).open()

    def _change(self, one: Emergency) -> None:
        self._presenter.update(one.identifier)
        left = max(1, round((one.expires - self._presenter.now).total_seconds() / 60))
        self._form.set_values(
            {
                "headline": one.headline, "headline_en": one.headline_en, "instruction": one.instruction,
                "description": one.description, "severity": one.severity, "status": one.status, "minutes": left,
            }
        )  # fmt: skip

    def _at(self, one: Emergency | EmergencyRaise) -> str:
        return f"{one.expires.astimezone(self._presenter.zone):%m-%d %H:%M}"

    # How it looks

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        can = state.may_raise and not state.busy
        self._form.setEnabled(can)
        self._raise.setEnabled(can)
        self._title.setText(self._t("form_update" if state.updating else "form_new"))
        self._raise.setText(" " + self._t("raise_update" if state.updating else "raise"))
        self._new.setVisible(bool(state.updating))
        listed = (state.active, state.past, can, state.loaded)
        if listed == self._drawn:
            return
        self._drawn = listed
        clear(self._active)
        if state.loaded and not state.active:
            self._active.addWidget(label(self._t("none"), "muted", wrap=True, name="emergencies_none"))
        for place, one in enumerate(state.active):
            self._active.addWidget(self._row(place, one, can))
        self._past.clear()
        for one in state.past:
            sent = f"{one.sent.astimezone(self._presenter.zone):%m-%d %H:%M}"
            how = one.state if one.state != "active" else "expired"
            self._past.addItem(self._t("past_row", at=sent, headline=one.headline, how=self._t(f"how_{how}")))

    def _row(self, place: int, one: Emergency, can: bool) -> QWidget:
        row = QWidget()
        column = QVBoxLayout(row)
        pad(column)
        column.addWidget(label(one.headline, "lead", wrap=True, name=f"emergency_row_{place}"))
        facts = self._t(
            "row", severity=self._t(f"severity_{one.severity.lower()}"), until=self._at(one), who=one.sender
        )
        column.addWidget(label(facts, "muted", wrap=True))
        buttons = QHBoxLayout()
        pad(buttons)
        update = named(
            button(self._t("update"), "pencil", on_click=lambda: self._change(one)), f"emergency_update_{place}"
        )
        cancel = named(
            button(self._t("cancel"), "close", "danger", lambda: self._ask_cancel(one)), f"emergency_cancel_{place}"
        )
        for made in (update, cancel):
            made.setEnabled(can)
            buttons.addWidget(made)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return row
