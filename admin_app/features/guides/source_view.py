"""The item system: its settings, the runs, and the report of the chosen one.

source_<field> source_save source_next source_full source_changes runs_table runs_empty run_words run_rows run_agree
run_drop (dialog: run_agree_ask run_agree_no run_agree_yes)
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide
from admin_app.features.guides.bringing import BringingPresenter
from admin_app.features.guides.bringing_view import report_table
from admin_app.features.guides.rows import STATE_TONES
from admin_app.parts_view import Card, Question, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, Form, SearchableTable, button

AUTHS = ("bearer", "signed", "none")
NUMBERS = {"minutes": (0, 10_080), "full_hours": (1, 720), "percent": (1, 100)}


class SourceTab(QWidget):
    def __init__(self, presenter: BringingPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language, self._revision = presenter, language, -1
        right = QWidget()
        side = QVBoxLayout(right)
        pad(side, gap="space_m")
        side.addWidget(self._runs_card(), 3)
        side.addWidget(self._report_card(), 4)
        column = QVBoxLayout(self)
        pad(column)
        column.addWidget(SideBySide(self._settings_card(), right, (2, 3)))
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"guides.page.{key}", self._language, **params)

    def _settings_card(self) -> Card:
        card = Card(self._t("source_title"))
        card.body.addWidget(label(self._t("source_note"), "muted", wrap=True))
        self._form = Form(self._language)
        address, self._secret = QLineEdit(), QLineEdit()
        address.setMaxLength(1000)
        address.setPlaceholderText("https://")
        self._secret.setMaxLength(1000)
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        auth = QComboBox()
        for key in AUTHS:
            auth.addItem(self._t(f"auth_{key}"), key)
        fields: dict[str, QWidget] = {"address": address, "auth": auth, "secret": self._secret}
        for name, (least, most) in NUMBERS.items():
            number = QSpinBox()
            number.setRange(least, most)
            number.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            if name == "minutes":
                number.setSpecialValueText(self._t("by_hand"))
            fields[name] = number
        fields["inside"] = QCheckBox(self._t("inside_on"))
        for name, widget in fields.items():
            widget.setObjectName(f"source_{name}")
            self._form.add(name, self._t(f"field_{name}"), widget)
        self._next = label("", "muted", wrap=True, name="source_next")
        self._save = named(
            button(self._t("save"), "save", "primary", lambda: self._presenter.save(self._form.values())), "source_save"
        )
        card.body.addWidget(self._form)
        card.body.addWidget(self._next)
        card.body.addStretch(1)
        card.body.addWidget(self._save)
        return card

    def _runs_card(self) -> Card:
        card, letter = Card(), size("text_body")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("runs"), "lead"), 1)
        self._begin = []
        for mode in ("changes", "full"):
            begin = button(self._t(f"begin_{mode}"), "refresh", on_click=partial(self._presenter.begin, mode))
            self._begin.append(named(begin, f"source_{mode}"))
            head.addWidget(begin)
        self._runs = SearchableTable(
            [
                Column("at", self._t("at"), width=letter * 10, whole=True),
                Column("mode", self._t("mode"), width=letter * 6),
                Column("state_words", self._t("state"), width=letter * 9, tone=lambda row: STATE_TONES[row["state"]]),
                Column("what", self._t("what")),
            ],
            "guide_runs",
            language=self._language,
        )
        self._runs.setObjectName("runs_table")
        # A page of runs is seen at a glance, and the room is the report's.
        for part in (self._runs.filter_box, self._runs.count, self._runs.export_button):
            part.hide()
        self._runs.row_selected.connect(lambda row: self._presenter.select(str(row["id"]) if row else ""))
        self._empty = label(self._t("no_runs"), "muted", wrap=True, name="runs_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addLayout(head)
        card.body.addWidget(self._empty, 1)
        card.body.addWidget(self._runs, 1)
        return card

    def _report_card(self) -> Card:
        card = Card(self._t("report"))
        self._words = label("", wrap=True, name="run_words")
        self._rows = report_table("run_rows", self._language)
        self._agree = named(button(self._t("agree"), "check", "primary", self._ask_agree), "run_agree")
        self._drop = named(
            button(self._t("drop"), "trash", on_click=lambda: self._presenter.settle(agree=False)), "run_drop"
        )
        foot = QHBoxLayout()
        pad(foot)
        foot.addStretch(1)
        foot.addWidget(self._drop)
        foot.addWidget(self._agree)
        card.body.addWidget(self._words)
        card.body.addWidget(self._rows, 1)
        card.body.addStretch(0)
        card.body.addLayout(foot)
        return card

    def _ask_agree(self) -> None:
        Question(
            self, "run_agree_ask", self._t("agree_title"), [self._presenter.state.run_words],
            [
                ("run_agree_no", self._t("agree_no"), "", lambda: None),
                ("run_agree_yes", self._t("agree_yes"), "danger", lambda: self._presenter.settle(agree=True)),
            ],
        ).open()  # fmt: skip

    def _draw(self) -> None:
        state = self._presenter.state
        self._next.setText(state.next_words)
        self._save.setEnabled(state.loaded and not state.busy)
        has_address = bool(dict(state.source).get("address"))
        for begin in self._begin:
            begin.setEnabled(has_address and not state.busy and not state.reading)
        self._runs.set_rows(state.runs)
        self._runs.setVisible(bool(state.runs))
        self._empty.setVisible(state.loaded and not state.runs)
        self._words.setText(state.run_words or self._t("choose_run"))
        self._rows.set_rows(state.run_rows)
        self._rows.setVisible(bool(state.run_rows))
        self._agree.setVisible(state.held)
        self._drop.setVisible(state.held)
        if state.revision != self._revision:
            self._revision = state.revision
            self._form.set_values(dict(state.source))
            self._secret.setPlaceholderText(self._t("secret_kept" if state.has_secret else "secret_none"))
