"""The page before all others: which counter is this?

objectNames: counter_filter counter_list counter_use
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.state import Choice, OperatorState
from counter_app.parts_view import label, size
from shared.domain.pinyin.sounds import spell_by_table
from shared.domain.search import Lists
from shared.i18n import text
from shared.ui.theme.widgets import mark

KEY = Qt.ItemDataRole.UserRole


class ChoosePage(QWidget):
    """The hall's counters; asked once."""

    def __init__(self, presenter: OperatorPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._choices: tuple[Choice, ...] = ()
        self._lists: Lists[str] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(size("space_s"))
        for role, key in (("title", "choose.title"), ("muted", "choose.about")):
            words = label(role, wrap=True)
            words.setText(text(f"counter.{key}", language))
            column.addWidget(words)
        self._filter = QLineEdit()
        self._filter.setObjectName("counter_filter")
        self._filter.setPlaceholderText(text("counter.choose.filter", language))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(lambda _: self._fill())
        self._list = QListWidget()
        self._list.setObjectName("counter_list")
        self._list.setAccessibleName(text("counter.choose.title", language))
        self._list.currentItemChanged.connect(lambda *_: self._show_use())
        self._list.itemDoubleClicked.connect(lambda _: self._use_it())
        self._use = QPushButton()
        self._use.setObjectName("counter_use")
        mark(self._use, "primary")
        self._use.setMinimumHeight(size("touch_key"))
        self._use.clicked.connect(self._use_it)
        self._filter.returnPressed.connect(self._use_it)
        column.addWidget(self._filter)
        column.addWidget(self._list, 1)
        column.addWidget(self._use)
        self._show_use()

    def show_state(self, state: OperatorState) -> None:
        if state.counters != self._choices:
            self._choices = state.counters
            self._lists = None
            self._fill()

    def _fill(self) -> None:
        wanted = self._filter.text().strip()
        if wanted and self._lists is None:
            rows = {choice.key: (choice.words, choice.about) for choice in self._choices}
            self._lists = Lists(rows, spelled_by=spell_by_table)
        every = frozenset(choice.key for choice in self._choices)
        found = self._lists.find(wanted).keys if wanted and self._lists is not None else every
        self._list.clear()
        for choice in self._choices:
            words = f"{choice.words}   {choice.about}"
            if choice.key in found:
                item = QListWidgetItem(words)
                item.setData(KEY, choice.key)
                item.setToolTip(words)
                self._list.addItem(item)
        if wanted and self._list.count():
            self._list.setCurrentRow(0)
        self._show_use()

    def _chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.data(KEY)) if item is not None else ""

    def _show_use(self) -> None:
        label_ = self._chosen()
        key = "counter.choose.use" if label_ else "counter.choose.use_none"
        self._use.setText(text(key, self._language, counter=label_))
        self._use.setEnabled(bool(label_))

    def _use_it(self) -> None:
        if self._chosen():
            self._presenter.choose_counter(self._chosen())
