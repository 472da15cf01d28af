"""Messages to citizens: what was sent, the channel, the words; each on its tab.

page_messages messages_tabs messages_problem messages_told messages_reload messages_save message_<field>
words_kind words_names words_zh words_en (``sent_view`` lists the rest)
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import choice
from admin_app.features.messages.presenter import MessagesPresenter
from admin_app.features.messages.rules import kind_words
from admin_app.features.messages.sent_view import SentTab
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Form, button

CHANNELS = ("off", "file", "http")
CHOICES = {"channel": CHANNELS, "method": ("POST", "PUT", "GET"), "content": ("json", "form")}
OF_GATEWAY = (
    "address", "method", "content", "body", "headers", "secret", "signed", "ok_path", "ok_value",
)  # fmt: skip


class MessagesPage(QWidget):
    """Fills its fields when an answer comes; what is edited stays until it is saved or read again."""

    def __init__(self, presenter: MessagesPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_messages")
        self._presenter = presenter
        self._language = language
        self._revision = -1
        self._words: dict[str, tuple[str, str]] = {}
        self._problem, self._told = Banner("messages_problem"), Banner("messages_told")
        self._reload = named(button(self._t("reload"), "refresh", on_click=presenter.load), "messages_reload")
        self._save = named(button(self._t("save"), "save", "primary", self._ask_save), "messages_save")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("title"), "title"), 1)
        head.addWidget(self._reload)
        head.addWidget(self._save)
        self._tabs = QTabWidget()
        self._tabs.setObjectName("messages_tabs")
        mark(self._tabs, "plain")
        self.sent = SentTab(presenter, language)
        self._settings, self._own = self._settings_tab(), self._words_tab()
        for key, tab in (("sent", self.sent), ("channel", self._settings), ("words", self._own)):
            self._tabs.addTab(tab, self._t(f"tab_{key}"))
        self._tabs.currentChanged.connect(lambda _: self._draw())
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(head)
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(self._tabs, 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.enter()

    def _t(self, key: str) -> str:
        return text(f"messages.page.{key}", self._language)

    # The channel

    def _settings_tab(self) -> QWidget:
        inside = QWidget()
        mark(inside, "page")
        row = QHBoxLayout(inside)
        pad(row, gap="space_m")
        self._plain, self._gateway = Form(self._language), Form(self._language)
        left, right = Card(self._t("sheet_channel")), Card(self._t("sheet_gateway"))
        left.body.addWidget(label(self._t("note_channel"), "muted", wrap=True))
        self._add(self._plain, "channel", self._box("channel"))
        for name, highest in (("near_ahead", 50), ("near_minutes", 120)):
            number = QSpinBox()
            number.setRange(0, highest)
            number.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            number.setSpecialValueText(self._t("not_so"))
            self._add(self._plain, name, number)
        left.body.addWidget(self._plain)
        left.body.addStretch(1)
        right.body.addWidget(label(self._about_gateway(), "muted", wrap=True))
        for name in OF_GATEWAY:
            self._add(self._gateway, name, self._gateway_field(name))
        right.body.addWidget(self._gateway)
        right.body.addStretch(1)
        row.addWidget(left, 2)
        row.addWidget(right, 3)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = inside
        return scroll

    def _about_gateway(self) -> str:
        names = ("phone", "text", "id", "kind", "language", "secret", "timestamp")
        return text("messages.page.note_gateway", self._language, names=" ".join(f"{{{name}}}" for name in names))

    def _gateway_field(self, name: str) -> QWidget:
        if name in CHOICES:
            return self._box(name)
        if name == "signed":
            return QCheckBox(self._t("signed_on"))
        if name in ("body", "headers"):
            area = QPlainTextEdit()
            area.setFixedHeight(size("text_body") * (6 if name == "body" else 4))
            area.setPlaceholderText("X-Key: {secret}" if name == "headers" else "")
            area.setTabChangesFocus(True)
            return area
        line = QLineEdit()
        line.setMaxLength(1000)
        line.setPlaceholderText({"address": "https://", "ok_path": "result.code", "ok_value": "0"}.get(name, ""))
        if name == "secret":
            line.setEchoMode(QLineEdit.EchoMode.Password)
            self._secret = line
        return line

    def _box(self, name: str) -> QComboBox:
        box = QComboBox()
        for key in CHOICES[name]:
            box.addItem(key if name == "method" else self._t(f"{name}_{key}"), key)
        return box

    def _add(self, form: Form, name: str, widget: QWidget) -> None:
        widget.setObjectName(f"message_{name}")
        form.add(name, self._t(f"field_{name}"), widget)

    # The words

    def _words_tab(self) -> QWidget:
        card = Card()
        row = QHBoxLayout()
        pad(row)
        self._kind = choice("words_kind", self._t("kind"), [], self._draw_words)
        self._kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._names = label("", "muted", wrap=True, name="words_names")
        row.addWidget(self._kind)
        row.addWidget(self._names, 1)
        card.body.addLayout(row)
        self._texts: dict[str, QPlainTextEdit] = {}
        self._usual: dict[str, Any] = {}
        for code in ("zh", "en"):
            card.body.addWidget(label(self._t(f"words_{code}")))
            area = QPlainTextEdit()
            area.setObjectName(f"words_{code}")
            area.setAccessibleName(self._t(f"words_{code}"))
            area.setFixedHeight(size("text_body") * 6)
            area.setTabChangesFocus(True)
            area.textChanged.connect(self._typed)
            self._texts[code] = area
            self._usual[code] = label("", "caption", wrap=True, name=f"words_usual_{code}")
            card.body.addWidget(area)
            card.body.addWidget(self._usual[code])
        card.body.addStretch(1)
        return card

    def _typed(self) -> None:
        kind = self._kind.currentData()
        if kind:
            self._words[kind] = (self._texts["zh"].toPlainText(), self._texts["en"].toPlainText())

    def _draw_words(self) -> None:
        kind = next((one for one in self._presenter.state.kinds if one.key == self._kind.currentData()), None)
        if kind is None:
            return
        names = " ".join(f"{{{name}}}" for name in kind.names)
        self._names.setText(text("messages.page.names", self._language, names=names))
        zh, en = self._words.get(kind.key, ("", ""))
        for code, own, usual in (("zh", zh, kind.zh), ("en", en, kind.en)):
            area = self._texts[code]
            if area.toPlainText() != own:
                area.blockSignals(True)
                area.setPlainText(own)
                area.blockSignals(False)
            area.setPlaceholderText(self._t("words_hint"))
            self._usual[code].setText(text("messages.page.usual", self._language, words=usual))

    # Both

    def _ask_save(self) -> None:
        self._presenter.save(self._plain.values() | self._gateway.values(), self._words)

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._save.setVisible(state.may_change and self._tabs.currentWidget() is not self.sent)
        self._save.setEnabled(state.loaded and not state.busy)
        for part in (self._inside, *self._texts.values()):
            part.setEnabled(state.loaded and state.may_change)
        if state.loaded and state.revision != self._revision:
            self._revision = state.revision
            for form in (self._plain, self._gateway):
                form.set_values(dict(state.values))
            self._secret.setPlaceholderText(self._t("secret_kept" if state.has_secret else "secret_none"))
            self._words = dict(state.words)
            if not self._kind.count():
                for one in state.kinds:
                    self._kind.addItem(kind_words(one.key, self._language), one.key)
            self._draw_words()
