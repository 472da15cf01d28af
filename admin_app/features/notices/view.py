"""Notices: the list, and the one that is open with its text, versions, history and channels.

page_notices notices_problem notices_told notices_wechat notices_weibo notices_state notices_new notices_channels
notices_words notices_table notices_empty words_question notice_headline notice_<act> notice_tabs versions_table
version_earlier version_restore history_table outlets_table outlet_retry
outlet_retract (dialogs: publish_dialog, channels_dialog, reject, retract, leave_question)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from admin_app.ask_view import ReasonAsk
from admin_app.bars_view import SideBySide, choice
from admin_app.features.notices.editor_view import Editor
from admin_app.features.notices.presenter import NoticesPresenter
from admin_app.features.notices.publish_view import ChannelsDialog, PublishDialog
from admin_app.features.notices.rows import (
    STATES,
    TONES,
    history_rows,
    outlet_rows,
    state_words,
    version_rows,
    when,
)
from admin_app.features.notices.words_view import WordsDialog, wechat_words, weibo_words
from admin_app.parts_view import Banner, Card, Question, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Column, SearchableTable, button
from shared.ui.widgets.rows import Row


def _tone(row: Row) -> str:
    return "error" if row.get("trouble") else TONES.get(row["state"], "off")


class NoticesPage(QWidget):
    def __init__(self, presenter: NoticesPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_notices")
        self._presenter, self._language = presenter, language
        self._revision = -1
        self._problem, self._told = Banner("notices_problem"), Banner("notices_told")
        self._wechat = Banner("notices_wechat")
        self._weibo = Banner("notices_weibo")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(self._head())
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(self._wechat)
        column.addWidget(self._weibo)
        column.addWidget(SideBySide(self._list(), self._one(), (2, 5)), 1)
        presenter.state_changed.connect(self._draw)
        presenter.asked.connect(self._ask_words)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.look()

    def _t(self, key: str, **params: object) -> str:
        return text(f"notices.page.{key}", self._language, **params)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("title"), "title"), 1)
        self._channels = named(button(self._t("channels"), "settings", on_click=self._ask_channels), "notices_channels")
        self._new = named(button(self._t("new"), "plus", "primary", self._begin), "notices_new")
        self._words = named(button(self._t("words"), "list", on_click=self._open_words), "notices_words")
        head.addWidget(self._words)
        head.addWidget(self._channels)
        head.addWidget(self._new)
        return head

    # The list

    def _list(self) -> Card:
        card, letter = Card(), size("text_body")
        states = [(state, text(f"notices.state.{state or 'any'}", self._language)) for state in STATES]
        self._state = choice("notices_state", self._t("state"), states, self._filter)
        columns = [
            Column("state_words", self._t("state"), width=letter * 8, tone=_tone, whole=True),
            Column("title", self._t("title_column")),
        ]
        self.table = SearchableTable(columns, "notices", language=self._language)
        self.table.setObjectName("notices_table")
        self.table.row_selected.connect(self._chosen)
        self._empty = label(self._t("empty"), "muted", wrap=True, name="notices_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addWidget(self._state)
        card.body.addWidget(self._empty, 1)
        card.body.addWidget(self.table, 1)
        card.setMinimumWidth(letter * 18)
        return card

    def _filter(self) -> None:
        self._presenter.show_state(self._state.currentData())

    def _chosen(self, row: Any) -> None:
        now = self._presenter.state.one
        if row is not None and (now is None or str(now.id) != row["id"]):
            self._leaving(lambda: self._presenter.open(row["id"]))

    def _begin(self) -> None:
        self._leaving(self._presenter.begin)

    def _leaving(self, go: Callable[[], object]) -> None:
        """What was typed is lost only by somebody's word."""
        if not self._editor.changed or not self._one_card.isVisible():
            go()
            return
        keep, drop = ("leave_keep", self._t("leave_keep"), "primary", lambda: None), self._t("leave_drop")
        Question(
            self, "leave_question", self._t("leave_title"), [self._t("leave_fact")],
            [keep, ("leave_drop", drop, "danger", go)],
        ).open()  # fmt: skip

    # The one that is open

    def _one(self) -> Card:
        card = self._one_card = Card()
        self._headline = label("", "muted", wrap=True, name="notice_headline")
        acts = QHBoxLayout()
        pad(acts)
        acts.addWidget(self._headline, 1)
        self._acts: dict[str, QPushButton] = {}
        for act, sign, role, do in (
            ("retract", "trash", "danger", partial(self._ask_reason, "retract")),
            ("pin", "arrow-left", "", self._pin),
            ("withdraw", "undo", "", partial(self._presenter.step, "withdraw")),
            ("reject", "close", "", partial(self._ask_reason, "reject")),
            ("save", "save", "", self._save),
            ("submit", "arrow-right", "primary", self._submit),
            ("approve", "check", "primary", partial(self._presenter.step, "approve")),
            ("publish", "check-circle", "primary", self._ask_publish),
        ):
            words = self._t(f"act_{act}")
            self._acts[act] = named(button(words, "" if act == "pin" else sign, role, do), f"notice_{act}")
            acts.addWidget(self._acts[act])
        self._tabs = QTabWidget()
        self._tabs.setObjectName("notice_tabs")
        mark(self._tabs, "plain")
        self._editor = Editor(self._presenter, self._language)
        self._tabs.addTab(self._editor, self._t("tab_text"))
        self._tabs.addTab(self._versions_tab(), self._t("tab_versions"))
        self._tabs.addTab(self._outlets_tab(), self._t("tab_outlets"))
        card.body.addLayout(acts)
        card.body.addWidget(self._tabs, 1)
        return card

    def _versions_tab(self) -> QWidget:
        letter, tab = size("text_body"), QWidget()
        column = QVBoxLayout(tab)
        pad(column)
        self.versions = SearchableTable([
            Column("number", self._t("version"), width=letter * 6, whole=True),
            Column("at", self._t("at"), width=letter * 10, whole=True), Column("who", self._t("who"), width=letter * 8),
            Column("mark", self._t("mark"), width=letter * 8), Column("title", self._t("title_column")),
        ], "notice_versions", language=self._language)  # fmt: skip
        self.versions.setObjectName("versions_table")
        self.versions.view.selectionModel().selectionChanged.connect(lambda *_: self._draw_rows())
        self._restore = named(button(self._t("restore"), "undo", on_click=self._ask_restore), "version_restore")
        line = QHBoxLayout()
        pad(line)
        line.addWidget(label(self._t("restore_fact"), "muted", wrap=True), 1)
        self._earlier = named(
            button(self._t("earlier"), "refresh", on_click=self._presenter.earlier), "version_earlier"
        )
        line.addWidget(self._earlier)
        line.addWidget(self._restore)
        self.history = SearchableTable([
            Column("at", self._t("at"), width=letter * 10, whole=True),
            Column("act", self._t("act"), width=letter * 8), Column("who", self._t("who"), width=letter * 8),
            Column("number", self._t("version"), width=letter * 6, whole=True), Column("note", self._t("note")),
        ], "notice_history", language=self._language)  # fmt: skip
        self.history.setObjectName("history_table")
        column.addWidget(self.versions, 1)
        column.addLayout(line)
        column.addWidget(self.history, 1)
        return tab

    def _outlets_tab(self) -> QWidget:
        letter, tab = size("text_body"), QWidget()
        column = QVBoxLayout(tab)
        pad(column)
        self.outlets = SearchableTable([
            Column("channel", self._t("channel"), width=letter * 7),
            Column("number", self._t("version"), width=letter * 6, whole=True),
            Column("state_words", self._t("state"), width=letter * 7, tone=_tone, whole=True),
            Column("at", self._t("at"), width=letter * 10, whole=True), Column("what", self._t("what")),
        ], "notice_outlets", language=self._language)  # fmt: skip
        self.outlets.setObjectName("outlets_table")
        self.outlets.view.selectionModel().selectionChanged.connect(lambda *_: self._draw_rows())
        self._why = label("", "", wrap=True, name="outlet_why")
        self._no_outlets = label(self._t("no_outlets"), "muted", wrap=True, name="outlets_empty")
        line = QHBoxLayout()
        pad(line)
        line.addWidget(self._why, 1)
        self._outlet_acts = {}
        for act, sign in (("retry", "refresh"), ("retract", "trash")):
            one = named(
                button(self._t(f"outlet_act_{act}"), sign, on_click=partial(self._outlet, act)), f"outlet_{act}"
            )
            self._outlet_acts[act] = one
            line.addWidget(one)
        column.addWidget(self._no_outlets)
        column.addWidget(self.outlets, 1)
        column.addLayout(line)
        return tab

    # What is done

    def _save(self) -> None:
        self._presenter.save(self._editor.values())

    def _submit(self) -> None:
        self._presenter.submit(self._editor.values())

    def _ask_words(self, places: str) -> None:
        """Words stand in it that its author has to look at before it is handed in."""
        submit = partial(self._presenter.submit, self._editor.values(), heeded=True)
        Question(
            self, "words_question", self._t("asked_title"), places.split("\n"),
            [
                ("words_no", self._t("asked_no"), "", lambda: None),
                ("words_yes", self._t("asked_yes"), "primary", submit),
            ],
        ).open()  # fmt: skip

    def _open_words(self) -> None:
        if self._presenter.state.words is not None:
            WordsDialog(self, self._presenter, self._language).open()

    def _ask_publish(self) -> None:
        PublishDialog(self, self._presenter, self._language).open()

    def _ask_channels(self) -> None:
        if self._presenter.state.settings is not None:
            ChannelsDialog(self, self._presenter, self._language).open()

    def _ask_reason(self, act: str) -> None:
        one = self._presenter.state.one
        title = self._t(f"{act}_title", title=one.title if one is not None else "")
        ReasonAsk(
            self, act, title, [self._t(f"{act}_fact")], self._t(f"act_{act}"), self._t("reason"), self._language,
            self._presenter, partial(self._presenter.step, act),
        ).open()  # fmt: skip

    def _pin(self) -> None:
        one = self._presenter.state.one
        self._presenter.pin(0 if one is not None and one.pin else 1)

    def _ask_restore(self) -> None:
        row: Any = self.versions.selected_row()
        if row is not None:
            self._leaving(lambda: self._presenter.restore(int(row["id"])))

    def _outlet(self, act: str) -> None:
        row: Any = self.outlets.selected_row()
        if row is not None:
            self._presenter.outlet(row["id"], act)

    # Drawing

    def _draw(self) -> None:
        state, one = self._presenter.state, self._presenter.state.one
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._wechat.show_words(wechat_words(state.settings, self._language), "warn")
        self._weibo.show_words(weibo_words(state.settings, self._presenter.zone, self._language), "warn")
        self.table.set_rows(state.rows)
        self._empty.setVisible(state.listed and not state.rows)
        self.table.setVisible(not state.listed or bool(state.rows))
        may_write = "notices:write" in state.rights
        self._new.setVisible(may_write)
        for made in (self._channels, self._words):
            made.setVisible("notices.channels:change" in state.rights)
        self._one_card.setVisible(one is not None or state.fresh)
        self._editor.preview.show_hall(state.hall)
        if state.revision != self._revision:
            self._revision = state.revision
            self._editor.fill(one.versions[0].content.model_dump(mode="json") if one is not None else {})
        editable = may_write and (state.fresh or state.may("edit"))
        on = {name for name in ("wechat", "weibo") if state.settings is not None and getattr(state.settings, name).on}
        self._editor.allow(editable, on)
        shown = {
            "save": editable, "submit": editable and (one is None or one.state == "draft"),
            "withdraw": state.may("withdraw"), "approve": state.may("approve"), "reject": state.may("reject"),
            "publish": state.may("publish"), "retract": state.may("retract"),
            "pin": one is not None and one.live is not None and "notices:publish" in state.rights,
        }  # fmt: skip
        for act, made in self._acts.items():
            made.setVisible(shown[act])
            made.setEnabled(not state.busy)
        if one is not None:
            self._acts["pin"].setText(self._t("act_unpin" if one.pin else "act_pin"))
            self._headline.setText(self._facts())
            zone = self._presenter.zone
            self.versions.set_rows(version_rows(one, zone, self._language))
            self.history.set_rows(history_rows(one, zone, self._language))
            self.outlets.set_rows(outlet_rows(one, zone, self._language))
            if one.outlet_list and self.outlets.selected_row() is None:
                # Why it failed is to be read without a click.
                self.outlets.view.selectRow(0)
        else:
            self._headline.setText(self._t("fresh"))
            for table in (self.versions, self.history, self.outlets):
                table.set_rows(())
        self._no_outlets.setVisible(one is None or not one.outlet_list)
        self._draw_rows()

    def _facts(self) -> str:
        state, zone = self._presenter.state, self._presenter.zone
        one = state.one
        assert one is not None, "asked for one that is open"
        parts = [state_words(one, self._language), self._t("version_n", n=one.newest)]
        if one.publish_at is not None:
            parts.append(self._t("begins", at=when(one.publish_at, zone)))
        if one.until is not None:
            parts.append(self._t("ends", at=when(one.until, zone)))
        return " · ".join(parts)

    def _draw_rows(self) -> None:
        state = self._presenter.state
        version, outlet = self.versions.selected_row(), self.outlets.selected_row()
        may_write, may_publish = ("notices:write" in state.rights, "notices:publish" in state.rights)
        self._restore.setEnabled(may_write and version is not None and bool(version["may_restore"]) and not state.busy)
        self._earlier.setVisible(state.one is not None and state.one.versions[-1].number > 1)
        self._why.setText(str(outlet["what"]) if outlet is not None else "")
        for act, made in self._outlet_acts.items():
            made.setVisible(may_publish)
            made.setEnabled(outlet is not None and bool(outlet[f"may_{act}"]) and not state.busy)
